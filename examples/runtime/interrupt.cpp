// Ctrl-C ends a program in order: its task is cancelled, cleans up, and run() returns.
#include <csignal>
#include <cstdio>

#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

struct Database {
  ~Database() { std::puts("saved"); }
};

Task<> work() {
  const Database database;
  co_await sleep_for(1h);
  std::puts("not reached");
}

Task<> until_interrupted(TaskGroup& group) {
  const auto working = group.create_task(work);
  CallHandle on_interrupt = group.loop().on_signal(SIGINT, [working] { working.cancel(); });
  co_await working.wait();
  on_interrupt.cancel();
}

int main() {
  EventLoop loop;
  loop.call_later(10ms, [] { std::raise(SIGINT); });  // stands for Ctrl-C
  run(loop, [] { return with_task_group(until_interrupted); });
  std::puts("ended");
}
