#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "net/coro/task.h"

namespace gossamer {

namespace detail {
// What `co_await awaitable` calls.
template <class A>
decltype(auto) awaiter_of(A& awaitable) {
  if constexpr (requires { awaitable.operator co_await(); }) {
    return awaitable.operator co_await();
  } else {
    return (awaitable);
  }
}
}  // namespace detail

template <class A>
using AwaitResult = decltype(detail::awaiter_of(std::declval<A&>()).await_resume());

// A handle, a future, `channel.receive()`, `event.wait()`: all that can be awaited without being a Task.
template <class A>
concept Awaitable =
    !is_task<std::remove_cvref_t<A>> && requires { typename AwaitResult<std::remove_reference_t<A>>; };

namespace detail {

// Anything that can be awaited as a lazy task. It is referred to: await the task in the expression that makes
// it.
template <class T>
Task<T> as_task(Task<T>&& task) {
  return std::move(task);
}
template <Awaitable A>
Task<AwaitResult<std::remove_reference_t<A>>> as_task(A&& awaitable) {
  co_return co_await std::forward<A>(awaitable);
}
template <Awaitable A>
std::vector<Task<AwaitResult<A>>> as_tasks(std::vector<A>& awaitables) {
  std::vector<Task<AwaitResult<A>>> tasks;
  tasks.reserve(awaitables.size());
  for (A& awaitable : awaitables) tasks.push_back(as_task(awaitable));
  return tasks;
}

}  // namespace detail
}  // namespace gossamer
