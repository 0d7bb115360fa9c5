#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "net/base/error.h"
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

template <class T>
struct timeout_result {
  using type = Result<T>;
};
template <class T>
struct timeout_result<Result<T>> {
  using type = Result<T>;
};

namespace detail {

// `deadline_on(loop)` is asked when the task begins.
template <class T, class DeadlineOn>
Task<typename timeout_result<T>::type> with_deadline(DeadlineOn deadline_on, Task<T> task) {
  TaskContext& context = co_await current_task();
  CancelScope scope(context);
  Timer timer({[](void* argument) { static_cast<CancelScope*>(argument)->cancel(); }, &scope});
  struct Disarm {
    EventLoop& loop;
    Timer& timer;
    ~Disarm() { loop.disarm(timer); }
  } disarm{*context.loop, timer};
  context.loop->arm(timer, deadline_on(*context.loop));
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      co_return Result<>{};
    } else {
      co_return co_await std::move(task);
    }
  } catch (const Cancelled&) {
    if (!scope.owns_cancellation()) throw;
  }
  co_return fail(ErrorClass::timeout, "timed out");
}

}  // namespace detail

// Runs `task` until `deadline`. If it is not done by then it is cancelled, its clean-up runs, and the result
// is Error{timeout}. A cancellation from outside passes through.
template <class T>
auto with_deadline(Deadline deadline, Task<T> task) {
  return detail::with_deadline([deadline](const EventLoop&) { return deadline; }, std::move(task));
}

// The time counts from when this is awaited.
template <class T>
auto with_timeout(Duration timeout, Task<T> task) {
  return detail::with_deadline(
      [timeout](const EventLoop& loop) { return deadline_after(loop.now(), timeout); }, std::move(task));
}

// The same for other awaitables: `co_await with_timeout(1s, channel.receive())`.
template <Awaitable A>
auto with_deadline(Deadline deadline, A&& awaitable) {
  return with_deadline(deadline, as_task(std::forward<A>(awaitable)));
}
template <Awaitable A>
auto with_timeout(Duration timeout, A&& awaitable) {
  return with_timeout(timeout, as_task(std::forward<A>(awaitable)));
}

}  // namespace gossamer
