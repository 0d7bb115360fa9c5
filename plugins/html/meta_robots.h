#pragma once

#include <string_view>

namespace gossamer {

// What a page's author asks of crawlers, in <meta name=robots content=...> or in X-Robots-Tag headers.
struct RobotsDirectives {
  bool noindex = false;
  bool nofollow = false;

  RobotsDirectives& operator|=(const RobotsDirectives& other) {
    noindex = noindex || other.noindex;
    nofollow = nofollow || other.nofollow;
    return *this;
  }
};

// Words between commas, semicolons or white space, in any case; "none" is both; unknown ones are ignored, and
// so are limits of use (unavailable_after and max-snippet: a crawl keeps its pages as long as its owner
// likes).
RobotsDirectives parse_robots_directives(std::string_view content);

// The value of one X-Robots-Tag header: the same, and what stands behind "AGENT:", up to the next one, is for
// that agent only. `agent` is a product token, in any case.
RobotsDirectives parse_x_robots_tag(std::string_view value, std::string_view agent);

}  // namespace gossamer
