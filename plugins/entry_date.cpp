#include "plugins/entry_date.h"

#include <algorithm>
#include <array>

#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

// Takes parts off the front of a text; after one that is not there it is no date.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || to_ascii_lower(rest_.front()) != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly so many digits, of a number in [low, high].
  std::optional<int> number(std::size_t digits, int low, int high) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (!is_ascii_digit(c)) return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value < low || value > high ? std::nullopt : std::optional(value);
  }

  // The letters at the front.
  std::string_view word() {
    const auto end = std::ranges::find_if_not(rest_, is_ascii_alpha);
    const std::string_view letters = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(letters.size());
    return letters;
  }

  // Digits at the front.
  std::size_t digits() const {
    return static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_ascii_digit) - rest_.begin());
  }

  void skip_spaces() {
    while (!rest_.empty() && is_html_space(rest_.front())) rest_.remove_prefix(1);
  }

  // False: there is no digit.
  bool skip_digits() {
    const std::size_t count = digits();
    rest_.remove_prefix(count);
    return count > 0;
  }

 private:
  std::string_view rest_;
};

// "Z", "+02:00", "+0200", "+02" or nothing.
std::optional<std::chrono::minutes> read_offset(Cursor& cursor) {
  if (cursor.at_end() || cursor.take('z')) return std::chrono::minutes(0);
  const bool west = cursor.take('-');
  if (!west && !cursor.take('+')) return std::nullopt;
  const auto hours = cursor.number(2, 0, 23);
  if (!hours) return std::nullopt;
  std::optional<int> minutes = 0;
  if (cursor.take(':') || !cursor.at_end()) minutes = cursor.number(2, 0, 59);
  if (!minutes) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return west ? -offset : offset;
}

// "08:30", "08:30:15", "08:30:15.25"; a leap second counts as the one before it.
std::optional<std::chrono::seconds> read_time(Cursor& cursor) {
  const auto hours = cursor.number(2, 0, 24);
  if (!hours || !cursor.take(':')) return std::nullopt;
  const auto minutes = cursor.number(2, 0, 59);
  if (!minutes || (*hours == 24 && *minutes > 0)) return std::nullopt;
  std::optional<int> seconds = 0;
  if (cursor.take(':')) {
    seconds = cursor.number(2, 0, *hours == 24 ? 0 : 60);
    if (!seconds || (cursor.take('.') && !cursor.skip_digits())) return std::nullopt;
  }
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds == 60 ? 59 : *seconds);
}

// nullopt: a day that no calendar has.
std::optional<std::chrono::sys_days> day_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

// A zone may carry a date out of the years that can be written.
std::optional<std::chrono::sys_seconds> in_range(std::chrono::sys_seconds time) {
  constexpr std::chrono::sys_seconds kFirst = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
  constexpr std::chrono::sys_seconds kEnd = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);
  return time >= kFirst && time < kEnd ? std::optional(time) : std::nullopt;
}

std::optional<int> month_of(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found = std::ranges::find_if(
      kMonths, [name](std::string_view month) { return starts_with_ignoring_case(name, month); });
  return found == kMonths.end() ? std::nullopt : std::optional(static_cast<int>(found - kMonths.begin()) + 1);
}

std::chrono::hours offset_of(std::string_view zone) {
  struct Zone {
    std::string_view name;
    int hours;
  };
  constexpr std::array<Zone, 8> kZones = {{{"edt", -4},
                                           {"est", -5},
                                           {"cdt", -5},
                                           {"cst", -6},
                                           {"mdt", -6},
                                           {"mst", -7},
                                           {"pdt", -7},
                                           {"pst", -8}}};
  const auto found = std::ranges::find_if(
      kZones, [zone](const Zone& known) { return equals_ignoring_case(zone, known.name); });
  return std::chrono::hours(found == kZones.end() ? 0 : found->hours);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_w3c_datetime(std::string_view text) {
  Cursor cursor(strip_html_space(text));
  const auto year = cursor.number(4, 0, 9999);
  if (!year) return std::nullopt;
  std::optional<int> month = 1;
  std::optional<int> day = 1;
  const bool has_month = cursor.take('-');
  if (has_month) month = cursor.number(2, 1, 12);
  const bool has_day = has_month && month && cursor.take('-');
  if (has_day) day = cursor.number(2, 1, 31);
  if (!month || !day) return std::nullopt;
  const auto midnight = day_of(*year, *month, *day);
  if (!midnight) return std::nullopt;
  if (cursor.at_end()) return midnight;
  if (!has_day || (!cursor.take('t') && !cursor.take(' '))) return std::nullopt;
  const auto time = read_time(cursor);
  if (!time) return std::nullopt;
  cursor.take(' ');
  const auto offset = read_offset(cursor);
  if (!offset || !cursor.at_end()) return std::nullopt;
  return in_range(*midnight + *time - *offset);
}

std::optional<std::chrono::sys_seconds> parse_rfc822_date(std::string_view text) {
  Cursor cursor(strip_html_space(text));
  if (!cursor.word().empty() && !cursor.take(',')) return std::nullopt;
  cursor.skip_spaces();
  const auto day = cursor.number(std::clamp<std::size_t>(cursor.digits(), 1, 2), 1, 31);
  cursor.skip_spaces();
  const auto month = month_of(cursor.word());
  cursor.skip_spaces();
  const bool is_short = cursor.digits() == 2;
  auto year = cursor.number(is_short ? 2 : 4, 0, 9999);
  cursor.skip_spaces();
  const auto time = read_time(cursor);
  cursor.skip_spaces();
  if (!day || !month || !year || !time) return std::nullopt;
  if (is_short) *year += *year < 50 ? 2000 : 1900;
  const auto midnight = day_of(*year, *month, *day);
  const std::string_view zone = cursor.word();
  const auto offset =
      zone.empty() ? read_offset(cursor) : std::optional<std::chrono::minutes>(offset_of(zone));
  if (!midnight || !offset || !cursor.at_end()) return std::nullopt;
  return in_range(*midnight + *time - *offset);
}

}  // namespace gossamer
