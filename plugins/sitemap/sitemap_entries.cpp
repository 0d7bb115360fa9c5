#include "plugins/sitemap/sitemap_entries.h"

#include <charconv>

#include "plugins/entry_date.h"
#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

std::optional<double> parse_priority(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool valid = error == std::errc() && end == text.data() + text.size() && value >= 0 && value <= 1;
  return valid ? std::optional(value) : std::nullopt;
}

}  // namespace

void SitemapEntries::add(const SitemapFields& fields) {
  const std::string_view loc = strip_html_space(fields.loc);
  if (loc.empty() || loc.size() > SitemapReader::kMaxLoc) return skip();
  full_ = given_ == SitemapReader::kMaxUrls;
  if (full_) return;
  ++given_;
  const std::string_view lastmod = strip_html_space(fields.lastmod);
  found_({.loc = loc,
          .lastmod = lastmod,
          .changefreq = strip_html_space(fields.changefreq),
          .priority = parse_priority(strip_html_space(fields.priority)),
          .modified = parse_w3c_datetime(lastmod).or_else([&] { return parse_rfc822_date(lastmod); }),
          .is_sitemap = fields.is_sitemap});
}

}  // namespace gossamer
