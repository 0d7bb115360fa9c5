#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "net/coro/async_generator.h"
#include "net/coro/channel.h"
#include "net/coro/event.h"
#include "net/coro/future.h"
#include "net/coro/gather.h"
#include "net/coro/timeout.h"

namespace gossamer {

enum class ReturnWhen { first_completed, first_exception, all_completed };

// A handle of something that ends by itself: a TaskHandle or a Future.
template <class F>
concept FutureLike = requires(const F& future, void (*callback)(F)) {
  { future.done() } -> std::same_as<bool>;
  { future.failed() } -> std::same_as<bool>;
  future.wait();
  future.add_done_callback(callback);
};

// Both in the order in which they were given.
template <FutureLike F>
struct WaitResult {
  std::vector<F> done;
  std::vector<F> pending;
};

namespace detail {

// What a wait() still waits for.
struct WaitProgress {
  ReturnWhen when;
  std::size_t pending = 0;
  Event enough{};

  template <class F>
  void ended(const F& future) {
    if (--pending == 0 || when == ReturnWhen::first_completed ||
        (when == ReturnWhen::first_exception && future.failed())) {
      enough.set();
    }
  }
};

// Until `progress` says that it is enough.
template <class F>
Task<> watch(TaskGroup& group, const std::vector<F>* futures, WaitProgress* progress) {
  const auto watch_one = [](F future, WaitProgress* told) -> Task<> {
    co_await future.wait();
    told->ended(future);
  };
  for (const F& future : *futures) {
    if (!future.done()) group.create_task(watch_one, future, progress);
  }
  co_await progress->enough.wait();
  group.cancel();
}

}  // namespace detail

// Waits until one of the tasks or futures has ended, one has failed, or all have ended, at most for
// `timeout`. Nothing is thrown but the caller's own cancellation, and nothing is cancelled: see the handles.
// (A failure still ends the task's group, and with it a body of that group that waits here, unless the group
// keeps going.)
template <FutureLike F>
Task<WaitResult<F>> wait(std::vector<F> futures, ReturnWhen when = ReturnWhen::all_completed,
                         std::optional<Duration> timeout = std::nullopt) {
  detail::WaitProgress progress{.when = when, .pending = futures.size()};
  if (futures.empty()) progress.enough.set();
  for (const F& future : futures) {
    if (future.done()) progress.ended(future);
  }
  if (!progress.enough.is_set()) {
    auto watching = with_task_group(&detail::watch<F>, &futures, &progress);
    if (timeout) {
      [[maybe_unused]] const auto in_time = co_await with_timeout(*timeout, std::move(watching));
    } else {
      co_await std::move(watching);
    }
  }
  WaitResult<F> result;
  for (F& future : futures) (future.done() ? result.done : result.pending).push_back(std::move(future));
  co_return result;
}
template <FutureLike... F>
void wait(F...) = delete;  // they go in a vector: wait(std::vector{a, b})

// The same for lazy tasks, which are run beside each other meanwhile. Those in `pending` were cancelled, and
// have ended when this returns.
template <class T>
Task<WaitResult<TaskHandle<T>>> wait(std::vector<Task<T>> tasks, ReturnWhen when = ReturnWhen::all_completed,
                                     std::optional<Duration> timeout = std::nullopt) {
  TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
  WaitResult<TaskHandle<T>> result;
  try {
    result = co_await wait(detail::start_in(group, std::move(tasks)), when, timeout);
    group.cancel();
  } catch (...) {
    group.fail(std::current_exception());
  }
  co_await group.join();
  co_return result;
}

// The tasks or futures in the order in which they end:
//   auto ended = as_completed(handles);
//   while (auto task = co_await ended.next()) use(task->result());
template <FutureLike F>
AsyncGenerator<F> as_completed(std::vector<F> futures) {
  const auto ended = std::make_shared<Channel<F>>(futures.size());  // never full
  for (const F& future : futures) {
    future.add_done_callback([ended](F handle) { ended->try_send(handle); });
  }
  for (std::size_t i = 0; i < futures.size(); ++i) co_yield *co_await ended->receive();
}

// Runs lazy tasks beside each other and calls `fn(handle)`, which may give a Task<>, for each when it has
// ended. What `fn` throws, or rethrows of a task's result, cancels the rest.
template <class T, class Fn>
Task<> as_completed(std::vector<Task<T>> tasks, Fn fn) {
  TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
  try {
    co_await for_each(as_completed(detail::start_in(group, std::move(tasks))), std::move(fn));
  } catch (...) {
    group.fail(std::current_exception());
  }
  co_await group.join();
}

}  // namespace gossamer
