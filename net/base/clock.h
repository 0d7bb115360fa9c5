#pragma once

#include <chrono>

namespace gossamer {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;

// When a wait on the outside world gives up. TimePoint::max() means never; only joins and receives may use
// it.
using Deadline = TimePoint;
inline constexpr Deadline kNoDeadline = TimePoint::max();

// kNoDeadline where the sum does not fit.
constexpr Deadline deadline_after(TimePoint now, Duration wait) {
  return wait >= kNoDeadline - now ? kNoDeadline : now + wait;
}

// Monotonic time as the loop sees it. A seam: tests put a clock that jumps in its place.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;

  // The system's steady clock; lives for ever.
  static const Clock& steady();
};

}  // namespace gossamer
