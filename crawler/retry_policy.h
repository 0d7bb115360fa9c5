#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"

namespace gossamer {

// When an attempt that did not work is made again: how often by what went wrong, and after which pause.
class RetryPolicy {
 public:
  // What may pass by itself. http_429 is 408, 425 and 429; http_5xx is 500, 502, 503 and 504. Everything else
  // is final at once.
  enum class Kind : std::uint8_t {
    dns,
    connect,
    tls,
    timeout,
    protocol,
    truncated,
    decode,
    http_429,
    http_5xx
  };
  static constexpr std::size_t kKinds = 9;

  static constexpr std::chrono::seconds kFirstPause{2};    // on average half of it; doubled each time
  static constexpr std::chrono::minutes kLongestPause{5};  // as far as that goes
  static constexpr std::chrono::hours kLongestRetryAfter{24};
  static constexpr int kMostRetries = 100;

  // Two further attempts for dns, connect, timeout, truncated and http_5xx, five for http_429, none for tls,
  // protocol and decode.
  RetryPolicy() = default;

  // `settings`, in order, over that: "N" for the kinds that have attempts by default, "KIND=N" for one.
  // Errors: invalid_input; the message says what would be right.
  static Result<RetryPolicy> parse(const std::vector<std::string>& settings);

  // How long to wait before attempt `attempt` + 1; nullopt: no more. `status` is 0 where there was no
  // response, `retry_after` what it asked for by such a header. Exponential with full jitter: `random`,
  // evenly spread over [0, 1), takes its part of the longest pause. A URL is never asked for again before the
  // time that the site named; one further off than kLongestRetryAfter means no more attempts in this run.
  std::optional<std::chrono::milliseconds> pause(std::uint16_t attempt, int status,
                                                 std::optional<ErrorClass> error,
                                                 std::optional<std::chrono::microseconds> retry_after,
                                                 double random) const;

  // Whether such an answer may pass by itself, so that a Retry-After counts for its URL.
  static bool may_pass(int status);
  // Whether it says that its host has too much to do, so that a Retry-After counts for the host as a whole.
  static bool is_crowded(int status) { return status == 429 || status == 503; }

  // How long a host that answers 429 or 503 is left alone, also when it does not say: exponential in the
  // number of such answers in a row (1 for the first), the upper half of it spread by `random`.
  static std::chrono::milliseconds host_rest(int in_a_row, double random);

 private:
  std::array<std::uint8_t, kKinds> retries_{2, 2, 0, 2, 0, 2, 0, 5, 2};  // by Kind
};

// The ledger's class of an error: what went wrong while a name was looked up is dns, also a name server that
// does not answer in time. Errors without a class there (a refused address, a failing system call) count as
// connect, unusable requests as protocol.
ErrorClass ledger_class(const Error& error);

// The class by which a failed attempt is tried again; nullopt: we refuse it ourselves, as a private address.
std::optional<ErrorClass> retry_class(const Error& error);

// How long after `now` a Retry-After header (RFC 9110 section 10.2.3: seconds, or a date) asks to wait; 0 for
// a date that is over, nullopt for what is neither. Seconds past 2^32 count as that many.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::chrono::system_clock::time_point now);

}  // namespace gossamer
