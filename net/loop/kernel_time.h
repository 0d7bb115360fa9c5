#pragma once

#include <algorithm>
#include <ctime>
#include <optional>

#include "net/base/clock.h"

namespace gossamer {

// A timeout as pselect(2), ppoll(2) and epoll_pwait2(2) take it: a pointer, null for "no end". A negative one
// is over.
class KernelTimeout {
 public:
  explicit KernelTimeout(std::optional<Duration> timeout) : given_(timeout.has_value()) {
    if (!timeout) return;
    const Duration wait = std::max(*timeout, Duration::zero());
    wait_.tv_sec = static_cast<time_t>(wait.count() / 1'000'000'000);
    wait_.tv_nsec = static_cast<long>(wait.count() % 1'000'000'000);
  }
  const timespec* get() const { return given_ ? &wait_ : nullptr; }

 private:
  bool given_;
  timespec wait_{};
};

}  // namespace gossamer
