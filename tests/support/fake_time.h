#pragma once

#include <utility>

#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"
#include "tests/support/fake_clock.h"

namespace gossamer {

// `run_in_fake_time(fn, args...)`: run() on a fresh loop whose clock jumps.
template <class Fn, class... Args>
auto run_in_fake_time(Fn fn, Args&&... args) {
  FakeClock clock;
  EventLoop loop(clock.loop_options());
  return run(loop, std::move(fn), std::forward<Args>(args)...);
}

// The same for the body of a group: `fn(group, args...)`.
template <class Fn, class... Args>
auto run_group_in_fake_time(Fn fn, Args... args) {
  return run_in_fake_time([&] { return with_task_group(fn, args...); });
}

// Lets everything that is ready run, `rounds` times.
inline Task<> let_others_run(int rounds = 1) {
  const EventLoop& loop = EventLoop::current();
  for (int i = 0; i < rounds; ++i) co_await sleep_until(loop.now());
}

}  // namespace gossamer
