#pragma once

#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// Prints "gossamer COMMAND: message" to stderr. Returns the exit code: kExitUsage for input that is missing
// or not what it should be, else kExitFailed.
int report_error(std::string_view command, const Error& error);

}  // namespace gossamer
