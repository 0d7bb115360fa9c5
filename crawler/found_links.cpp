#include "crawler/found_links.h"

#include <algorithm>
#include <utility>

#include "plugins/base_url.h"

namespace gossamer {

FoundLinks find_links(const ParsedPage& page, const Url& url, std::size_t first, const FindOptions& options,
                      const SeenSet& seen) {
  FoundLinks found;
  const std::size_t begin = first - page.first_link;
  found.links.reserve(std::min(page.links.size() - begin, kPieceBytes / sizeof(FoundLinks::Link)));
  const auto base = document_base_url(page.base, url);
  std::size_t i = begin;
  for (; i < page.links.size(); ++i) {
    if (found.text.size() + found.links.size() * sizeof(FoundLinks::Link) >= kPieceBytes) break;
    const Link& link = page.links[i];
    if (!is_followed(link) && !(options.assets && is_asset(link))) continue;
    const auto target = Url::parse(link.url, *base);
    if (!target || !target->is_http()) {
      ++found.others;
      continue;
    }
    const std::size_t url_begin = found.text.size();
    append_canonical_url(*target, options.canonical, found.text);
    const auto url_end = static_cast<std::uint32_t>(found.text.size());
    const SeenSet::Hash hash = seen.hash(std::string_view(found.text).substr(url_begin));
    if (options.texts) found.text += link.text;
    found.links.push_back({.hash = hash,
                           .url_end = url_end,
                           .text_end = static_cast<std::uint32_t>(found.text.size()),
                           .tag = link.tag,
                           .nofollow = link.nofollow || page.robots.nofollow});
  }
  found.end = page.first_link + i;
  found.last = found.end >= page.link_count;
  return found;
}

Result<FoundLinks> FurtherLinks::next() {
  if (next_ < window_.first_link || next_ >= window_.first_link + window_.links.size()) {
    window_ = {};
    auto parsed = page_.parse(next_, kLinkMemory);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    window_ = std::move(*parsed);
  }
  FoundLinks found = find_links(window_, page_.url, next_, options_, seen_);
  next_ = found.end;
  return found;
}

}  // namespace gossamer
