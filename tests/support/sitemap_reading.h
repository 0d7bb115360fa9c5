#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sitemap/sitemap_reader.h"

namespace gossamer::testing {

// What a SitemapReader finds.
struct SitemapReading {
  std::vector<std::string> entries;  // "loc" with "sitemap: " before a child
  std::string error;                 // "": none
  std::size_t skipped = 0;
  SitemapFormat format = SitemapFormat::unknown;
  bool operator==(const SitemapReading&) const = default;
};

// Reads a sitemap in pieces of `piece` bytes.
inline SitemapReading read_sitemap(std::string_view bytes, std::size_t piece = std::string::npos,
                                   std::string_view charset = {}) {
  SitemapReading reading;
  SitemapReader reader(
      [&](const SitemapEntry& entry) {
        reading.entries.push_back((entry.is_sitemap ? "sitemap: " : "") + std::string(entry.loc));
      },
      charset);
  Result<> result;
  for (; result && !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    result = reader.write(bytes.substr(0, piece));
  result = reader.finish();
  if (!result) reading.error = result.error().message;
  reading.skipped = reader.skipped();
  reading.format = reader.format();
  return reading;
}

inline std::string urlset(std::string_view urls) {
  return fmt::format(
      "<?xml version='1.0' encoding='UTF-8'?>\n<urlset "
      "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n{}</urlset>\n",
      urls);
}

inline std::string url(std::string_view loc) { return fmt::format("<url><loc>{}</loc></url>\n", loc); }

}  // namespace gossamer::testing
