#include "crawler/calendar_dates.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "net/base/ascii.h"

namespace gossamer {

namespace {

constexpr int kCentury = 1200;  // months
constexpr int kPastYears = 25;  // for each year ahead

// '\0' beyond either end.
char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : '\0'; }

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::optional<int> two_digits(std::string_view text, std::size_t begin, int largest) {
  if (!is_ascii_digit(at(text, begin)) || !is_ascii_digit(at(text, begin + 1))) return std::nullopt;
  const int value = number(text.substr(begin, 2));
  return value >= 1 && value <= largest ? std::optional(value) : std::nullopt;
}

bool contains_word(std::string_view text, std::string_view word) {
  return std::ranges::search(text, word, {}, to_ascii_lower).begin() != text.end();
}

bool speaks_of_calendar(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords{"cal",      "event",  "month", "date",
                                                   "schedule", "agenda", "monat", "termin"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return contains_word(text, word); });
}

bool ends_with_word(std::string_view name, std::string_view word) {
  return name.size() >= word.size() &&
         std::ranges::equal(name.substr(name.size() - word.size()), word, {}, to_ascii_lower);
}

// The value of month=, cal_month= and the like.
std::optional<int> month_of(std::string_view query) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view value = parameter.substr(equals + 1);
    if (value.empty() || value.size() > 2 || !std::ranges::all_of(value, is_ascii_digit)) continue;
    if (!ends_with_word(parameter.substr(0, equals), "month")) continue;
    if (const int month = number(value); month >= 1 && month <= 12) return month;
  }
  return std::nullopt;
}

// The name of the query parameter that is all of [begin, end), "" if that is no such value.
std::string_view name_of_value(const UrlParts& url, std::size_t begin, std::size_t end) {
  const std::size_t query = url.url.size() - url.query.size();
  if (url.query.empty() || begin <= query || url.url[begin - 1] != '=') return {};
  if (end != url.url.size() && url.url[end] != '&') return {};
  const std::size_t separator = url.url.rfind('&', begin);
  const std::size_t name = separator == std::string_view::npos || separator < query ? query : separator + 1;
  return url.url.substr(name, begin - 1 - name);
}

}  // namespace

CalendarDates::CalendarDates(std::chrono::sys_days today, std::uint32_t years) {
  const std::chrono::year_month_day date(today);
  const int month =
      static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month()));
  ahead_ = month + static_cast<int>(years) * 12 + 1;
  behind_ = month - static_cast<int>(years) * 12 * kPastYears - 1;
}

bool CalendarDates::covers(int year, int month) const {
  const int index = year * 12 + month;
  return (index >= ahead_ && index < ahead_ + kCentury) || (index <= behind_ && index > behind_ - kCentury);
}

bool CalendarDates::in(const UrlParts& url) const {
  const auto begin = static_cast<std::size_t>(url.path.data() - url.url.data());
  // Four digits in a row cover one of every four places.
  for (std::size_t i = begin; i < url.url.size(); i += 4) {
    if (!is_ascii_digit(url.url[i])) continue;
    std::size_t first = i;
    while (is_ascii_digit(url.url[first - 1])) --first;  // the path begins with a slash
    if (is_date_at(url, first)) return true;
    std::size_t last = i;
    while (is_ascii_digit(at(url.url, last + 1))) ++last;
    i += (last - i) / 4 * 4;
  }
  return false;
}

bool CalendarDates::is_date_at(const UrlParts& url, std::size_t digits) const {
  const std::string_view text = url.url;
  std::size_t end = digits;
  while (is_ascii_digit(at(text, end))) ++end;
  if (end - digits != 4 && end - digits != 8) return false;
  const int year = number(text.substr(digits, 4));
  if (!covers(year, 1) && !covers(year, 12)) return false;
  const char before = text[digits - 1];

  if (end - digits == 8) {  // date=20410517
    const auto month = two_digits(text, digits + 4, 12);
    return month && covers(year, *month) && two_digits(text, digits + 6, 31) &&
           speaks_of_calendar(name_of_value(url, digits, end));
  }
  if (const std::string_view name = name_of_value(url, digits, end); !name.empty()) {
    const auto month = ends_with_word(name, "year") ? month_of(url.query) : std::nullopt;
    return month && covers(year, *month);
  }
  const char separator = at(text, end);
  if (separator != '/' && separator != '-') return false;
  const auto month = two_digits(text, end + 1, 12);
  if (!month || !covers(year, *month)) return false;
  const char after = at(text, end + 3);
  if (separator == '/') return before == '/' && (after == '/' || after == '?' || after == '\0');
  if (is_ascii_alnum(before)) return false;
  if (after != '-') {  // 2041-05
    const bool whole =
        (before == '/' || before == '=') && (after == '/' || after == '?' || after == '&' || after == '\0');
    return whole && speaks_of_calendar(text.substr(text.size() - url.path.size() - url.query.size()));
  }
  const bool part_of_number = before == '-' && is_ascii_digit(text[digits - 2]);
  const char beyond = at(text, end + 6);
  return !part_of_number && two_digits(text, end + 4, 31) && (!is_ascii_alnum(beyond) || beyond == 'T') &&
         !(beyond == '-' && is_ascii_digit(at(text, end + 7)));
}

}  // namespace gossamer
