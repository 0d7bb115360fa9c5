#pragma once

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/promise.h"

namespace gossamer {

template <class Y, class S, class R>
class Generator;
template <class Y, class S>
class GeneratorBase;

enum class GeneratorState : std::uint8_t { created, running, suspended, closed };

// `R value = co_yield elements_of(inner);` hands the caller over to another generator until that one returns:
// its values are yielded, what is sent or thrown in goes to it, and what it returns is the expression's
// value. One that has ended, or was closed, gives nothing more (where R is not void its value must still be
// there to take). One that was iterated before goes on from there; meanwhile only its delegator may resume
// it.
template <class Y, class S, class R>
struct elements_of {
  explicit elements_of(Generator<Y, S, R>& generator) : inner(generator) {}
  explicit elements_of(Generator<Y, S, R>&& generator) : inner(generator) {}
  Generator<Y, S, R>& inner;  // a temporary lives until the end of the co_yield expression
};

// The part of a generator's promise that does not depend on what it returns. Generators that delegate to each
// other form a chain, from the root, which the caller holds, to the leaf, which runs next. The root knows the
// leaf, so a step costs the same at any depth; when the leaf returns, control passes to the one that
// delegated to it by symmetric transfer, so the stack stays flat.
template <class Y, class S>
class GeneratorPromise : public PooledFrame {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  [[gnu::cold]] void unhandled_exception() {
    error_ = std::current_exception();
    failed_ = true;
  }
  void await_transform() = delete;  // no co_await in a Generator: that is AsyncGenerator

  struct Yield {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    auto await_resume() const { return promise.received(); }
    GeneratorPromise& promise;
  };
  Yield yield_value(Y& value) {
    value_ = std::addressof(value);
    return {*this};
  }
  Yield yield_value(Y&& value) {
    value_ = std::addressof(value);  // the temporary lives until the body is resumed
    return {*this};
  }

  struct YieldCopy {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept { promise.value_ = std::addressof(copy); }
    auto await_resume() const { return promise.received(); }
    GeneratorPromise& promise;
    Y copy;
  };
  template <std::same_as<Y> T>
    requires std::copy_constructible<T>
  YieldCopy yield_value(const T& value) {
    return {*this, value};
  }

  template <class R>
  class Delegation;
  template <class R>
  Delegation<R> yield_value(elements_of<Y, S, R> elements) {
    return Delegation<R>(*this, elements.inner);
  }

  struct Finish {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
      return finished.promise().finish();
    }
    void await_resume() const noexcept {}
  };
  Finish final_suspend() noexcept { return {}; }

 protected:
  void set_frame(std::coroutine_handle<> frame) { frame_ = frame; }

 private:
  friend class GeneratorBase<Y, S>;
  template <class, class, class>
  friend class Generator;

  // Where a generator stands in the chain; lives in the frame of `outer`.
  struct Link {
    GeneratorPromise* outer;
    GeneratorPromise* root;
    GeneratorBase<Y, S>* inner;
  };

  GeneratorPromise& leaf() { return leaf_ ? *leaf_ : *this; }

  // The value of a co_yield expression.
  auto received() {
    rethrow();
    if constexpr (!std::is_void_v<S>) return std::exchange(sent_, std::nullopt);
  }
  void rethrow() {
    if (error_) [[unlikely]]
      rethrow_error();
  }
  [[gnu::noinline, gnu::cold]] void rethrow_error() {
    std::rethrow_exception(std::exchange(error_, nullptr));
  }

  std::coroutine_handle<> finish() noexcept {
    state_ = GeneratorState::closed;
    if (!link_) return std::noop_coroutine();
    const Link& link = *std::exchange(link_, nullptr);
    link.root->leaf_ = link.outer == link.root ? nullptr : link.outer;
    return link.outer->frame_;
  }

  struct Nothing {};

  std::coroutine_handle<> frame_;
  Y* value_ = nullptr;
  GeneratorPromise* leaf_ = nullptr;  // of a root that delegates
  Link* link_ = nullptr;              // of one that another delegates to
  std::exception_ptr error_;          // thrown in and not yet raised, or leaving the body
  [[no_unique_address]] std::conditional_t<std::is_void_v<S>, Nothing, std::optional<S>> sent_;
  GeneratorState state_ = GeneratorState::created;
  bool failed_ = false;  // an exception ended the body
};

template <class Y, class S>
template <class R>
class GeneratorPromise<Y, S>::Delegation {
 public:
  Delegation(GeneratorPromise& outer, Generator<Y, S, R>& inner)
      : inner_(inner), link_{&outer, outer.link_ ? outer.link_->root : &outer, &inner} {}

  bool await_ready() const {
    if (inner_.state() == GeneratorState::running)
      fatal("elements_of() was given a Generator that runs, or that another delegates to");
    return inner_.state() == GeneratorState::closed;
  }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept {
    GeneratorPromise& inner = *inner_.promise_;
    GeneratorPromise& leaf = inner.leaf();
    // One that was iterated before may itself be delegating.
    for (GeneratorPromise* p = &leaf; p != &inner; p = p->link_->outer) p->link_->root = link_.root;
    inner.leaf_ = nullptr;
    inner.link_ = &link_;
    inner.state_ = GeneratorState::running;
    link_.root->leaf_ = &leaf;
    return leaf.frame_;
  }
  R await_resume() const {
    if (inner_.frame_) inner_.promise_->rethrow();
    if constexpr (!std::is_void_v<R>) return inner_.result();
  }

 private:
  Generator<Y, S, R>& inner_;
  Link link_;
};

}  // namespace gossamer
