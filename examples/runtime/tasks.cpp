// Tasks: one after the other by co_await, beside each other in a group, under a deadline.
#include <cstdio>
#include <string>

#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

Task<std::string> fetch(std::string name, Duration takes) {
  co_await sleep_for(takes);  // stands for the network
  co_return "page of " + name;
}

Task<> both(TaskGroup& group) {
  auto slow = group.create_task(fetch, "slow.example", 20ms);
  auto fast = group.create_task(fetch, "fast.example", 10ms);
  std::puts((co_await slow).c_str());
  std::puts((co_await fast).c_str());
}

Task<> program() {
  co_await with_task_group(both);

  Result<std::string> page = co_await with_timeout(10ms, fetch("stuck.example", 1h));
  std::puts(page ? page->c_str() : page.error().message.c_str());
}

int main() {
  EventLoop loop;
  run(loop, program);
}
