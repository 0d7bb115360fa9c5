#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "net/base/fatal.h"
#include "net/coro/cancellation.h"
#include "net/coro/unseen_exception.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

enum class FutureStatus { pending, done, cancelled };

// A value that will be there: the bridge from callbacks to tasks. Copies are handles to the same future; one
// goes to the callback that sets it, others are awaited, from as many tasks as like. It belongs to one loop:
// what comes from another thread is set by EventLoop::post(); after the loop's end handles may only be
// dropped. An exception that nobody looks at is reported.
template <class T = void>
class Future {
  struct State;

 public:
  using Callback = std::move_only_function<void(Future)>;

  Future() : Future(EventLoop::current()) {}
  explicit Future(EventLoop& loop) : state_(std::make_shared<State>(loop)) {}

  FutureStatus status() const { return state_->status; }
  bool done() const { return status() != FutureStatus::pending; }
  bool failed() const { return state_->exception != nullptr; }

  // Ends the future; whoever waits is woken. False, and no effect, if it was cancelled before: nobody wants
  // it any more. To set one twice is a broken invariant.
  template <class... Value>
    requires(std::is_void_v<T> ? sizeof...(Value) == 0 : sizeof...(Value) == 1)
  bool set_result(Value&&... value) const {
    if (!can_be_set()) return false;
    if constexpr (!std::is_void_v<T>) state_->value.emplace(std::forward<Value>(value)...);
    state_->end(FutureStatus::done, *this);
    return true;
  }
  bool set_exception(std::exception_ptr exception) const {
    if (!can_be_set()) return false;
    state_->exception = std::move(exception);
    state_->end(FutureStatus::done, *this);
    return true;
  }
  // Awaiting it throws Cancelled from now on. False if it was done already. (A task that is cancelled while
  // it waits for a future leaves the future alone: others may wait for it too.)
  bool cancel() const {
    if (done()) return false;
    state_->end(FutureStatus::cancelled, *this);
    return true;
  }

  // `callback(future)` is called by the loop after the end, at once if that has been. It must not hold a
  // handle to this future: one that is never set would keep itself alive. It is given one.
  void add_done_callback(Callback callback) const {
    if (done()) {
      state_->call_soon(std::move(callback), *this);
    } else {
      state_->callbacks.push_back(std::move(callback));
    }
  }

  // Of a future that is done, else a broken invariant. Rethrows; a cancelled one throws Cancelled. The value
  // lives as long as a handle does.
  std::add_lvalue_reference_t<const T> result() const {
    if (!done()) fatal("the result of a Future was asked for while it is pending");
    if (status() == FutureStatus::cancelled) throw Cancelled{};
    if (exception()) std::rethrow_exception(state_->exception);
    if constexpr (!std::is_void_v<T>) return *state_->value;
  }
  // Null unless set_exception() ended it.
  std::exception_ptr exception() const {
    state_->exception_seen = true;
    return state_->exception;
  }

  // `T value = co_await future` gives a copy; where T cannot be copied, a reference as result() does.
  class Value;
  Value operator co_await() const { return Value(*this); }
  // `co_await future.wait()` waits for the end, whatever it is; see status().
  class End;
  End wait() const { return End(*this); }

 private:
  class Wait;
  bool can_be_set() const {
    if (status() == FutureStatus::done) fatal("a Future was set that is done already");
    return status() == FutureStatus::pending;
  }

  std::shared_ptr<State> state_;
};

template <class T>
struct Future<T>::State {
  explicit State(EventLoop& home) : loop(home) {}
  ~State() {
    if (!exception_seen) report_unseen("what a Future waited for", exception);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void end(FutureStatus how, const Future& self) {
    status = how;
    while (Wait* const waiter = waiting.pop_front()) waiter->wake();
    for (Callback& callback : std::exchange(callbacks, {})) call_soon(std::move(callback), self);
  }
  void call_soon(Callback callback, const Future& self) {
    loop.call_soon([callback = std::move(callback), self]() mutable { callback(std::move(self)); });
  }

  EventLoop& loop;
  FutureStatus status = FutureStatus::pending;
  bool exception_seen = false;
  [[no_unique_address]] std::optional<std::conditional_t<std::is_void_v<T>, std::nullptr_t, T>> value;
  std::exception_ptr exception;
  WaitQueue<Wait> waiting;
  std::vector<Callback> callbacks;
};

template <class T>
class Future<T>::Wait : public Waiter {
 public:
  explicit Wait(Future future) : future_(std::move(future)) {}
  bool await_ready() const { return future_.done(); }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) {
    if (!suspend(handle)) return false;
    future_.state_->waiting.push_back(*this);
    return true;
  }

  Wait* next = nullptr;
  Wait* previous = nullptr;

 protected:
  ~Wait() = default;
  const Future future_;

 private:
  bool on_cancel() override {
    future_.state_->waiting.remove(*this);
    return true;
  }
};

template <class T>
class [[nodiscard]] Future<T>::Value final : public Wait {
 public:
  using Wait::Wait;
  std::conditional_t<std::copy_constructible<T> || std::is_void_v<T>, T, std::add_lvalue_reference_t<const T>>
  await_resume() const {
    this->throw_if_cancelled();
    return this->future_.result();
  }
};

template <class T>
class [[nodiscard]] Future<T>::End final : public Wait {
 public:
  using Wait::Wait;
  void await_resume() const { this->throw_if_cancelled(); }
};

}  // namespace gossamer
