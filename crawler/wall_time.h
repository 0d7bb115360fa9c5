#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "storage/rows.h"

namespace gossamer {

WallTime wall_now();

// "2026-11-21T04:06:02.123456Z", and back: every digit of what the database stores, in an order that sorts.
std::string format_wall_time(WallTime time);
std::optional<WallTime> parse_wall_time(std::string_view text);

// "1.25 s", "12.5 ms", "0 s": without losing a microsecond.
std::string exact_duration(std::chrono::microseconds duration);

}  // namespace gossamer
