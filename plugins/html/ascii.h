#pragma once

#include <cstddef>
#include <string_view>

#include "net/base/ascii.h"

namespace gossamer {

// White space of the HTML and Encoding Standards, beside the ASCII predicates.

// Tab, LF, FF, CR or space: "ASCII whitespace".
constexpr bool is_html_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

constexpr std::string_view strip_html_space(std::string_view text) {
  while (!text.empty() && is_html_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_html_space(text.back())) text.remove_suffix(1);
  return text;
}

// How many of the first bytes of `text` are white space.
constexpr std::size_t leading_html_space(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && is_html_space(text[size])) ++size;
  return size;
}

}  // namespace gossamer
