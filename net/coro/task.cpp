#include "net/coro/task.h"

#include <cstdio>

namespace gossamer::detail {

void report_never_awaited(const std::source_location& body) {
  std::fprintf(stderr, "gossamer: a Task was never awaited: %s (%s:%u)\n", body.function_name(),
               body.file_name(), body.line());
}

}  // namespace gossamer::detail
