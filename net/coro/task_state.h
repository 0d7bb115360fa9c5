#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/coro/task.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

class TaskGroup;

enum class TaskStatus { running, done, failed, cancelled };

// A running task as its group and its handles share it. One loop.
class TaskStateBase {
 public:
  explicit TaskStateBase(EventLoop& loop) : context_{.loop = &loop} {}
  virtual ~TaskStateBase() = default;

  TaskStatus status() const { return status_; }
  void cancel() { scope_.cancel(); }

  // For the coroutine that runs the task.
  TaskContext& context() { return context_; }
  void finish(TaskStatus status, std::exception_ptr exception);
  // For run(): the end of this task ends the loop's run.
  void stop_loop_at_end() { stops_loop_ = true; }

  // Waits for the end of the task.
  class [[nodiscard]] End final : public Waiter {
   public:
    explicit End(TaskStateBase& state) : state_(state) {}
    bool await_ready() const { return state_.status_ != TaskStatus::running; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      state_.waiting_.push_back(*this);
      return true;
    }
    void await_resume() const { throw_if_cancelled(); }

    End* next = nullptr;
    End* previous = nullptr;

   private:
    bool on_cancel() override {
      state_.waiting_.remove(*this);
      return true;
    }
    TaskStateBase& state_;
  };
  End end() { return End(*this); }

  // Rethrows what the task ended with: its exception, or Cancelled.
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
    if (status_ == TaskStatus::cancelled) throw Cancelled{};
  }

  TaskStateBase* next = nullptr;
  TaskStateBase* previous = nullptr;

 private:
  friend class TaskGroup;
  TaskContext context_;
  CancelScope scope_{context_};
  TaskStatus status_ = TaskStatus::running;
  std::exception_ptr exception_;
  WaitQueue<End> waiting_;
  TaskGroup* group_ = nullptr;
  bool stops_loop_ = false;
};

template <class T>
class TaskState final : public TaskStateBase {
 public:
  using TaskStateBase::TaskStateBase;
  std::optional<T> value;
};
template <>
class TaskState<void> final : public TaskStateBase {
 public:
  using TaskStateBase::TaskStateBase;
};

// A running task. `co_await handle` waits for its end and gives its value or rethrows (a cancelled one throws
// Cancelled). Dropping the handle does not end the task: its group owns it.
template <class T = void>
class TaskHandle {
 public:
  explicit TaskHandle(std::shared_ptr<TaskState<T>> state) : state_(std::move(state)) {}

  TaskStatus status() const { return state_->status(); }
  bool done() const { return status() != TaskStatus::running; }
  void cancel() { state_->cancel(); }

  // Waits for the end, whatever it is; see status().
  [[nodiscard]] TaskStateBase::End wait() const { return state_->end(); }
  // The value can be taken once.
  Task<T> result() const { return take(state_); }
  auto operator co_await() const { return result().operator co_await(); }

 private:
  static Task<T> take(std::shared_ptr<TaskState<T>> state) {
    co_await state->end();
    state->rethrow();
    if constexpr (!std::is_void_v<T>) co_return std::move(*state->value);
  }
  std::shared_ptr<TaskState<T>> state_;
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
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::invoke(std::move(fn), std::move(args)...);
    } else {
      state->value.emplace(co_await std::invoke(std::move(fn), std::move(args)...));
    }
  } catch (const Cancelled&) {
    status = TaskStatus::cancelled;
  } catch (...) {
    status = TaskStatus::failed;
    exception = std::current_exception();
  }
  state->finish(status, std::move(exception));
}

}  // namespace gossamer
