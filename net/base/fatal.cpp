#include "net/base/fatal.h"

#include <cstdio>
#include <cstdlib>

#include "net/base/error.h"

namespace gossamer {

void fatal(std::string_view what) {
  std::fprintf(stderr, "gossamer: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void fatal(std::string_view what, int error_number) { fatal(errno_message(what, error_number)); }

}  // namespace gossamer
