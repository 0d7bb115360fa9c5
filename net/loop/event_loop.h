#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "net/base/clock.h"
#include "net/base/fd.h"
#include "net/loop/selector.h"
#include "net/loop/timer_queue.h"

namespace gossamer {

class IoWatch;

// The callback event loop: runs what is ready, then waits for readiness, timers and posts. Everything above
// it (tasks, sockets) is built from these calls. One loop a thread, no locks inside; only post() may be
// called from other threads. Callbacks must not throw, and the loop's own bookkeeping does not survive a
// lack of memory: both end the process. Nothing may post() to a loop that is gone.
class EventLoop {
 public:
  using Callback = std::move_only_function<void()>;

  struct Options {
    std::unique_ptr<Selector> selector;  // null: make_default_selector()
    const Clock* clock = nullptr;        // null: Clock::steady(); must outlive the loop
  };

  EventLoop();
  explicit EventLoop(Options options);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // The loop that this thread is running; a broken invariant (abort) outside run().
  static EventLoop& current();

  TimePoint now() const { return clock_.now(); }

  // Runs until stop(); a stop() before it has no effect. Work still queued then stays queued for the next
  // run(). Not from within one of this loop's own calls; another loop may be run there.
  void run() noexcept;
  void stop() { stopped_ = true; }

  // Calls in the next round, in order. The second form owns its callback.
  void call_soon(ReadyCall call) noexcept { ready_.push_back(call); }
  void call_soon(Callback callback) noexcept;

  // Thread-safe call_soon: wakes the loop if it waits.
  void post(Callback callback) noexcept;

  // The timer's call is made once by the loop itself, at or after `deadline`, never before. Armed again, it
  // forgets its former deadline; kNoDeadline disarms it.
  void arm(Timer& timer, TimePoint deadline) noexcept {
    deadline == kNoDeadline ? timers_.disarm(timer) : timers_.arm(timer, deadline);
  }
  void disarm(Timer& timer) { timers_.disarm(timer); }

  Selector& selector() { return *selector_; }

 private:
  void run_ready();
  void run_posted();
  void run_next_callback();
  void wait();

  std::unique_ptr<Selector> selector_;
  const Clock& clock_;
  TimerQueue timers_;
  std::vector<ReadyCall> ready_;
  std::vector<ReadyCall> running_;
  bool in_run_ = false;
  bool stopped_ = false;

  Fd wake_;  // eventfd: post() from another thread
  std::unique_ptr<IoWatch> wake_watch_;
  std::mutex posted_mutex_;
  std::vector<Callback> posted_;

  std::deque<Callback> callbacks_;  // what call_soon() owns; each has its place in ready_
};

}  // namespace gossamer
