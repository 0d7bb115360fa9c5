#include <algorithm>
#include <array>
#include <cstdint>

#include "net/base/ascii.h"
#include "net/http/set_cookie.h"

namespace gossamer {

namespace {

bool is_delimiter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u == 0x09 || (u >= 0x20 && u <= 0x2f) || (u >= 0x3b && u <= 0x40) || (u >= 0x5b && u <= 0x60) ||
         (u >= 0x7b && u <= 0x7e);
}

// The number of `least` to `most` digits that `text` begins with, which it loses. nullopt: fewer, or more.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  int value = 0;
  for (; digits < text.size() && is_ascii_digit(text[digits]); ++digits) {
    if (digits == most) return std::nullopt;
    value = value * 10 + (text[digits] - '0');
  }
  if (digits < least) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

std::optional<std::chrono::seconds> time_of(std::string_view token) {
  std::array<int, 3> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      if (!token.starts_with(':')) return std::nullopt;
      token.remove_prefix(1);
    }
    const auto field = take_number(token, 1, 2);
    if (!field) return std::nullopt;
    fields[i] = *field;
  }
  return std::chrono::seconds(fields[0] * 3600 + fields[1] * 60 + fields[2]) +
         // Beyond any day, so that the caller refuses it.
         (fields[0] > 23 || fields[1] > 59 || fields[2] > 59 ? std::chrono::days(1000)
                                                             : std::chrono::days(0));
}

std::optional<unsigned> month_of(std::string_view token) {
  constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
  if (token.size() < 3) return std::nullopt;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (std::ranges::equal(token.substr(0, 3), kMonths[i], {}, lower)) return static_cast<unsigned>(i + 1);
  }
  return std::nullopt;
}

std::optional<int> number_of(std::string_view token, std::size_t least, std::size_t most) {
  return take_number(token, least, most);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text) {
  std::optional<std::chrono::seconds> time;
  std::optional<int> day;
  std::optional<unsigned> month;
  std::optional<int> year;
  while (!text.empty()) {
    const auto begin = std::ranges::find_if_not(text, is_delimiter);
    const auto end = std::find_if(begin, text.end(), is_delimiter);
    const std::string_view token(begin, end);
    text = std::string_view(end, text.end());
    // Each token is the first of these that it can be and that is still missing.
    if (!time && (time = time_of(token))) continue;
    if (!day && (day = number_of(token, 1, 2))) continue;
    if (!month && (month = month_of(token))) continue;
    if (!year) year = number_of(token, 2, 4);
  }
  if (!time || !day || !month || !year) return std::nullopt;
  if (*year >= 70 && *year <= 99) *year += 1900;
  if (*year >= 0 && *year <= 69) *year += 2000;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (*year < 1601 || !date.ok() || *time >= std::chrono::days(1)) return std::nullopt;
  return std::chrono::sys_days(date) + *time;
}

}  // namespace gossamer
