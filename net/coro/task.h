#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/promise.h"

namespace gossamer {

// A lazy coroutine: nothing runs until it is awaited. `co_await f(x)` runs it inside the awaiting task and
// gives its value or rethrows its exception. Await it in the expression that creates it, or hand it to what
// runs it (run(), with_timeout()); to run something beside the caller, use TaskGroup::create_task.
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
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  class Awaiter;
  Awaiter operator co_await() && noexcept {
    if (!frame_) fatal("a Task was awaited twice, or after it had been moved from");
    return Awaiter(std::move(*this));
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
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
