#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/task_state.h"

namespace gossamer {

// Runs `fn(args...)`, which gives a Task<T>, as the loop's main task until it ends; gives its value or
// rethrows. The bridge from ordinary code into coroutines; not from within one. Arguments are held by the
// task, as with TaskGroup::create_task.
template <class Fn, class... Args>
auto run(EventLoop& loop, Fn fn, Args&&... args) {
  using Promise = typename std::invoke_result_t<Fn, std::decay_t<Args>...>::promise_type;
  using T = decltype(std::declval<Promise&>().take());
  auto state = std::make_shared<TaskState<T>>(loop);
  // Behind the callbacks that its last step has queued.
  state->add_done_callback([&loop, awaited = std::weak_ptr(state)] {
    if (!awaited.expired()) loop.stop();
  });
  run_task<T, Fn, std::decay_t<Args>...>(state, std::move(fn), std::forward<Args>(args)...);
  loop.run_forever();
  if (!state->ended()) fatal("the loop was stopped before its main task had ended");
  return state->take();
}

// The same for a task that was made already: `run_until_complete(loop, fetch(url))`. What was given by
// reference to the function that made it must live until this returns.
template <class T>
T run_until_complete(EventLoop& loop, Task<T> task) {
  return run(loop, [](Task<T> given) { return given; }, std::move(task));
}

}  // namespace gossamer
