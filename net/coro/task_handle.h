#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "net/coro/task_state.h"

namespace gossamer {

// A running task, made by TaskGroup::create_task. `co_await handle` waits for its end and gives its value or
// rethrows (a cancelled one throws Cancelled): as often as you like a copy of the value, where it can be
// copied; `co_await std::move(handle)` the value itself, once. Dropping the handle does not end the task: its
// group owns it. A cancelled waiter leaves it alone. A failed task whose exception neither surfaced at a join
// nor was looked at here is reported on stderr. One loop; none may be used, only dropped, after the loop's
// end.
template <class T = void>
class TaskHandle {
 public:
  using value_type = T;
  explicit TaskHandle(std::shared_ptr<TaskState<T>> state) : state_(std::move(state)) {}

  TaskStatus status() const { return state_->status(); }
  bool done() const { return state_->ended(); }
  bool failed() const { return status() == TaskStatus::failed; }

  // Makes the innermost wait of the task throw Cancelled; it has ended when its clean-up has.
  void cancel() const { state_->cancel(); }

  // For messages about the task.
  const std::string& name() const { return state_->name; }
  void set_name(std::string name) const { state_->name = std::move(name); }

  // `callback(handle)` is called by the loop after the task's end, at once if that has been.
  void add_done_callback(std::move_only_function<void(TaskHandle)> callback) const {
    state_->add_done_callback(
        [handle = *this, callback = std::move(callback)]() mutable { callback(std::move(handle)); });
  }

  // Waits for the end, whatever it is; see status().
  [[nodiscard]] TaskStateBase::End wait() const { return state_->end(); }

  // Of a task that has ended, else a broken invariant: its value, copied or moved as by co_await; rethrows.
  T result() const& { return state_->get(); }
  T result() && { return state_->take(); }
  // Null unless it failed.
  std::exception_ptr exception() const { return state_->exception(); }

  template <bool kTakes>
  class [[nodiscard]] Result final : public TaskStateBase::EndWaiter {
   public:
    explicit Result(std::shared_ptr<TaskState<T>> state) : EndWaiter(*state), state_(std::move(state)) {}
    T await_resume() const {
      throw_if_cancelled();
      if constexpr (kTakes) {
        return state_->take();
      } else {
        return state_->get();
      }
    }

   private:
    std::shared_ptr<TaskState<T>> state_;
  };
  Result<false> operator co_await() const& { return Result<false>(state_); }
  Result<true> operator co_await() && { return Result<true>(std::move(state_)); }

  bool operator==(const TaskHandle&) const = default;  // whether they are the same task

 private:
  std::shared_ptr<TaskState<T>> state_;
};

}  // namespace gossamer
