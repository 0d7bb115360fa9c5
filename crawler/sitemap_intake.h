#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <xxhash.h>

#include "crawler/sitemap_list.h"
#include "net/http/url.h"
#include "plugins/parser_registry.h"
#include "plugins/sitemap/sitemap_reader.h"

namespace gossamer {

// Reads a body that may be a sitemap while it comes: once its beginning tells that it is one, none of it
// stays in memory.
class SitemapIntake {
 public:
  struct Options {
    std::string scratch_directory;
    std::size_t keep_body = 0;  // of less than so many bytes it is wanted whole too
  };

  // `parsers` must outlive it.
  SitemapIntake(const ParserRegistry& parsers, Url url, Options options)
      : parsers_(parsers), url_(std::move(url)), options_(std::move(options)) {}
  SitemapIntake(const SitemapIntake&) = delete;
  SitemapIntake& operator=(const SitemapIntake&) = delete;

  // As FetchRequest::take_body: takes what it reads off a body of that type, all but of one that is to be
  // kept. False: a sitemap has no more.
  bool take(std::string_view content_type, std::string& body);

  // The body has come, as far as it was wanted, or broke off for `broken`; what it lists, or null, if it is
  // no sitemap. Errors: storage, of the scratch file.
  Result<std::unique_ptr<SitemapList>> finish(std::string_view content_type, const Error* broken = nullptr);

  // Of none, after finish(): why, or "" for a feed that a parser wants.
  std::string refusal() const;
  // Of a sitemap, after finish(): the bytes it had, and their XXH3-128.
  std::size_t size() const { return size_; }
  XXH128_hash_t digest() const { return XXH3_128bits_digest(hash_.get()); }

 private:
  struct FreeHash {
    void operator()(XXH3_state_t* hash) const { XXH3_freeState(hash); }
  };

  enum class Verdict : std::uint8_t { open, sitemap, none };

  void start(std::string_view content_type);
  void read(std::string_view piece);
  void decide(bool complete);
  bool is_wanted(SitemapFormat format) const;
  void add(const SitemapEntry& entry);
  bool has_list();

  const ParserRegistry& parsers_;
  const Url url_;
  const Options options_;
  Verdict verdict_ = Verdict::open;
  bool claimed_ = false;                 // by a parser
  std::optional<SitemapReader> reader_;  // from the first bytes on
  std::unique_ptr<SitemapList> list_;    // from the first entry on
  Result<> read_;                        // by reader_
  Result<> listed_;                      // by list_
  std::unique_ptr<XXH3_state_t, FreeHash> hash_;
  bool keeps_body_ = true;   // while it is not too large
  std::size_t size_ = 0;     // bytes read
  std::size_t in_body_ = 0;  // of them, still in the body
};

}  // namespace gossamer
