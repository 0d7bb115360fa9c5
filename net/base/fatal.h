#pragma once

#include <string_view>

namespace gossamer {

// A broken invariant of ours or of the code that uses us: says so on stderr ("gossamer: <what>") and aborts.
[[noreturn]] void fatal(std::string_view what);
// The same with the reason of a failed system call, for calls without which nothing can run.
[[noreturn]] void fatal(std::string_view what, int error_number);

}  // namespace gossamer
