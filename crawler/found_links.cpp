#include "crawler/found_links.h"

#include <algorithm>
#include <array>
#include <utility>
#include <xxhash.h>

#include "plugins/document_base.h"

namespace gossamer {
namespace {

// Of the links of a documentation half or more are written as one before on their page, or differ from it in
// the fragment only: navigation, tables of contents. Such a link brings nothing new and need not be resolved.
// Forgets a link when another needs its place.
class WrittenLinks {
 public:
  enum class Was : std::uint8_t { nothing, http, other };

  explicit WrittenLinks(const std::vector<Link>& links) : links_(links) {}

  // What links[i] turned out to be when it was met before; nothing: it is new, or was forgotten.
  Was find(std::size_t i) {
    const std::string_view url = without_fragment(i);
    place_ = &places_[XXH3_64bits(url.data(), url.size()) % places_.size()];
    if (place_->was == Was::nothing) return Was::nothing;
    const Link& before = links_[place_->number];
    const bool same = without_fragment(place_->number) == url && before.tag == links_[i].tag &&
                      before.nofollow == links_[i].nofollow;
    return same && !ends_in_space(url) ? place_->was : Was::nothing;
  }

  // Of the link that find() has just not found.
  void add(std::size_t i, Was was) { *place_ = {static_cast<std::uint32_t>(i), was}; }

 private:
  struct Place {
    std::uint32_t number = 0;
    Was was = Was::nothing;
  };

  std::string_view without_fragment(std::size_t i) const {
    return links_[i].url.substr(0, links_[i].url.find('#'));
  }
  // At the end of a URL it is dropped, before a fragment it is not.
  static bool ends_in_space(std::string_view url) {
    return !url.empty() && static_cast<unsigned char>(url.back()) <= ' ';
  }

  const std::vector<Link>& links_;
  std::array<Place, 512> places_{};
  Place* place_ = nullptr;
};

}  // namespace

FoundLinks find_links(const ParsedPage& page, const Url& url, std::size_t first, std::size_t memory,
                      const FindOptions& options, const SeenSet& seen) {
  FoundLinks found;
  const std::size_t begin = first - page.first_link;
  found.links.reserve(std::min(page.links.size() - begin, memory / sizeof(FoundLinks::Link)));
  const DocumentBase base(page, url);
  WrittenLinks written(page.links);
  std::size_t i = begin;
  for (; i < page.links.size(); ++i) {
    if (found.text.size() + found.links.size() * sizeof(FoundLinks::Link) >= memory) break;
    const Link& link = page.links[i];
    if (!is_followed(link) && !(options.assets && is_asset(link))) continue;
    using enum WrittenLinks::Was;
    if (const auto was = written.find(i); was == other || (was == http && !options.texts)) {
      ++(was == http ? found.count : found.others);
      continue;
    }
    const auto target = base.resolve(link.url);
    const bool is_http = target && target->is_http();
    written.add(i, is_http ? http : other);
    ++(is_http ? found.count : found.others);
    if (!is_http) continue;
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
  FoundLinks found = find_links(window_, page_.url, next_, kPieceBytes, options_, seen_);
  next_ = found.end;
  return found;
}

}  // namespace gossamer
