#include "crawler/found_links.h"

#include "net/http/canonical_url.h"
#include "plugins/base_url.h"

namespace gossamer {

FoundLinks find_links(const ParsedPage& page, const Url& url, bool assets, const SeenSet& seen) {
  FoundLinks found;
  found.links.reserve(page.links.size());
  const auto base = document_base_url(page.base, url);
  for (std::size_t i = 0; i < page.links.size(); ++i) {
    const Link& link = page.links[i];
    if (!is_followed(link) && !(assets && is_asset(link))) continue;
    const auto target = Url::parse(link.url, *base);
    if (!target || !target->is_http()) {
      ++found.others;
      continue;
    }
    const std::size_t begin = found.urls.size();
    append_canonical_url(*target, found.urls);
    found.links.push_back({.hash = seen.hash(std::string_view(found.urls).substr(begin)),
                           .end = static_cast<std::uint32_t>(found.urls.size()),
                           .index = static_cast<std::uint32_t>(i),
                           .nofollow = link.nofollow || page.nofollow});
  }
  return found;
}

}  // namespace gossamer
