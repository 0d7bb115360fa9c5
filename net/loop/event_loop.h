#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <source_location>
#include <thread>
#include <utility>
#include <vector>

#include "net/base/clock.h"
#include "net/base/fd.h"
#include "net/loop/ready_call.h"
#include "net/loop/selector.h"
#include "net/loop/timer_queue.h"

namespace gossamer {

class CallHandle;
class IoWatch;
class OwnedCalls;

// The callback event loop: runs what is ready, then waits for readiness, timers and posts. Everything above
// it (tasks, sockets) is built from these calls. One loop a thread, no locks inside; only post() may be
// called from other threads. Callbacks must not throw, and the loop's own bookkeeping does not survive a
// lack of memory: both end the process; in debug builds so does a call from another thread while the loop
// runs. Nothing may post() to a loop that is gone.
//
// A callback is given in one of two ways. The loop owns a Callback until it is made or its CallHandle cancels
// it; those left at its end are destroyed unmade, and what goes with them may still cancel and queue
// callbacks. A ReadyCall, a Timer, an IoWatch or a SignalWatch belongs to who waits, and costs no allocation.
class EventLoop {
 public:
  using Callback = std::move_only_function<void()>;
  // Where a callback was handed over: its name, should it hold the loop up. See step().
  using Location = std::source_location;

  struct Options {
    // Null: make_default_selector(). The loop and each SignalWatch register a descriptor of their own and
    // end the process if it cannot be watched: over select(), with all those below FD_SETSIZE in use.
    std::unique_ptr<Selector> selector;
    const Clock* clock = nullptr;  // null: Clock::steady(); must outlive the loop
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
  // run. Not from within one of this loop's own calls; another loop may be run there.
  void run_forever() noexcept;
  void stop() {
    check_thread();
    stopped_ = true;
  }

  // Calls in the next round, in order.
  void call_soon(ReadyCall call) noexcept {
    check_thread();
    ready_.push_back(call);
  }
  CallHandle call_soon(Callback callback, Location from = Location::current()) noexcept;
  // Calls once, when the time has come.
  CallHandle call_later(Duration delay, Callback callback, Location from = Location::current()) noexcept;
  CallHandle call_at(TimePoint time, Callback callback, Location from = Location::current()) noexcept;

  // Calls in each round in which `fd` can be read (written), until cancelled; `fd` must stay open until then.
  // Level-triggered: who leaves bytes unread is called again. Errors: io, for what cannot be watched. A
  // second callback for a direction, or an IoWatch beside it, is a broken invariant.
  Result<CallHandle> on_readable(int fd, Callback callback, Location from = Location::current()) noexcept;
  Result<CallHandle> on_writable(int fd, Callback callback, Location from = Location::current()) noexcept;
  // Calls whenever the process gets the signal, until cancelled. One callback a signal and process. A
  // signal that cannot be handled (SIGKILL) is a broken invariant.
  CallHandle on_signal(int signal_number, Callback callback, Location from = Location::current()) noexcept;

  // Thread-safe call_soon: wakes the loop if it waits.
  void post(Callback callback, Location from = Location::current()) noexcept;

  // The timer's call is made once by the loop itself, at or after `deadline`, never before. Armed again, it
  // forgets its former deadline; kNoDeadline disarms it.
  void arm(Timer& timer, TimePoint deadline) noexcept {
    check_thread();
    deadline == kNoDeadline ? timers_.disarm(timer) : timers_.arm(timer, deadline);
  }
  void disarm(Timer& timer) {
    check_thread();
    timers_.disarm(timer);
  }

  Selector& selector() { return *selector_; }

  // Names what runs now. In debug builds a call that holds the loop for longer than kLongStep is reported on
  // stderr by the last name given during it. So is a callback that throws, in all builds.
  void name_step(Location where) { step_ = where; }
  static constexpr Duration kLongStep = std::chrono::milliseconds(50);
  // A program whose stderr is for its users sets it to false before its first loop.
  static inline bool reports_long_steps = true;

 private:
  friend class CallHandle;
  struct QueuedCallback {
    std::uint64_t id;
    Callback callback;
    Location from;
  };

  // That no other thread runs this loop; debug builds only.
  void check_thread() const {
#ifndef NDEBUG
    const std::thread::id runner = runner_.load(std::memory_order_relaxed);
    if (runner != std::thread::id() && runner != std::this_thread::get_id()) wrong_thread();
#endif
  }
  [[noreturn]] static void wrong_thread();
  std::size_t run_ready();  // how many calls it made
  void make(ReadyCall call);
  QueuedCallback* find_queued(std::uint64_t id);
  void run_posted();
  void run_next_callback();
  bool drop_callbacks();  // unmade; whether there were any
  void wait();

  std::unique_ptr<Selector> selector_;
  const Clock& clock_;
  TimerQueue timers_;
  std::vector<ReadyCall> ready_;
  std::vector<ReadyCall> running_;
  std::atomic<std::thread::id> runner_;  // while in run_forever()
  bool stopped_ = false;

  Fd wake_;  // eventfd: post() from another thread
  std::unique_ptr<IoWatch> wake_watch_;
  std::mutex posted_mutex_;
  std::vector<std::pair<Callback, Location>> posted_;

  std::uint64_t last_id_ = 0;             // of a callback that the loop owns
  std::deque<QueuedCallback> callbacks_;  // of call_soon(), by id; each has its place in ready_
  std::unique_ptr<OwnedCalls> owned_;     // of the others
  Location step_;
};

// A callback that a loop owns. Trivial to copy; dropping it cancels nothing. Loop thread only, and not after
// the loop's end.
class CallHandle {
 public:
  CallHandle(EventLoop& loop, std::uint64_t id) : loop_(&loop), id_(id) {}

  // The callback is not made any more, and is destroyed, unless it is just being made: then after that. No
  // effect if it is over.
  void cancel();
  // Whether the callback may still be made.
  bool active() const;

 private:
  EventLoop* loop_;
  std::uint64_t id_;
};

}  // namespace gossamer
