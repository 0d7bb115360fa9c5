#include "crawler/retry_policy.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "crawler/http_date.h"

namespace gossamer {
namespace {

bool may_pass(int status, std::optional<ErrorClass> error) {
  switch (status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      break;
  }
  if (!error) return false;
  switch (*error) {
    case ErrorClass::dns:
    case ErrorClass::connect:
    case ErrorClass::timeout:
    case ErrorClass::truncated:
    case ErrorClass::http_5xx:  // of the robots.txt: the page itself was not asked for
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<std::chrono::milliseconds> RetryPolicy::pause(std::uint16_t attempt, int status,
                                                            std::optional<ErrorClass> error,
                                                            std::string_view retry_after,
                                                            std::chrono::system_clock::time_point now) {
  if (attempt >= kMaxAttempts || !may_pass(status, error)) return std::nullopt;
  std::chrono::milliseconds pause = kFirstPause * (1 << (attempt - 1));
  if (const auto asked = parse_retry_after(retry_after, now)) {
    if (*asked > kLongestRetryAfter) return std::nullopt;
    pause = std::max(pause, *asked);
  }
  return pause;
}

ErrorClass ledger_class(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::refused:
    case ErrorClass::io:
      return ErrorClass::connect;
    case ErrorClass::invalid_input:
    case ErrorClass::not_found:
    case ErrorClass::storage:
      return ErrorClass::protocol;
    default:
      return error_class;
  }
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::chrono::system_clock::time_point now) {
  using std::chrono::milliseconds;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size() && error != std::errc::invalid_argument) {
    if (error != std::errc()) seconds = std::numeric_limits<std::uint32_t>::max();
    return std::chrono::seconds(seconds);
  }
  const auto date = parse_http_date(value, now);
  if (!date) return std::nullopt;
  // Rounded up, and in milliseconds: nanoseconds do not reach the year 9999.
  return std::max(*date - std::chrono::floor<milliseconds>(now), milliseconds::zero());
}

}  // namespace gossamer
