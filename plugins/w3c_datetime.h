#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gossamer {

// A date and time as sitemaps and Atom feeds write it (W3C NOTE-datetime; RFC 3339): 2024, 2024-05,
// 2024-05-17, 2024-05-17T08:30+02:00, with seconds and a fraction of them if wanted. Forgiven, for it is
// common: a space for the T, an offset without its colon or minutes, or none at all, which stands for UTC.
// nullopt: anything else.
std::optional<std::chrono::sys_seconds> parse_w3c_datetime(std::string_view text);

}  // namespace gossamer
