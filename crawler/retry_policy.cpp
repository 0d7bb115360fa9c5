#include "crawler/retry_policy.h"

#include <algorithm>
#include <charconv>

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
                                                            std::string_view retry_after) {
  if (attempt >= kMaxAttempts || !may_pass(status, error)) return std::nullopt;
  std::chrono::milliseconds pause = kFirstPause * (1 << (attempt - 1));
  if (const auto asked = parse_retry_after(retry_after))
    pause = std::max<std::chrono::milliseconds>(pause, *asked);
  return std::min<std::chrono::milliseconds>(pause, kLongestPause);
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

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value) {
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace gossamer
