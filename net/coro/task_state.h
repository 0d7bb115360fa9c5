#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "net/base/fatal.h"
#include "net/coro/task.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

class TaskGroup;

// `pending` has been started but has not had its first turn.
enum class TaskStatus : std::uint8_t { pending, running, done, failed, cancelled };

// A running task as its group and its handles share it. One loop.
class TaskStateBase {
 public:
  explicit TaskStateBase(EventLoop& loop) : context_{.loop = &loop} {}
  virtual ~TaskStateBase();  // reports an exception that nobody has looked at

  TaskStatus status() const { return status_; }
  bool ended() const { return status_ > TaskStatus::running; }
  void cancel() { scope_.cancel(); }
  // On the loop, in the round after the end.
  void add_done_callback(EventLoop::Callback callback);

  std::string name;

  // For the coroutine that runs the task.
  TaskContext& context() { return context_; }
  void start() { status_ = TaskStatus::running; }
  void finish(TaskStatus status, std::exception_ptr exception);

  // A wait for the end of the task.
  class EndWaiter : public Waiter {
   public:
    explicit EndWaiter(TaskStateBase& state) : state_(state) {}
    bool await_ready() const { return state_.ended(); }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (&handle.promise().context() == &state_.context_) fatal("a task waits for its own end");
      if (!suspend(handle)) return false;
      state_.waiting_.push_back(*this);
      return true;
    }

    EndWaiter* next = nullptr;
    EndWaiter* previous = nullptr;

   protected:
    ~EndWaiter() = default;

   private:
    bool on_cancel() override {
      state_.waiting_.remove(*this);
      return true;
    }
    TaskStateBase& state_;
  };
  class [[nodiscard]] End final : public EndWaiter {
   public:
    using EndWaiter::EndWaiter;
    void await_resume() const { throw_if_cancelled(); }
  };
  End end() { return End(*this); }

  // What a failed task threw; it counts as looked at.
  const std::exception_ptr& exception() {
    exception_seen_ = true;
    return exception_;
  }
  // Rethrows what the task ended with: its exception, or Cancelled.
  void rethrow() {
    if (!ended()) fatal("the result of a task was asked for before its end");
    if (exception()) std::rethrow_exception(exception_);
    if (status_ == TaskStatus::cancelled) throw Cancelled{};
  }

  TaskStateBase* next = nullptr;
  TaskStateBase* previous = nullptr;

 private:
  friend class TaskGroup;

  TaskContext context_;
  CancelScope scope_{context_};
  TaskStatus status_ = TaskStatus::pending;
  bool exception_seen_ = false;
  std::exception_ptr exception_;
  WaitQueue<EndWaiter> waiting_;
  std::vector<EventLoop::Callback> done_callbacks_;
  TaskGroup* group_ = nullptr;
};

template <class T>
class TaskState final : public TaskStateBase {
 public:
  using TaskStateBase::TaskStateBase;

  // The value itself, once.
  T take() {
    check_value();
    return value.take_returned();
  }
  // A copy where there can be one.
  T get() {
    if constexpr (std::copy_constructible<T>) {
      check_value();
      return value.returned_value();
    } else {
      return take();
    }
  }

  ReturnSlot<T> value;

 private:
  void check_value() {
    rethrow();
    if (!value.returned()) fatal("the result of a task was taken twice");
  }
};

// The coroutine at the bottom of a running task; owns itself and dies at its end.
class RootCoroutine {
 public:
  class promise_type : public PooledFrame {
   public:
    template <class State, class... Rest>
    explicit promise_type(const std::shared_ptr<State>& state, const Rest&...) : context_(state->context()) {}
    RootCoroutine get_return_object() {
      context_.loop->call_soon(
          ReadyCall{[](void* frame) { std::coroutine_handle<>::from_address(frame).resume(); },
                    std::coroutine_handle<promise_type>::from_promise(*this).address()});
      return {};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
    TaskContext& context() const { return context_; }

   private:
    TaskContext& context_;
  };
};

// Runs `fn(args...)`, which gives a Task<T>, as a task of its own; the arguments live in this frame until its
// end.
template <class T, class Fn, class... Args>
RootCoroutine run_task(std::shared_ptr<TaskState<T>> state, Fn fn, Args... args) {
  TaskStatus status = TaskStatus::done;
  std::exception_ptr exception;
  state->start();
  try {
    co_await detail::store_in(state->value, std::invoke(std::move(fn), std::move(args)...));
  } catch (const Cancelled&) {
    status = TaskStatus::cancelled;
  } catch (...) {
    status = TaskStatus::failed;
    exception = std::current_exception();
  }
  state->finish(status, std::move(exception));
}

}  // namespace gossamer
