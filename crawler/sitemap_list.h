#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/scratch_file.h"
#include "plugins/parser.h"

namespace gossamer {

// What a sitemap lists, in a scratch file: it may be much, and waits there until the crawl has entered it.
// Written on one thread, then read on any. Errors are ErrorClass::storage.
class SitemapList {
 public:
  static Result<SitemapList> create(const std::string& directory);

  // `loc`: at most 64 KiB. An error is told by finish().
  void add(std::string_view loc, LinkTag tag);
  // Nothing more comes; `damage`, "" for none, is what kept the sitemap from being read to its end.
  Result<> finish(std::string damage);

  const std::string& damage() const { return damage_; }

  // As a page: the links from number `first` on, some 64 KiB of them.
  Result<ParsedPage> links(std::size_t first) const;

 private:
  struct Block {
    std::size_t first;    // number of its first link
    std::uint64_t begin;  // in the file
  };

  explicit SitemapList(ScratchFile file) : file_(std::move(file)) {}
  void write_block();

  ScratchFile file_;
  std::vector<Block> blocks_;
  std::string block_;  // what is not written yet: of each link a byte for its tag, two for its length, and it
  std::size_t count_ = 0;    // links
  std::uint64_t bytes_ = 0;  // in the file
  std::string damage_;
  std::optional<Error> error_;
};

}  // namespace gossamer
