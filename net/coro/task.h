#pragma once

#include <coroutine>
#include <exception>
#include <source_location>
#include <type_traits>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/promise.h"

namespace gossamer {

namespace detail {
// Says so on stderr, with the name of the coroutine's function.
void report_never_awaited(const std::source_location& body);
}  // namespace detail

// A lazy coroutine: nothing runs until it is awaited. `co_await f(x)` runs it inside the awaiting task and
// gives its value or rethrows its exception. Await it in the expression that creates it, or hand it to what
// runs it (run(), with_timeout()); to run something beside the caller, use TaskGroup::create_task. One that
// is dropped without ever being awaited has done nothing: debug builds report it, but for those that an
// exception sweeps away.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using value_type = T;

  class promise_type : public AwaitedPromise, public ResultSlot<T> {
   public:
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
  };

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      drop();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  ~Task() { drop(); }

  class Awaiter;
  Awaiter operator co_await() && noexcept {
    if (!frame_) fatal("a Task was awaited twice, or after it had been moved from");
    return Awaiter(std::move(*this));
  }
  Awaiter operator co_await() & = delete;  // a task is used up: co_await std::move(task)

 private:
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  void drop() {
    if (!frame_) return;
#ifndef NDEBUG
    const promise_type& promise = frame_.promise();
    if (!promise.awaited() && std::uncaught_exceptions() == 0) detail::report_never_awaited(promise.body());
#endif
    frame_.destroy();
  }
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
class Task<T>::Awaiter {
 public:
  explicit Awaiter(Task task) noexcept : task_(std::move(task)) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
    task_.frame_.promise().set_awaiting(awaiting);
    return task_.frame_;
  }
  T await_resume() { return task_.frame_.promise().take(); }

 private:
  Task task_;
};

namespace detail {

// `co_await store_in(slot, f())` keeps what the task gives; of a Task<>, that it has returned.
template <class T>
class [[nodiscard]] StoreIn : public Task<T>::Awaiter {
 public:
  StoreIn(ReturnSlot<T>& slot, Task<T> task)
      : Task<T>::Awaiter(std::move(task).operator co_await()), slot_(slot) {}
  void await_resume() {
    if constexpr (std::is_void_v<T>) {
      Task<T>::Awaiter::await_resume();
      slot_.return_void();
    } else {
      slot_.return_value(Task<T>::Awaiter::await_resume());
    }
  }

 private:
  ReturnSlot<T>& slot_;
};
template <class T>
StoreIn<T> store_in(std::type_identity_t<ReturnSlot<T>>& slot, Task<T> task) {
  return StoreIn<T>(slot, std::move(task));
}

}  // namespace detail

// `TaskContext& context = co_await current_task();` never suspends.
struct current_task {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
    context_ = &handle.promise().context();
    return false;
  }
  TaskContext& await_resume() const noexcept { return *context_; }

 private:
  TaskContext* context_ = nullptr;
};

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

}  // namespace gossamer
