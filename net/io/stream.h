#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "net/base/clock.h"
#include "net/base/error.h"
#include "net/coro/task.h"

namespace gossamer {

// A connection of bytes, both ways. The seam between HTTP and TCP, TLS or a test's script. One loop; at most
// one reader and one writer at a time. The buffers must live until the call ends.
class Stream {
 public:
  virtual ~Stream() = default;

  // At least one byte, or 0 at the end of the stream. Errors: timeout, io (reset by peer ...), tls.
  virtual Task<Result<std::size_t>> read_some(std::span<char> buffer, Deadline deadline) = 0;
  // All of `bytes`. After an error it is unknown how many were sent.
  virtual Task<Result<>> write_all(std::string_view bytes, Deadline deadline) = 0;
  // True while an idle connection is silent: no bytes, no end, no error have come. For keep-alive pools.
  virtual bool is_idle() = 0;
};

}  // namespace gossamer
