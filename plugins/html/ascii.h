#pragma once

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

}  // namespace gossamer
