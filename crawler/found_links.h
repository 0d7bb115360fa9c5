#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/seen_set.h"
#include "net/http/url.h"
#include "plugins/parser.h"

namespace gossamer {

// The links of one page as the crawl takes them: resolved, canonical and hashed, in document order. Made
// where the page is parsed, so that the crawl's own loop only looks them up.
struct FoundLinks {
  struct Link {
    SeenSet::Hash hash;
    std::uint32_t end = 0;    // of its canonical URL in `urls`, which begins where the one before ends
    std::uint32_t index = 0;  // in ParsedPage::links
    bool nofollow = false;    // of the link or of the whole page
  };

  std::string urls;
  std::vector<Link> links;
  std::uint32_t others = 0;  // mailto:, javascript:, what is no URL: not part of the ledger

  // Of links[i].
  std::string_view url(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : links[i - 1].end;
    return std::string_view(urls).substr(begin, links[i].end - begin);
  }
};

// The links of `page`, found at `url`, that a crawl follows; with `assets` also the parts of the page. Of
// `seen` only hash() is used, which any thread may do.
FoundLinks find_links(const ParsedPage& page, const Url& url, bool assets, const SeenSet& seen);

}  // namespace gossamer
