#include "plugins/html/meta_robots.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// Whether this, in front of a ':', names an agent rather than a directive that has a value.
bool is_agent(std::string_view word) {
  constexpr std::array<std::string_view, 4> kWithValue = {"unavailable_after", "max-snippet",
                                                          "max-image-preview", "max-video-preview"};
  const auto is_token = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; };
  return !word.empty() && std::ranges::all_of(word, is_token) && !is_one_of_ignoring_case(word, kWithValue);
}

}  // namespace

RobotsDirectives parse_robots_directives(std::string_view content) {
  RobotsDirectives directives;
  const auto separates = [](char c) { return c == ',' || c == ';' || is_html_space(c); };
  while (!content.empty()) {
    std::size_t size = 0;
    while (size < content.size() && !separates(content[size])) ++size;
    const std::string_view word = content.substr(0, size);
    const bool none = equals_ignoring_case(word, "none");
    directives |= {.noindex = none || equals_ignoring_case(word, "noindex"),
                   .nofollow = none || equals_ignoring_case(word, "nofollow")};
    content.remove_prefix(size < content.size() ? size + 1 : size);
  }
  return directives;
}

RobotsDirectives parse_x_robots_tag(std::string_view value, std::string_view agent) {
  RobotsDirectives directives;
  bool applies = true;
  while (!value.empty()) {
    const std::size_t size = std::min(value.find(','), value.size());
    std::string_view part = value.substr(0, size);
    const std::size_t colon = part.find(':');
    if (const std::string_view word = strip_html_space(part.substr(0, colon));
        colon != std::string_view::npos && is_agent(word)) {
      applies = equals_ignoring_case(word, agent);
      part.remove_prefix(colon + 1);
    }
    if (applies) directives |= parse_robots_directives(part);
    value.remove_prefix(std::min(size + 1, value.size()));
  }
  return directives;
}

}  // namespace gossamer
