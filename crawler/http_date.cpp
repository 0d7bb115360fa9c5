#include "crawler/http_date.h"

#include <cstddef>

namespace gossamer {
namespace {

using namespace std::chrono;

// Reads a text from left to right. What does not fit makes it fail for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool skip(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  void expect(std::string_view literal) { failed_ |= !skip(literal); }

  void day_name() {
    std::size_t size = 0;
    while (size < rest_.size() && is_letter(rest_[size])) ++size;
    failed_ |= size < 3;
    rest_.remove_prefix(size);
  }

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i == rest_.size() || rest_[i] < '0' || rest_[i] > '9') {
        failed_ = true;
        return 0;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  month month_name() {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (unsigned i = 0; i < 12; ++i) {
      if (skip(kNames.substr(3 * i, 3))) return month(i + 1);
    }
    failed_ = true;
    return month(1);
  }

  seconds time_of_day() {
    const int hour = number(2);
    expect(":");
    const int minute = number(2);
    expect(":");
    const int second = number(2);
    failed_ |= hour > 23 || minute > 59 || second > 60;  // 60: a leap second
    return hours(hour) + minutes(minute) + seconds(second);
  }

  bool whole() const { return !failed_ && rest_.empty(); }

 private:
  static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

  std::string_view rest_;
  bool failed_ = false;
};

// The year that ends in `digits`, at most 50 years after `now` and less than 50 before.
int full_year(int digits, system_clock::time_point now) {
  const int this_year = static_cast<int>(year_month_day(floor<days>(now)).year());
  const int ahead = ((digits - this_year) % 100 + 100) % 100;
  return this_year + ahead - (ahead > 50 ? 100 : 0);
}

}  // namespace

std::optional<sys_seconds> parse_http_date(std::string_view text, system_clock::time_point now) {
  Reader in(text);
  int day_of_month = 0;
  int full = 0;
  month in_month{1};
  seconds time{0};
  in.day_name();
  if (in.skip(", ")) {
    day_of_month = in.number(2);
    if (in.skip("-")) {
      in_month = in.month_name();
      in.expect("-");
      full = full_year(in.number(2), now);
    } else {
      in.expect(" ");
      in_month = in.month_name();
      in.expect(" ");
      full = in.number(4);
    }
    in.expect(" ");
    time = in.time_of_day();
    in.expect(" GMT");
  } else {
    in.expect(" ");
    in_month = in.month_name();
    in.expect(" ");
    day_of_month = in.skip(" ") ? in.number(1) : in.number(2);
    in.expect(" ");
    time = in.time_of_day();
    in.expect(" ");
    full = in.number(4);
  }
  const year_month_day date(year(full), in_month, day(static_cast<unsigned>(day_of_month)));
  if (!in.whole() || !date.ok()) return std::nullopt;
  return sys_days(date) + time;
}

}  // namespace gossamer
