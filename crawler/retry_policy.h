#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// When an attempt that did not work is made again. Classes that may pass by themselves are tried kMaxAttempts
// times: dns, connect, timeout, truncated; 408, 425, 429, 500, 502, 503, 504. The others are final at once.
struct RetryPolicy {
  static constexpr std::uint16_t kMaxAttempts = 3;
  static constexpr std::chrono::seconds kFirstPause{1};  // doubled for each further attempt
  static constexpr std::chrono::hours kLongestRetryAfter{24};

  // How long to wait before attempt `attempt` + 1; nullopt: no more. `status` is 0 where there was no
  // response. `retry_after` is the header's value ("" if absent): the URL is never asked for again before the
  // time the site named. A time further off than kLongestRetryAfter means no more attempts in this run: the
  // URL fails at once, with the status it got.
  static std::optional<std::chrono::milliseconds> pause(
      std::uint16_t attempt, int status, std::optional<ErrorClass> error, std::string_view retry_after,
      std::chrono::system_clock::time_point now = std::chrono::system_clock::now());
};

// The ledger's class of an error: errors without a class there (a refused address, a failing system call)
// count as connect, unusable requests as protocol.
ErrorClass ledger_class(ErrorClass error_class);

// How long after `now` a Retry-After header (RFC 9110 section 10.2.3: seconds, or a date) asks to wait; 0 for
// a date that is over, nullopt for what is neither. Seconds past 2^32 count as that many.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::chrono::system_clock::time_point now);

}  // namespace gossamer
