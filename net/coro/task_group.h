#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
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

template <class T>
inline constexpr bool is_borrowed = false;
template <>
inline constexpr bool is_borrowed<std::string_view> = true;
template <class T, std::size_t N>
inline constexpr bool is_borrowed<std::span<T, N>> = true;

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

// Tasks that run beside each other and end before their group does. The first exception of a child cancels
// its siblings and the body of the group, and surfaces at the join. Made by with_task_group(), which joins on
// every way out; one made by hand must be joined (a group that dies with live children is a broken
// invariant).
class TaskGroup {
 public:
  explicit TaskGroup(TaskContext& parent) : parent_(parent) { scope_.emplace(parent); }
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `fn(args...)`, a function that gives a Task, on the ready queue. Arguments are copied or moved
  // into the task; what must be shared is passed as a pointer or std::ref to something that outlives the
  // group.
  template <class Fn, class... Args>
  auto create_task(Fn fn, Args&&... args) {
    static_assert((!is_borrowed<std::decay_t<Args>> && ...),
                  "a running task must own its arguments: pass std::string or a container, not a view");
    using TaskType = std::invoke_result_t<Fn, std::decay_t<Args>...>;
    static_assert(is_task<TaskType>, "create_task takes a coroutine function that returns Task<T>");
    return start(std::type_identity<TaskType>{}, std::move(fn), std::forward<Args>(args)...);
  }

  std::size_t running() const { return running_; }

  // Cancels the children and the rest of the group's body.
  void cancel();

  // Waits until all children have ended, then rethrows the first exception. Cancelled while it waits, it
  // cancels the children, waits for their end, and then throws Cancelled.
  Task<> join();

 private:
  friend class TaskStateBase;

  template <class T, class Fn, class... Args>
  TaskHandle<T> start(std::type_identity<Task<T>>, Fn fn, Args&&... args) {
    auto state = std::make_shared<TaskState<T>>(*parent_.loop);
    adopt(state);
    run_task<T, Fn, std::decay_t<Args>...>(state, std::move(fn), std::forward<Args>(args)...);
    return TaskHandle<T>(std::move(state));
  }
  void adopt(const std::shared_ptr<TaskStateBase>& state);
  void on_finished(TaskStateBase& child);

  class AllEnded final : public Waiter {
   public:
    explicit AllEnded(TaskGroup& group) : group_(group) {}
    bool await_ready() const { return group_.running_ == 0; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) {
      group_.joiner_ = this;
      suspend_shielded(handle);
    }
    void await_resume() const {}

   private:
    bool on_cancel() override {
      group_.cancel_children();
      return false;
    }
    TaskGroup& group_;
  };
  void cancel_children();

  TaskContext& parent_;
  std::optional<CancelScope> scope_;  // the group's body in the parent task; gone after the join
  WaitQueue<TaskStateBase> children_;
  std::size_t running_ = 0;
  bool children_cancelled_ = false;
  AllEnded* joiner_ = nullptr;
  std::exception_ptr error_;
};

// Runs `fn(group, args...)`, which gives a Task<T>, joins the group on every way out, and gives the body's
// value. An exception of the body cancels the children first.
template <class Fn, class... Args>
auto with_task_group(Fn fn, Args... args) -> std::invoke_result_t<Fn, TaskGroup&, Args...> {
  using Promise = typename std::invoke_result_t<Fn, TaskGroup&, Args...>::promise_type;
  using T = decltype(std::declval<Promise&>().take());
  TaskGroup group(co_await current_task());
  std::exception_ptr error;
  std::conditional_t<std::is_void_v<T>, std::optional<int>, std::optional<T>> value;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::invoke(std::move(fn), group, std::move(args)...);
    } else {
      value.emplace(co_await std::invoke(std::move(fn), group, std::move(args)...));
    }
  } catch (...) {
    error = std::current_exception();
  }
  if (error) group.cancel();
  co_await group.join();  // throws a child's exception, or Cancelled if that came from outside
  if (error) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<T>) co_return std::move(*value);
}

}  // namespace gossamer
