#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gossamer {

// A date of HTTP (RFC 9110 section 5.6.7) in any of its three forms, "Sun, 06 Nov 1994 08:49:37 GMT" and the
// obsolete "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994"; nullopt for anything else. The
// name of the day is not compared with the date. Years of two digits are those at most 50 years after `now`.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::system_clock::time_point now);

}  // namespace gossamer
