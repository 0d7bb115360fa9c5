#include "crawler/wall_time.h"

#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace gossamer {

WallTime wall_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string format_wall_time(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<WallTime> parse_wall_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [text](std::size_t from, std::size_t length) {
    unsigned value = 0;
    std::from_chars(text.data() + from, text.data() + from + length, value);
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
         std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) +
         std::chrono::microseconds(number(20, 6));
}

std::string exact_duration(std::chrono::microseconds duration) {
  const auto us = duration.count();
  const bool seconds = us == 0 || us >= 1'000'000 || us <= -1'000'000;
  const std::int64_t unit = seconds ? 1'000'000 : 1000;
  std::string text = fmt::format("{}{}", us < 0 ? "-" : "", (us < 0 ? -us : us) / unit);
  if (const auto rest = (us < 0 ? -us : us) % unit; rest != 0) {
    std::string digits = fmt::format("{:0{}}", rest, seconds ? 6 : 3);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + (seconds ? " s" : " ms");
}

}  // namespace gossamer
