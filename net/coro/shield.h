#pragma once

#include <utility>

#include "net/coro/as_task.h"
#include "net/coro/task.h"

namespace gossamer {

// Runs `task` to its end although the caller is being cancelled, or is cancelled meanwhile: for clean-up that
// has to wait. The cancellation is not lost, the next wait after the shield throws it. What waits on the
// outside world needs a deadline inside: `co_await shield(with_timeout(1s, goodbye(stream)))`.
template <class T>
Task<T> shield(Task<T> task) {
  const CancelScope scope(co_await current_task(), CancelScope::Outside::held_off);
  co_return co_await std::move(task);
}

template <Awaitable A>
auto shield(A&& awaitable) {
  return shield(detail::as_task(std::forward<A>(awaitable)));
}

}  // namespace gossamer
