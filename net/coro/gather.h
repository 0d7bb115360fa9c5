#pragma once

#include <exception>
#include <expected>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "net/coro/as_task.h"
#include "net/coro/task_group.h"

namespace gossamer {

// What stands for the value of a Task<> among others.
template <class T>
using GatheredValue = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// With `return_exceptions` gather() gives what each task ended with, its value or its exception.
template <class T>
using Settled = std::expected<T, std::exception_ptr>;
struct ReturnExceptions {};
inline constexpr ReturnExceptions return_exceptions;

namespace detail {

// Starts a lazy task in a group that is joined while the task's arguments live.
template <class T>
TaskHandle<T> start_in(TaskGroup& group, Task<T> task) {
  return group.create_task([](Task<T> started) { return started; }, std::move(task));
}

template <class T>
std::vector<TaskHandle<T>> start_in(TaskGroup& group, std::vector<Task<T>> tasks) {
  std::vector<TaskHandle<T>> handles;
  handles.reserve(tasks.size());
  for (Task<T>& task : tasks) handles.push_back(start_in(group, std::move(task)));
  return handles;
}

// Of a task that has ended, and that nobody else looks at.
template <class T>
GatheredValue<T> value_of(TaskHandle<T>& ended) {
  if constexpr (std::is_void_v<T>) {
    ended.result();
    return {};
  } else {
    return std::move(ended).result();
  }
}
template <class T>
Settled<T> settled(TaskHandle<T>& ended) {
  try {
    if constexpr (std::is_void_v<T>) {
      ended.result();
      return {};
    } else {
      return std::move(ended).result();
    }
  } catch (...) {  // also Cancelled, of a task that was cancelled by itself
    return std::unexpected(std::current_exception());
  }
}

template <class... T>
Task<std::tuple<GatheredValue<T>...>> gather_tasks(Task<T>... tasks) {
  TaskGroup group(co_await current_task());
  std::tuple<TaskHandle<T>...> handles{start_in(group, std::move(tasks))...};
  co_await group.join();
  co_return std::apply([](auto&... handle) { return std::tuple<GatheredValue<T>...>{value_of(handle)...}; },
                       handles);
}

template <class... T>
Task<std::tuple<Settled<T>...>> gather_tasks(ReturnExceptions, Task<T>... tasks) {
  TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
  std::tuple<TaskHandle<T>...> handles{start_in(group, std::move(tasks))...};
  co_await group.join();
  co_return std::apply([](auto&... handle) { return std::tuple<Settled<T>...>{settled(handle)...}; },
                       handles);
}

}  // namespace detail

// Runs lazy tasks beside each other and gives their values as a tuple, in the order of the tasks:
//   auto [page, robots] = co_await gather(fetch(url), fetch(robots_url));
// The first exception cancels the others and is thrown when they have ended. Other awaitables may stand among
// the tasks, a handle or `channel.receive()`; only the wait for them is cancelled.
template <class... Awaitables>
  requires((is_task<Awaitables> || Awaitable<Awaitables>) && ...)
auto gather(Awaitables&&... awaitables) {
  return detail::gather_tasks(detail::as_task(std::forward<Awaitables>(awaitables))...);
}
// The same, but an exception cancels nothing and stands in the tuple of Settled<T>.
template <class... Awaitables>
  requires((is_task<Awaitables> || Awaitable<Awaitables>) && ...)
auto gather(ReturnExceptions, Awaitables&&... awaitables) {
  return detail::gather_tasks(return_exceptions, detail::as_task(std::forward<Awaitables>(awaitables))...);
}

// The same of any number of tasks.
template <class T>
  requires(!std::is_void_v<T>)
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
  TaskGroup group(co_await current_task());
  std::vector<TaskHandle<T>> handles = detail::start_in(group, std::move(tasks));
  co_await group.join();
  std::vector<T> values;
  values.reserve(handles.size());
  for (TaskHandle<T>& handle : handles) values.push_back(detail::value_of(handle));
  co_return values;
}
inline Task<> gather(std::vector<Task<>> tasks) {
  TaskGroup group(co_await current_task());
  const std::vector<TaskHandle<>> handles = detail::start_in(group, std::move(tasks));
  co_await group.join();
  for (const TaskHandle<>& handle : handles) handle.result();
}
template <class T>
Task<std::vector<Settled<T>>> gather(ReturnExceptions, std::vector<Task<T>> tasks) {
  TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
  std::vector<TaskHandle<T>> handles = detail::start_in(group, std::move(tasks));
  co_await group.join();
  std::vector<Settled<T>> ends;
  ends.reserve(handles.size());
  for (TaskHandle<T>& handle : handles) ends.push_back(detail::settled(handle));
  co_return ends;
}

// The same of any number of handles or futures.
template <Awaitable A>
auto gather(std::vector<A> awaitables) -> decltype(gather(std::vector<Task<AwaitResult<A>>>())) {
  co_return co_await gather(detail::as_tasks(awaitables));
}
template <Awaitable A>
auto gather(ReturnExceptions, std::vector<A> awaitables) -> Task<std::vector<Settled<AwaitResult<A>>>> {
  co_return co_await gather(return_exceptions, detail::as_tasks(awaitables));
}

}  // namespace gossamer
