#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "net/coro/cancellation.h"
#include "net/coro/frame_pool.h"

namespace gossamer {

// Frames of all our coroutines come from the pool.
struct PooledFrame {
  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { frame_pool::deallocate(frame, size); }
};

// What Task's and AsyncGenerator's promises share: who waits for them, and the task they run in. Control
// passes to and fro by symmetric transfer, so awaits that complete synchronously leave the stack flat.
class AwaitedPromise : public PooledFrame {
 public:
  // The compiler makes the call in the coroutine: `body` is that function.
  std::suspend_always initial_suspend(std::source_location body = std::source_location::current()) noexcept {
    body_ = body;
    return {};
  }

  struct ResumeAwaiting {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) noexcept {
      return finished.promise().awaiting_;
    }
    void await_resume() noexcept {}
  };
  ResumeAwaiting final_suspend() noexcept { return {}; }

  TaskContext& context() const { return *context_; }
  std::source_location body() const { return body_; }
  bool awaited() const { return awaiting_ != nullptr; }  // whether it has ever been

  template <class Promise>
  void set_awaiting(std::coroutine_handle<Promise> awaiting) {
    awaiting_ = awaiting;
    context_ = &awaiting.promise().context();
    // The first of a task: the loop has just begun to run it.
    if constexpr (!std::is_base_of_v<AwaitedPromise, Promise>) context_->loop->name_step(body_);
  }

 private:
  std::source_location body_;
  std::coroutine_handle<> awaiting_;
  TaskContext* context_ = nullptr;
};

// Where a coroutine's value waits to be taken.
template <class T>
class ReturnSlot {
 public:
  template <class U = T>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  bool returned() const { return value_.has_value(); }
  const T& returned_value() const { return *value_; }
  T take_returned() {
    T value = std::move(*value_);
    value_.reset();
    return value;
  }

 private:
  std::optional<T> value_;
};

template <>
class ReturnSlot<void> {
 public:
  void return_void() {}
  bool returned() const { return true; }
  void take_returned() {}
};

// Where a coroutine's value or exception waits to be taken.
template <class T>
class ResultSlot : public ReturnSlot<T> {
 public:
  void unhandled_exception() { exception_ = std::current_exception(); }
  const std::exception_ptr& exception() const { return exception_; }
  T take() {
    if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
    return this->take_returned();
  }

 private:
  std::exception_ptr exception_;
};

}  // namespace gossamer
