// Futures: the bridge between callbacks, generators and tasks.
#include <cstdio>
#include <string>

#include "net/coro/drive.h"
#include "net/coro/future.h"
#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

// An operation in the style of callbacks, and what makes it awaitable.
void ask(std::string question, std::move_only_function<void(std::string)> answer) {
  EventLoop::current().call_soon([question = std::move(question), answer = std::move(answer)]() mutable {
    answer("answer to " + question);
  });
}

Future<std::string> ask(std::string question) {
  const Future<std::string> future;
  ask(std::move(question), [future](std::string answer) { future.set_result(std::move(answer)); });
  return future;
}

// The style of coroutines before there was co_await: a generator yields what it waits for.
Generator<Future<std::string>, std::string, std::string> ask_twice() {
  const auto first = co_yield ask("one");
  const auto second = co_yield ask("two");
  co_return *first + ", " + *second;
}

Task<> program(TaskGroup& group) {
  std::puts((co_await ask("a task")).c_str());
  std::puts((co_await drive(ask_twice())).c_str());

  // A callback that waits for the end of a task.
  auto task = group.create_task([]() -> Task<std::string> {
    co_await sleep_for(1ms);
    co_return co_await ask("a callback");
  });
  task.add_done_callback([](TaskHandle<std::string> ended) { std::puts(ended.result().c_str()); });
  co_await task.wait();
  co_await sleep_for(0s);  // the callback's turn
}

int main() {
  EventLoop loop;
  run(loop, [] { return with_task_group(program); });
}
