#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "plugins/sitemap/sitemap_entries.h"

namespace gossamer {

// Finds the entries of the text format: a URL on each line, ended by LF, CR or both. The first line that is
// not blank must be one; of the others those that are not are skipped. A byte that is no UTF-8 is taken for a
// part of the URL, as %XX.
class SitemapText {
 public:
  explicit SitemapText(SitemapEntries& entries) : entries_(entries) {}

  // Errors: parse, for what is no list of URLs.
  Result<> write(std::string_view bytes);
  Result<> finish();

 private:
  Result<> end_line();

  SitemapEntries& entries_;
  SitemapFields entry_;  // whose loc is the line at hand
  bool any_ = false;     // a line with a URL has come
};

}  // namespace gossamer
