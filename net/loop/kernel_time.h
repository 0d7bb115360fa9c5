#pragma once

#include <ctime>
#include <optional>

#include "net/base/clock.h"

namespace gossamer {

// A timeout as pselect(2), ppoll(2) and epoll_pwait2(2) take it: a pointer, null for "no end".
class KernelTimeout {
 public:
  explicit KernelTimeout(std::optional<Duration> timeout) : given_(timeout.has_value()) {
    if (!timeout) return;
    wait_.tv_sec = static_cast<time_t>(timeout->count() / 1'000'000'000);
    wait_.tv_nsec = static_cast<long>(timeout->count() % 1'000'000'000);
  }
  const timespec* get() const { return given_ ? &wait_ : nullptr; }

 private:
  bool given_;
  timespec wait_{};
};

}  // namespace gossamer
