#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// How durations and sizes are written in flags, job files and messages.

// "500ms", "2s", "1.5m", "1h", "0": a number and ms, s, m, h or d; only zero goes without a unit. Errors:
// invalid_input; the message says what would be right.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "4096", "32M", "1.5G": bytes, or a number and K, M, G or T (powers of 1024; "MB" and "MiB" are the same).
// Errors: as above.
Result<std::uint64_t> parse_size(std::string_view text);

// "10", "10/s", "30/m", "500/h": so many a second. Errors: as above.
Result<double> parse_rate(std::string_view text);

// A spelling that parses back to the same value, in the largest unit that needs no fraction: "90s", "32M",
// "1000".
std::string format_duration(std::chrono::milliseconds duration);
std::string format_size(std::uint64_t bytes);

// "1,234,567"; "1 URL", "1,234 URLs".
std::string grouped(std::uint64_t number);
std::string counted(std::uint64_t number, std::string_view noun);

// For people, rounded to three digits: "1.53 GB", "817 B" (powers of 1000); "2h05m", "3m20s", "0.8s".
std::string human_bytes(std::uint64_t bytes);
std::string human_duration(std::chrono::milliseconds duration);

}  // namespace gossamer
