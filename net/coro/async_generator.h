#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/async_with.h"
#include "net/coro/promise.h"
#include "net/coro/task.h"

namespace gossamer {

// A sequence whose body may both `co_yield` and `co_await`. It runs inside the task that awaits the next
// value:
//   while (auto value = co_await generator.next()) use(*value);
// next() gives nullopt at the end, also when called again, and rethrows what the body throws.
//
// One that is left half-way should be closed, so that clean-up in its body may wait: close() makes the
// co_yield at which it stands throw Cancelled. async_with(generator, body) and for_each() do so on every way
// out. Destroying it half-way only runs the destructors of its frame.
template <class T>
class [[nodiscard]] AsyncGenerator {
 public:
  class promise_type : public AwaitedPromise {
   public:
    AsyncGenerator get_return_object() {
      return AsyncGenerator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    class Yield : public ResumeAwaiting {
     public:
      explicit Yield(const bool& closed) : closed_(closed) {}
      void await_resume() const {
        if (closed_) throw Cancelled{};
      }

     private:
      const bool& closed_;
    };
    Yield yield_value(T value) {
      if (closed_) fatal("an AsyncGenerator yielded a value while it was being closed");
      value_.emplace(std::move(value));
      return Yield(closed_);
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
    bool closed_ = false;
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
      check_not_running(frame_.promise());
      return frame_.done() || frame_.promise().closed_;
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

   protected:
    std::coroutine_handle<promise_type> frame_;
  };
  Next next() {
    if (!frame_) fatal("next() of an AsyncGenerator that was moved from");
    return Next(frame_);
  }

  // Ends the body where it stands, and waits for its clean-up; after it the generator is at its end. Rethrows
  // what the clean-up throws. No effect at the end, and the body of one that was never asked does not run.
  Task<> close() {
    if (!frame_) co_return;
    const TaskContext& context = co_await current_task();
    promise_type& promise = frame_.promise();
    check_not_running(promise);
    if (std::exchange(promise.closed_, true) || !promise.awaited() || frame_.done()) co_return;
    try {
      co_await Close(frame_);
    } catch (const Cancelled&) {
      if (context.cancel_pending) throw;
    }
  }

 private:
  // The last turn of the body.
  class Close : public Next {
   public:
    using Next::Next;
    bool await_ready() const noexcept { return false; }
  };
  static void check_not_running(const promise_type& promise) {
    if (promise.running_) fatal("next() or close() of an AsyncGenerator that another task runs");
  }
  explicit AsyncGenerator(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  void destroy() {
    if (!frame_) return;
    if (frame_.promise().running_) fatal("an AsyncGenerator was destroyed while it ran or waited");
    frame_.destroy();
  }
  std::coroutine_handle<promise_type> frame_;
};

// `co_await for_each(generator, fn)` calls `fn(value)` for each value, and awaits it where it gives a Task.
// What it throws closes the generator.
template <class T, class Fn>
Task<> for_each(AsyncGenerator<T> generator, Fn fn) {
  const auto call_for_each = [&fn](AsyncGenerator<T>& values) -> Task<> {
    while (auto value = co_await values.next()) {
      if constexpr (is_task<std::invoke_result_t<Fn&, T>>) {
        co_await std::invoke(fn, *std::move(value));
      } else {
        std::invoke(fn, *std::move(value));
      }
    }
  };
  co_await async_with(std::move(generator), call_for_each);
}

}  // namespace gossamer
