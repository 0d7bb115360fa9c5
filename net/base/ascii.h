#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace gossamer {

// ASCII as protocols mean it: no locale, any byte.

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_ascii_alpha(char c) { return to_ascii_lower(c) >= 'a' && to_ascii_lower(c) <= 'z'; }
constexpr bool is_ascii_alnum(char c) { return is_ascii_alpha(c) || is_ascii_digit(c); }

// 0-15, or -1 if `c` is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = to_ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_ascii_lower(a[i]) != to_ascii_lower(b[i])) return false;
  return true;
}

constexpr bool is_one_of_ignoring_case(std::string_view text, std::span<const std::string_view> wanted) {
  return std::ranges::any_of(wanted,
                             [text](std::string_view one) { return equals_ignoring_case(text, one); });
}

constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

}  // namespace gossamer
