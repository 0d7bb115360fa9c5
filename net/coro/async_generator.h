#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/promise.h"
#include "net/coro/task.h"

namespace gossamer {

// A sequence whose body may both `co_yield` and `co_await`. It runs inside the task that awaits the next
// value:
//   while (auto value = co_await generator.next()) use(*value);
// next() gives nullopt at the end, also when called again, and rethrows what the body throws.
// Destroying it half-way runs the destructors of its frame.
template <class T>
class [[nodiscard]] AsyncGenerator {
 public:
  class promise_type : public AwaitedPromise {
   public:
    AsyncGenerator get_return_object() {
      return AsyncGenerator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    ResumeAwaiting yield_value(T value) {
      value_.emplace(std::move(value));
      return {};
    }
    void return_void() { value_.reset(); }
    void unhandled_exception() {
      value_.reset();
      exception_ = std::current_exception();
    }

   private:
    friend class AsyncGenerator;
    std::optional<T> value_;
    std::exception_ptr exception_;
    bool running_ = false;
  };

  AsyncGenerator(AsyncGenerator&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  AsyncGenerator& operator=(AsyncGenerator&& other) noexcept {
    if (this != &other) {
      destroy();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  ~AsyncGenerator() { destroy(); }

  class [[nodiscard]] Next {
   public:
    explicit Next(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
    bool await_ready() const noexcept {
      if (frame_.promise().running_) fatal("next() of an AsyncGenerator that another task runs");
      return frame_.done();
    }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
      frame_.promise().running_ = true;
      frame_.promise().value_.reset();
      frame_.promise().set_awaiting(awaiting);
      return frame_;
    }
    std::optional<T> await_resume() {
      promise_type& promise = frame_.promise();
      promise.running_ = false;
      if (promise.exception_) std::rethrow_exception(std::exchange(promise.exception_, nullptr));
      return std::exchange(promise.value_, std::nullopt);
    }

   private:
    std::coroutine_handle<promise_type> frame_;
  };
  Next next() {
    if (!frame_) fatal("next() of an AsyncGenerator that was moved from");
    return Next(frame_);
  }

 private:
  explicit AsyncGenerator(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  void destroy() {
    if (!frame_) return;
    if (frame_.promise().running_) fatal("an AsyncGenerator was destroyed while it ran or waited");
    frame_.destroy();
  }
  std::coroutine_handle<promise_type> frame_;
};

// `co_await for_each(generator, fn)` calls `fn(value)` for each value, and awaits it where it gives a Task.
template <class T, class Fn>
Task<> for_each(AsyncGenerator<T> generator, Fn fn) {
  while (auto value = co_await generator.next()) {
    if constexpr (is_task<std::invoke_result_t<Fn&, T>>) {
      co_await std::invoke(fn, *std::move(value));
    } else {
      std::invoke(fn, *std::move(value));
    }
  }
}

}  // namespace gossamer
