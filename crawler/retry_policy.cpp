#include "crawler/retry_policy.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

#include "crawler/http_date.h"

namespace gossamer {
namespace {

using Kind = RetryPolicy::Kind;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, RetryPolicy::kKinds> kNames{
    "dns", "connect", "tls", "timeout", "protocol", "truncated", "decode", "http_429", "http_5xx"};

std::optional<Kind> kind_of(int status, std::optional<ErrorClass> error) {
  switch (status) {
    case 408:
    case 425:
    case 429:
      return Kind::http_429;
    case 500:
    case 502:
    case 503:
    case 504:
      return Kind::http_5xx;
    default:
      break;
  }
  if (!error) return std::nullopt;
  switch (*error) {
    case ErrorClass::http_5xx:  // of the robots.txt: the page itself was not asked for
      return Kind::http_5xx;
    case ErrorClass::dns:
      return Kind::dns;
    case ErrorClass::connect:
      return Kind::connect;
    case ErrorClass::tls:
      return Kind::tls;
    case ErrorClass::timeout:
      return Kind::timeout;
    case ErrorClass::protocol:
      return Kind::protocol;
    case ErrorClass::truncated:
      return Kind::truncated;
    case ErrorClass::decode:
      return Kind::decode;
    default:
      return std::nullopt;
  }
}

// `first` doubled `times` times, kLongestPause at most.
milliseconds doubled(milliseconds first, int times) {
  milliseconds pause = first;
  while (times-- > 0 && pause < RetryPolicy::kLongestPause) pause *= 2;
  return std::min<milliseconds>(pause, RetryPolicy::kLongestPause);
}

milliseconds part_of(milliseconds whole, double random) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * random));
}

}  // namespace

Result<RetryPolicy> RetryPolicy::parse(const std::vector<std::string>& settings) {
  RetryPolicy policy;
  const RetryPolicy by_default;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    const bool one_kind = equals != std::string::npos;
    const std::string_view number = std::string_view(setting).substr(one_kind ? equals + 1 : 0);
    int retries = -1;
    const auto [end, error] = std::from_chars(number.begin(), number.end(), retries);
    if (error != std::errc() || end != number.end() || retries < 0 || retries > kMostRetries) {
      return fail(
          ErrorClass::invalid_input,
          fmt::format("--retries: '{}' is not a number of attempts, 0 ... {}; write it like 3 or timeout=1",
                      number, kMostRetries));
    }
    const auto name = std::ranges::find(kNames, std::string_view(setting).substr(0, one_kind ? equals : 0));
    if (one_kind && name == kNames.end()) {
      return fail(ErrorClass::invalid_input,
                  fmt::format("--retries: '{}' is no kind of failure; there are {}",
                              setting.substr(0, equals), fmt::join(kNames, ", ")));
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      const bool meant = one_kind ? kNames[kind] == *name : by_default.retries_[kind] > 0;
      if (meant) policy.retries_[kind] = static_cast<std::uint8_t>(retries);
    }
  }
  return policy;
}

std::optional<milliseconds> RetryPolicy::pause(std::uint16_t attempt, int status,
                                               std::optional<ErrorClass> error,
                                               std::optional<std::chrono::microseconds> retry_after,
                                               double random) const {
  const auto kind = kind_of(status, error);
  if (!kind || attempt > retries_[static_cast<std::size_t>(*kind)]) return std::nullopt;
  const milliseconds pause = part_of(doubled(kFirstPause, attempt - 1), random);
  if (!retry_after) return pause;
  if (*retry_after > kLongestRetryAfter) return std::nullopt;
  return std::max(pause, std::chrono::ceil<milliseconds>(*retry_after));
}

bool RetryPolicy::may_pass(int status) { return kind_of(status, std::nullopt).has_value(); }

milliseconds RetryPolicy::host_rest(int in_a_row, double random) {
  const milliseconds longest = doubled(kFirstPause, in_a_row - 1);
  return longest / 2 + part_of(longest / 2, random);
}

ErrorClass ledger_class(const Error& error) {
  if (error.phase == Phase::dns && error.error_class == ErrorClass::timeout) return ErrorClass::dns;
  switch (error.error_class) {
    case ErrorClass::refused:
    case ErrorClass::io:
      return ErrorClass::connect;
    case ErrorClass::invalid_input:
    case ErrorClass::not_found:
    case ErrorClass::storage:
      return ErrorClass::protocol;
    default:
      return error.error_class;
  }
}

std::optional<ErrorClass> retry_class(const Error& error) {
  if (error.error_class == ErrorClass::refused) return std::nullopt;
  return ledger_class(error);
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::chrono::system_clock::time_point now) {
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
