#pragma once

#include <exception>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/base/error.h"
#include "net/base/fatal.h"
#include "net/coro/as_task.h"
#include "net/coro/task.h"

namespace gossamer {

// `co_await sleep_until(t)`, `co_await sleep_for(d)`: never returns early; ends with Cancelled when
// cancelled. A duration counts from the co_await. `sleep_for(0s)` lets all run that is ready, and takes no
// timer.
class [[nodiscard]] Sleep final : public Waiter {
 public:
  explicit Sleep(TimePoint until) : until_(until) {}
  explicit Sleep(Duration duration) : duration_(duration) {}
  bool await_ready() const { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) {
    if (!suspend(handle)) return false;
    if (!duration_) {
      loop().arm(timer_, until_);
    } else if (*duration_ > Duration::zero()) {
      loop().arm(timer_, deadline_after(loop().now(), *duration_));
    } else {
      wake();
    }
    return true;
  }
  void await_resume() const { throw_if_cancelled(); }

 private:
  bool on_cancel() override {
    loop().disarm(timer_);
    return true;
  }
  TimePoint until_;
  std::optional<Duration> duration_;
  Timer timer_{{[](void* self) { static_cast<Sleep*>(self)->wake(); }, this}};
};

inline Sleep sleep_until(TimePoint until) { return Sleep(until); }
inline Sleep sleep_for(Duration duration) { return Sleep(duration); }

// A time limit for a part of a body, which may be moved while it runs. When the time is over every wait in
// its scope throws Cancelled, which the part catches to end as Error{timeout}:
//   Timeout timeout(co_await current_task(), 1s);
//   try {
//     co_await login();
//     timeout.reschedule(loop.now() + 10s);
//     co_return co_await download();
//   } catch (const Cancelled&) {
//     co_return timeout.error();
//   }
// As a CancelScope it must not be held across a co_yield.
class Timeout {
 public:
  Timeout(TaskContext& task, Deadline deadline) : loop_(*task.loop), scope_(task) { reschedule(deadline); }
  Timeout(TaskContext& task, Duration timeout) : Timeout(task, deadline_after(task.loop->now(), timeout)) {}
  ~Timeout() { loop_.disarm(timer_); }

  // No effect once the time was over.
  void reschedule(Deadline deadline) { loop_.arm(timer_, deadline); }
  bool expired() const { return scope_.cancelled(); }
  // For the handler of a Cancelled, and there only. One that came from outside is thrown on.
  std::unexpected<Error> error() const {
    if (!std::current_exception()) fatal("Timeout::error() was called outside the handler of a Cancelled");
    if (!scope_.owns_cancellation()) throw;
    return fail(ErrorClass::timeout, "timed out");
  }

 private:
  EventLoop& loop_;
  CancelScope scope_;
  Timer timer_{{[](void* scope) { static_cast<CancelScope*>(scope)->cancel(); }, &scope_}};
};

namespace detail {

template <class T>
struct TimeoutResult {
  using type = Result<T>;
};
template <class T>
struct TimeoutResult<Result<T>> {
  using type = Result<T>;
};

// `limit` is a Deadline, or a Duration from when the task begins.
template <class T, class Limit>
Task<typename TimeoutResult<T>::type> with_limit(Limit limit, Task<T> task) {
  Timeout timeout(co_await current_task(), limit);
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      co_return Result<>{};
    } else {
      co_return co_await std::move(task);
    }
  } catch (const Cancelled&) {
    co_return timeout.error();
  }
}

}  // namespace detail

// Runs `task` until `deadline`. If it is not done by then it is cancelled, its clean-up runs, and the result
// is Error{timeout}. A cancellation from outside passes through.
template <class T>
auto with_deadline(Deadline deadline, Task<T> task) {
  return detail::with_limit(deadline, std::move(task));
}

// The time counts from when this is awaited.
template <class T>
auto with_timeout(Duration timeout, Task<T> task) {
  return detail::with_limit(timeout, std::move(task));
}

// The same for other awaitables: `co_await with_timeout(1s, channel.receive())`.
template <Awaitable A>
auto with_deadline(Deadline deadline, A&& awaitable) {
  return with_deadline(deadline, detail::as_task(std::forward<A>(awaitable)));
}
template <Awaitable A>
auto with_timeout(Duration timeout, A&& awaitable) {
  return with_timeout(timeout, detail::as_task(std::forward<A>(awaitable)));
}

}  // namespace gossamer
