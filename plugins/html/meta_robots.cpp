#include "plugins/html/meta_robots.h"

#include <cstddef>

#include "plugins/html/ascii.h"

namespace gossamer {

RobotsDirectives parse_robots_directives(std::string_view content) {
  RobotsDirectives directives;
  const auto separates = [](char c) { return c == ',' || is_html_space(c); };
  while (!content.empty()) {
    std::size_t size = 0;
    while (size < content.size() && !separates(content[size])) ++size;
    const std::string_view word = content.substr(0, size);
    const bool none = equals_ignoring_case(word, "none");
    directives.noindex = directives.noindex || none || equals_ignoring_case(word, "noindex");
    directives.nofollow = directives.nofollow || none || equals_ignoring_case(word, "nofollow");
    content.remove_prefix(size < content.size() ? size + 1 : size);
  }
  return directives;
}

}  // namespace gossamer
