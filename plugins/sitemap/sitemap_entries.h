#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/sitemap/sitemap_reader.h"

namespace gossamer {

// What is known of an entry while it is read: the text of its elements.
struct SitemapFields {
  std::string loc;
  std::string lastmod;
  std::string changefreq;
  std::string priority;
  bool is_sitemap = false;
};

// Where a sitemap's entries go: checked, counted and passed on.
class SitemapEntries {
 public:
  explicit SitemapEntries(SitemapReader::Found found) : found_(std::move(found)) {}

  void add(const SitemapFields& fields);
  void skip() { ++skipped_; }

  std::size_t given() const { return given_; }
  std::size_t skipped() const { return skipped_; }
  bool full() const { return full_; }  // there were more than a sitemap may have

 private:
  SitemapReader::Found found_;
  std::size_t given_ = 0;
  std::size_t skipped_ = 0;
  bool full_ = false;
};

}  // namespace gossamer
