#include "plugins/w3c_datetime.h"

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

  // False: there is no digit.
  bool skip_digits() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && is_ascii_digit(rest_.front())) rest_.remove_prefix(1);
    return rest_.size() < before;
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
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::chrono::sys_seconds midnight = std::chrono::sys_days(date);
  if (cursor.at_end()) return midnight;
  if (!has_day || (!cursor.take('t') && !cursor.take(' '))) return std::nullopt;
  const auto time = read_time(cursor);
  if (!time) return std::nullopt;
  cursor.take(' ');
  const auto offset = read_offset(cursor);
  if (!offset || !cursor.at_end()) return std::nullopt;
  return midnight + *time - *offset;
}

}  // namespace gossamer
