#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <type_traits>
#include <utility>

#include "net/coro/generator_promise.h"

namespace gossamer {

// What the caller of a generator holds, whatever it returns. A step is inlined, so that the compiler can put
// the frame of a generator that stays in one function on the stack.
template <class Y, class S>
class GeneratorBase {
 public:
  class iterator {
   public:
    using value_type = std::remove_const_t<Y>;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    Y& operator*() const { return *value_; }
    iterator& operator++() {
      value_ = nullptr;  // at the end, should the body throw
      value_ = generator_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return value_ == nullptr; }

   private:
    friend class GeneratorBase;
    explicit iterator(GeneratorBase& generator) : generator_(&generator), value_(generator.next()) {}
    GeneratorBase* generator_ = nullptr;
    Y* value_ = nullptr;
  };
  iterator begin() { return iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  // Runs the body up to its next co_yield and gives the value, which lives until the next step; null at the
  // end, also when called again. Rethrows what the body throws, which ends it.
  [[gnu::always_inline]] Y* next() {
    if (!can_run()) return nullptr;
    promise_->state_ = GeneratorState::running;
    if (!promise_->leaf_) {
      frame_.resume();
    } else {
      promise_->leaf_->frame_.resume();
    }
    if (promise_->state_ == GeneratorState::closed) {
      promise_->rethrow();
      return nullptr;
    }
    promise_->state_ = GeneratorState::suspended;
    return promise_->leaf().value_;
  }

  // As next(), and `value` is what the co_yield gives at which the body waits. A body that has not begun is
  // run to its first co_yield before, and what it yields there is dropped.
  template <class T = S>
    requires std::convertible_to<T, S>
  Y* send(T&& value) {
    if (state() == GeneratorState::created) next();
    if (!can_run()) return nullptr;
    promise_->leaf().sent_.emplace(std::forward<T>(value));
    return next();
  }

  // As next(), but the co_yield at which the body waits throws. A body that has not begun, or has ended,
  // cannot catch it: it is thrown here, and the generator is closed.
  Y* throw_into(std::exception_ptr error) {
    if (!error) fatal("throw_into() of no exception");
    if (!can_run() || state() == GeneratorState::created) {
      close();
      std::rethrow_exception(std::move(error));
    }
    promise_->leaf().error_ = std::move(error);
    return next();
  }

  // Ends the body where it waits: the destructors of its frame run, after those of the generators it
  // delegates to. Nothing is left of it, nor of a return value.
  [[gnu::always_inline]] void close() {
    if (!frame_) return;
    if (state() == GeneratorState::running)
      fatal("a Generator was closed or destroyed while it ran or another delegated to it");
    const std::coroutine_handle<> frame = std::exchange(frame_, nullptr);  // closed, also for its destructors
    if (promise_->leaf_) close_delegates(*promise_);
    frame.destroy();
  }

  // `running` is also one that another delegates to.
  GeneratorState state() const { return frame_ ? promise_->state_ : GeneratorState::closed; }

 protected:
  GeneratorBase(GeneratorPromise<Y, S>& promise, std::coroutine_handle<> frame)
      : promise_(&promise), frame_(frame) {}
  GeneratorBase(GeneratorBase&& other) noexcept : promise_(other.promise_), frame_(other.release()) {}
  GeneratorBase& operator=(GeneratorBase&& other) noexcept {
    if (this != &other) {
      close();
      promise_ = other.promise_;
      frame_ = other.release();
    }
    return *this;
  }
  [[gnu::always_inline]] ~GeneratorBase() { close(); }

  GeneratorPromise<Y, S>* promise_;
  std::coroutine_handle<> frame_;  // null: closed

 private:
  template <class, class>
  friend class GeneratorPromise;

  std::coroutine_handle<> release() {
    if (frame_ && promise_->link_) fatal("a Generator was moved while another delegated to it");
    return std::exchange(frame_, nullptr);
  }

  [[gnu::noinline, gnu::cold]] static void close_delegates(GeneratorPromise<Y, S>& root) {
    for (GeneratorPromise<Y, S>* p = root.leaf_; p != &root;) {
      const auto link = *p->link_;
      link.inner->frame_ = nullptr;
      p->frame_.destroy();
      p = link.outer;
    }
  }

  bool can_run() const {
    if (state() == GeneratorState::running) [[unlikely]]
      fatal("a Generator was resumed (next, send, throw_into) while it ran or another delegated to it");
    return state() != GeneratorState::closed;
  }
};

// A coroutine that gives values of type Y by `co_yield`, takes values of type S, and returns an R; run by
// whoever iterates it, without a loop. Single pass, move-only, one thread.
//   for (int value : generator) ...              while (int* value = generator.next()) ...
// Where S is not void, `co_yield` gives a std::optional<S>: what send() sent, or nullopt after next().
// Destroying it closes it.
template <class Y, class S = void, class R = void>
class [[nodiscard]] Generator : public GeneratorBase<Y, S> {
 public:
  class promise_type : public GeneratorPromise<Y, S>, public ReturnSlot<R> {
   public:
    Generator get_return_object() {
      const auto frame = std::coroutine_handle<promise_type>::from_promise(*this);
      this->set_frame(frame);
      return Generator(*this, frame);
    }
  };

  Generator(Generator&&) noexcept = default;
  Generator& operator=(Generator&&) noexcept = default;

  // What the body returned; can be taken once, after the end. One that failed or was closed has none.
  R result() {
    if (this->frame_ && this->state() == GeneratorState::closed) {
      auto& promise = static_cast<promise_type&>(*this->promise_);
      if (!promise.failed_ && promise.returned()) return promise.take_returned();
    }
    fatal("result() of a Generator that has not returned, or whose result was taken");
  }

 private:
  using GeneratorBase<Y, S>::GeneratorBase;
  template <class, class>
  friend class GeneratorPromise;
};

}  // namespace gossamer
