#include "plugins/sitemap/sitemap_page.h"

#include <algorithm>
#include <array>

#include "plugins/charset.h"
#include "plugins/html/ascii.h"
#include "plugins/html/string_arena.h"

namespace gossamer {

ParsedPage parse_sitemap(const PageBytes& page) {
  constexpr std::size_t kAtOnce = 64 << 10;
  ParsedPage parsed;
  StringArena arena(parsed.storage);
  LinkWindow window(page);
  SitemapReader reader(
      [&](const SitemapEntry& entry) {
        if (!window.next()) return;
        window.charge(entry.loc.size() + sizeof(Link));
        parsed.links.push_back(
            {.url = arena.keep(entry.loc), .tag = entry.is_sitemap ? LinkTag::sitemap : LinkTag::url});
      },
      charset_parameter(page.content_type));
  Result<> read;
  for (std::size_t at = 0; read && at < page.body.size(); at += kAtOnce)
    read = reader.write(page.body.substr(at, kAtOnce));
  if (read) read = reader.finish();
  if (!read) parsed.damage = "sitemap: " + read.error().message;
  parsed.first_link = std::min(page.first_link, window.count());
  parsed.link_count = window.count();
  return parsed;
}

SitemapFormat sniff_sitemap(std::string_view start) {
  constexpr std::size_t kLooked = 16 << 10;
  SitemapReader reader([](const SitemapEntry&) {});
  // Whatever else is wrong with it, it has a root element or not.
  if (reader.write(start.substr(0, kLooked))) static_cast<void>(reader.finish());
  const bool no_urls = reader.format() == SitemapFormat::text && reader.entries() == 0;
  return no_urls ? SitemapFormat::unknown : reader.format();
}

bool may_hold_sitemap(std::string_view content_type) {
  constexpr std::array<std::string_view, 8> kTypes = {"",
                                                      "text/xml",
                                                      "application/xml",
                                                      "text/plain",
                                                      "application/gzip",
                                                      "application/x-gzip",
                                                      "application/octet-stream",
                                                      "binary/octet-stream"};
  const std::string_view type = media_type_of(content_type);
  const bool is_xml = type.size() > 4 && equals_ignoring_case(type.substr(type.size() - 4), "+xml");
  return is_xml || std::ranges::any_of(kTypes, [&](auto known) { return equals_ignoring_case(type, known); });
}

}  // namespace gossamer
