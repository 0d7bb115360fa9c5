#pragma once

#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

#include "net/coro/promise.h"

namespace gossamer {

// A coroutine that gives a sequence by `co_yield`, run by whoever iterates it; no loop. Single pass,
// move-only. Destroying it half-way runs the destructors of its frame. An exception of the body leaves
// through the iteration.
template <class T>
class [[nodiscard]] Generator {
 public:
  class promise_type : public PooledFrame {
   public:
    Generator get_return_object() {
      return Generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T& value) {
      value_ = std::addressof(value);
      return {};
    }
    std::suspend_always yield_value(T&& value) {
      value_ = std::addressof(value);  // the temporary lives until the body is resumed
      return {};
    }
    void return_void() {}
    void unhandled_exception() { exception_ = std::current_exception(); }
    void await_transform() = delete;  // no co_await in a Generator: that is AsyncGenerator

   private:
    friend class Generator;
    T* value_ = nullptr;
    std::exception_ptr exception_;
  };

  class iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    T& operator*() const { return *frame_.promise().value_; }
    iterator& operator++() {
      Generator::advance(frame_);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return frame_.done(); }

   private:
    friend class Generator;
    explicit iterator(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
    std::coroutine_handle<promise_type> frame_;
  };

  Generator(Generator&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  ~Generator() {
    if (frame_) frame_.destroy();
  }

  iterator begin() {
    advance(frame_);
    return iterator(frame_);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  explicit Generator(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  static void advance(std::coroutine_handle<promise_type> frame) {
    if (!frame.done()) frame.resume();
    if (frame.promise().exception_)
      std::rethrow_exception(std::exchange(frame.promise().exception_, nullptr));
  }
  std::coroutine_handle<promise_type> frame_;
};

}  // namespace gossamer
