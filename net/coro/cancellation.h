#pragma once

#include <coroutine>
#include <source_location>

#include "net/base/fatal.h"
#include "net/loop/event_loop.h"

namespace gossamer {

// Thrown at a suspension point of a task that is being cancelled. Deliberately no std::exception: `catch
// (const std::exception&)` in user code lets it pass. Only the scope that caused it (a group, a timeout)
// swallows it.
struct Cancelled {};

class CancelScope;
class Waiter;

// What all coroutines of one running task share: its loop, what it waits for, and whether it is being
// cancelled.
struct TaskContext {
  EventLoop* loop = nullptr;
  Waiter* waiter = nullptr;      // the suspended innermost await, if any
  CancelScope* scope = nullptr;  // innermost
  bool cancel_pending = false;   // some enclosing scope is cancelled: the next suspension throws Cancelled
};

// A suspended coroutine as the thing it waits for sees it. Base of every awaitable that really suspends: it
// is woken exactly once, through the loop's ready queue, either by wake() or by the cancellation of its task.
// Lives in the coroutine's frame.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // Queues the coroutine. After it, what was waited for must not touch this waiter again.
  void wake() noexcept;

 protected:
  ~Waiter() {
    if (context_) fatal("a coroutine was destroyed while it waited");
  }

  // In await_suspend: false if the task is being cancelled, and so must not suspend.
  template <class Promise>
  bool suspend(std::coroutine_handle<Promise> handle) {
    body_ = handle.promise().body();
    return suspend(handle, handle.promise().context());
  }
  // As above, for a wait that has to end in its own time even when cancelled (a join, work on another
  // thread).
  template <class Promise>
  void suspend_shielded(std::coroutine_handle<Promise> handle) {
    body_ = handle.promise().body();
    attach(handle, handle.promise().context());
  }
  // In await_resume.
  void throw_if_cancelled() const {
    if (cancelled_) throw Cancelled{};
  }
  bool cancelled() const { return cancelled_; }
  EventLoop& loop() const { return *context_->loop; }

 private:
  friend class CancelScope;
  bool suspend(std::coroutine_handle<> handle, TaskContext& context);
  void attach(std::coroutine_handle<> handle, TaskContext& context);
  void cancel();

  // Leaves the queue it stands in. True: wake it now, with Cancelled. False: it will be woken by what it
  // waits for (which may be hurried along here), and cancelled() tells.
  virtual bool on_cancel() = 0;

  TaskContext* context_ = nullptr;  // until the coroutine is resumed
  std::coroutine_handle<> handle_;
  std::source_location body_;  // of the coroutine that waits
  bool cancelled_ = false;
};

// A part of a task that can be cancelled on its own; scopes nest. Cancelling is level-triggered: until the
// scope ends, every suspension inside it throws. Lives in a coroutine frame of the task, or in the task's
// state; what begins last ends first, so none may be held across a co_yield.
class CancelScope {
 public:
  // Whether the cancellation of the scopes around it reaches inside.
  enum class Outside : bool { reaches_in, held_off };
  explicit CancelScope(TaskContext& context, Outside outside = Outside::reaches_in);
  ~CancelScope();
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;

  void cancel();
  bool cancelled() const { return cancelled_; }
  // Takes the cancellation back: the scope is as new.
  void reset();

  // Whether a Cancelled that arrives here was caused by this scope and not by one around it.
  bool owns_cancellation() const { return cancelled_ && !any_cancelled(parent_); }

 private:
  static bool any_cancelled(const CancelScope* innermost);

  TaskContext& context_;
  CancelScope* parent_;
  Outside outside_;
  bool cancelled_ = false;
};

}  // namespace gossamer
