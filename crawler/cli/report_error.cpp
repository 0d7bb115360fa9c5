#include "crawler/cli/report_error.h"

#include <cstdio>
#include <fmt/core.h>

#include "crawler/cli/commands.h"

namespace gossamer {

int report_error(std::string_view command, const Error& error) {
  fmt::print(stderr, "gossamer {}: {}\n", command, error.message);
  const bool usage =
      error.error_class == ErrorClass::invalid_input || error.error_class == ErrorClass::not_found;
  return usage ? kExitUsage : kExitFailed;
}

}  // namespace gossamer
