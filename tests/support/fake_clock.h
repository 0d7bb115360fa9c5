#pragma once

#include "net/base/clock.h"
#include "net/loop/event_loop.h"

namespace gossamer {

// A clock that jumps: a loop built from loop_options() never waits for a timer. When nothing else is to be
// done the clock moves to the next deadline at once, so a test of a 30 s timeout takes no time and always
// ends the same way. Descriptors and post() stay real. One loop a clock; the clock must outlive the loop.
// Loop thread only.
class FakeClock final : public Clock {
 public:
  // Before each jump the loop looks `settle` of real time for readiness. Zero is right where all that can
  // happen happens on this loop; a test with real sockets, threads or processes needs some milliseconds, or
  // the clock may jump past a deadline while the answer is still in the kernel.
  explicit FakeClock(Duration settle = Duration::zero()) : settle_(settle) {}

  TimePoint now() const override { return now_; }
  void advance(Duration by) { now_ += by; }
  // How often a loop slept until a timer: each is a wake-up that a timer caused.
  std::size_t jumps() const { return jumps_; }
  void count_jump() { ++jumps_; }

  // A loop that would wait for ever (no timer armed) waits for real, at most a minute, and then ends the
  // process: nothing would ever wake it. `selector` null: the default one.
  EventLoop::Options loop_options(std::unique_ptr<Selector> selector = nullptr);

 private:
  Duration settle_;
  std::size_t jumps_ = 0;
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace gossamer
