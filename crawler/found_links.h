#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/canonical_rules.h"
#include "crawler/page.h"
#include "crawler/seen_set.h"
#include "plugins/parser.h"

namespace gossamer {

// Links of one page as the crawl takes them: resolved, canonical and hashed, in document order. Made where
// the page is parsed, so that the crawl's own loop only looks them up. A piece of a page's links: one of very
// many, or of very long ones, comes in several.
struct FoundLinks {
  struct Link {
    SeenSet::Hash hash;
    std::uint32_t url_end = 0;   // of its canonical URL in `text`, which begins where the link before ends
    std::uint32_t text_end = 0;  // of its own text, which follows the URL; with FindOptions::texts
    LinkTag tag = LinkTag::other;
    bool nofollow = false;  // of the link or of the whole page
  };

  std::string text;
  std::vector<Link> links;   // without those that say nothing new, but for FindOptions::texts
  std::uint32_t count = 0;   // of links, with those
  std::uint32_t others = 0;  // mailto:, javascript:, what is no URL: not part of the ledger
  std::size_t end = 0;       // number, in the page, of the first link after this piece
  bool last = true;          // no piece follows

  std::size_t memory_bytes() const { return text.capacity() + links.capacity() * sizeof(Link); }

  // Of links[i].
  std::string_view url(std::size_t i) const { return between(begin(i), links[i].url_end); }
  std::string_view link_text(std::size_t i) const { return between(links[i].url_end, links[i].text_end); }

 private:
  std::size_t begin(std::size_t i) const { return i == 0 ? 0 : links[i - 1].text_end; }
  std::string_view between(std::size_t from, std::size_t to) const {
    return std::string_view(text).substr(from, to - from);
  }
};

struct FindOptions {
  bool assets = false;  // also the parts of a page
  bool texts = false;   // also the text of each link, and each link that says nothing new
  CanonicalRules canonical{};
};

// Memory of a piece, but for one very long URL; the first of a page may take more. And of the links as a
// parser gives them, PageBytes's link_memory.
inline constexpr std::size_t kPieceBytes = 64 << 10;
inline constexpr std::size_t kLinkMemory = 2 << 20;

// Of the links of `page`, found at `url`, those that a crawl follows: a piece of `memory` bytes that begins
// with the link of this number, which `page` must have. Of `seen` only hash() is used, which any thread may
// do.
FoundLinks find_links(const ParsedPage& page, const Url& url, std::size_t first, std::size_t memory,
                      const FindOptions& options, const SeenSet& seen);

// The further pieces of a page: it is parsed again, some 30,000 links at a time.
class FurtherLinks {
 public:
  // `first`: number of the first link wanted. All must outlive this.
  FurtherLinks(const PageData& page, std::size_t first, const FindOptions& options, const SeenSet& seen)
      : page_(page), next_(first), options_(options), seen_(seen) {}

  // What kept the page from being read to its end, "" mostly; after next().
  const std::string& damage() const { return window_.damage; }

  // The next piece; not to be called after the last. Any thread. Errors: of a parser that failed, though it
  // had not before.
  Result<FoundLinks> next();

 private:
  const PageData& page_;
  std::size_t next_;
  FindOptions options_;
  const SeenSet& seen_;
  ParsedPage window_;
};

}  // namespace gossamer
