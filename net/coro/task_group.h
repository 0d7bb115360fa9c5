#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "net/coro/task_handle.h"

namespace gossamer {

// What a running task may be given: not a view, which would dangle. Pass std::string or a container instead.
template <class T>
inline constexpr bool is_view = false;
template <class Char, class Traits>
inline constexpr bool is_view<std::basic_string_view<Char, Traits>> = true;
template <class T, std::size_t N>
inline constexpr bool is_view<std::span<T, N>> = true;
template <class T>
concept Owning = !is_view<std::decay_t<T>>;

// A coroutine function that returns a Task when it is called with rvalues of these.
template <class Fn, class... Args>
concept GivesTask = std::invocable<Fn, Args...> && is_task<std::invoke_result_t<Fn, Args...>>;

// Tasks that run beside each other and end before their group does. The first exception of a child cancels
// its siblings and the body of the group, and surfaces at the join. Made by with_task_group(), which joins on
// every way out; one made by hand must be joined (a group that dies with live children is a broken
// invariant).
class TaskGroup {
 public:
  // What a child's exception does: it fails the group, or stays with its handle, for whoever looks at it
  // there.
  enum class OnFailure : bool { cancel_all, keep_going };

  explicit TaskGroup(TaskContext& parent, OnFailure on_failure = OnFailure::cancel_all)
      : parent_(parent), scope_(parent), on_failure_(on_failure) {}
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `fn(args...)`, a function that gives a Task, on the ready queue. The function and its arguments
  // are copied or moved into the task: views are refused, and what must be shared is passed as a pointer or
  // std::ref to something that outlives the group. If copying throws, nothing was started.
  template <class Fn, class... Args>
    requires(Owning<Args> && ...) && GivesTask<Fn, std::decay_t<Args>...>
  auto create_task(Fn fn, Args&&... args) {
    return start(std::type_identity<std::invoke_result_t<Fn, std::decay_t<Args>...>>{}, std::move(fn),
                 std::forward<Args>(args)...);
  }

  template <class T>
  void create_task(Task<T>) = delete;  // it takes the function and the arguments: create_task(fetch, url)

  std::size_t running() const { return running_; }
  EventLoop& loop() const { return *parent_.loop; }

  // Cancels the children and the rest of the group's body, up to the join.
  void cancel();
  // The same with a reason: join() throws the first, further ones are reported.
  void fail(std::exception_ptr error);
  // Whether a Cancelled that arrives in the body was caused by this group and not from outside.
  bool owns_cancellation() const { return scope_.owns_cancellation(); }

  // Waits until all children have ended, then rethrows the first exception. Cancelled while it waits, it
  // cancels the children, waits for their end, and then throws Cancelled. After it the group is as new. By
  // the task to which the group belongs: a child that joined its own group would wait for itself.
  Task<> join();

 private:
  friend class TaskStateBase;
  friend class WaitQueue<TaskGroup>;

  template <class T, class Fn, class... Args>
  TaskHandle<T> start(std::type_identity<Task<T>>, Fn fn, Args&&... args) {
    auto state = std::make_shared<TaskState<T>>(*parent_.loop);
    run_task<T, Fn, std::decay_t<Args>...>(state, std::move(fn), std::forward<Args>(args)...);
    adopt(*state);
    return TaskHandle<T>(std::move(state));
  }
  void adopt(TaskStateBase& child) noexcept;
  void on_finished(TaskStateBase& child);

  class AllEnded final : public Waiter {
   public:
    explicit AllEnded(TaskGroup& group) : group_(group) {}
    bool await_ready() const { return group_.running_ == 0; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) {
      if (&handle.promise().context() != &group_.parent_) {
        fatal("a TaskGroup was joined by another task than the one it belongs to");
      }
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
  CancelScope scope_;  // the group's body in the parent task
  WaitQueue<TaskStateBase> children_;
  std::size_t running_ = 0;
  OnFailure on_failure_;
  bool children_cancelled_ = false;
  AllEnded* joiner_ = nullptr;
  std::exception_ptr error_;
  TaskGroup* next = nullptr;  // of those that are being cancelled
  TaskGroup* previous = nullptr;
};

// Runs `fn(group, args...)`, which gives a Task<T>, joins the group on every way out, and gives the body's
// value. What failed first, body or child, ends the others and is thrown. group.cancel() ends the body as
// well, silently; only where the body had a value to give does Cancelled then go on to the caller.
// The arguments are held as create_task() holds them.
template <class Fn, class... Args>
  requires(Owning<Args> && ...)
auto with_task_group(Fn fn, Args... args) -> std::invoke_result_t<Fn, TaskGroup&, Args...> {
  using Promise = typename std::invoke_result_t<Fn, TaskGroup&, Args...>::promise_type;
  using T = decltype(std::declval<Promise&>().take());
  TaskGroup group(co_await current_task());
  ResultSlot<T> result;
  try {
    co_await detail::store_in(result, std::invoke(std::move(fn), group, std::move(args)...));
  } catch (const Cancelled&) {
    if (!std::is_void_v<T> || !group.owns_cancellation()) result.unhandled_exception();
    group.cancel();
  } catch (...) {
    group.fail(std::current_exception());
  }
  co_await group.join();
  co_return result.take();
}

}  // namespace gossamer
