#pragma once

#include <string_view>

namespace gossamer {

// What a page's author asks of crawlers, in <meta name=robots content=...> or in an X-Robots-Tag header.
struct RobotsDirectives {
  bool noindex = false;
  bool nofollow = false;
};

// Words between commas or white space, in any case; "none" is both; unknown ones are ignored.
RobotsDirectives parse_robots_directives(std::string_view content);

}  // namespace gossamer
