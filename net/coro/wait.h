#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "net/coro/async_generator.h"
#include "net/coro/channel.h"
#include "net/coro/event.h"
#include "net/coro/gather.h"
#include "net/coro/timeout.h"

namespace gossamer {

enum class ReturnWhen { first_completed, first_exception, all_completed };

// Both in the order in which the tasks were given.
template <class T>
struct WaitResult {
  std::vector<TaskHandle<T>> done;
  std::vector<TaskHandle<T>> pending;
};

// The tasks that a wait() still waits for.
struct WaitProgress {
  ReturnWhen when;
  std::size_t running = 0;
  Event enough{};

  void ended(TaskStatus status) {
    if (--running == 0 || when == ReturnWhen::first_completed ||
        (when == ReturnWhen::first_exception && status == TaskStatus::failed))
      enough.set();
  }
};

// Waits until one of the tasks has ended, one has failed, or all have ended, at most for `timeout`. Nothing
// is thrown but the caller's own cancellation, and nothing is cancelled: see the handles. (A failure still
// ends the task's group, and with it a body of that group that waits here, unless the group keeps going.)
template <class T>
Task<WaitResult<T>> wait(std::vector<TaskHandle<T>> tasks, ReturnWhen when = ReturnWhen::all_completed,
                         std::optional<Duration> timeout = std::nullopt) {
  WaitProgress progress{.when = when, .running = tasks.size()};
  if (tasks.empty()) progress.enough.set();
  for (const TaskHandle<T>& task : tasks) {
    if (task.done()) progress.ended(task.status());
  }
  const auto watch_all = [](TaskGroup& group, const std::vector<TaskHandle<T>>* all,
                            WaitProgress* shared) -> Task<> {
    for (const TaskHandle<T>& task : *all) {
      if (task.done()) continue;
      group.create_task(
          [](TaskHandle<T> watched, WaitProgress* told) -> Task<> {
            co_await watched.wait();
            told->ended(watched.status());
          },
          task, shared);
    }
    co_await shared->enough.wait();
    group.cancel();
  };
  if (!progress.enough.is_set()) {
    auto watching = with_task_group(watch_all, &tasks, &progress);
    if (timeout) {
      [[maybe_unused]] const auto in_time = co_await with_timeout(*timeout, std::move(watching));
    } else {
      co_await std::move(watching);
    }
  }
  WaitResult<T> result;
  for (TaskHandle<T>& task : tasks) (task.done() ? result.done : result.pending).push_back(std::move(task));
  co_return result;
}

// The same for lazy tasks, which are run beside each other meanwhile. Those in `pending` were cancelled, and
// have ended when this returns.
template <class T>
Task<WaitResult<T>> wait(std::vector<Task<T>> tasks, ReturnWhen when = ReturnWhen::all_completed,
                         std::optional<Duration> timeout = std::nullopt) {
  TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
  WaitResult<T> result;
  try {
    result = co_await wait(start_in(group, std::move(tasks)), when, timeout);
    group.cancel();
  } catch (...) {
    group.fail(std::current_exception());
  }
  co_await group.join();
  co_return result;
}

// The tasks in the order in which they end:
//   auto ended = as_completed(handles);
//   while (auto task = co_await ended.next()) use(task->result());
template <class T>
AsyncGenerator<TaskHandle<T>> as_completed(std::vector<TaskHandle<T>> tasks) {
  const auto ended = std::make_shared<Channel<TaskHandle<T>>>(tasks.size());  // never full
  for (const TaskHandle<T>& task : tasks) {
    task.add_done_callback([ended](TaskHandle<T> handle) { ended->try_send(handle); });
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) co_yield *co_await ended->receive();
}

// Runs lazy tasks beside each other and calls `fn(handle)`, which may give a Task<>, for each when it has
// ended. What `fn` throws, or rethrows of a task's result, cancels the rest.
template <class T, class Fn>
Task<> as_completed(std::vector<Task<T>> tasks, Fn fn) {
  TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
  try {
    co_await for_each(as_completed(start_in(group, std::move(tasks))), std::move(fn));
  } catch (...) {
    group.fail(std::current_exception());
  }
  co_await group.join();
}

}  // namespace gossamer
