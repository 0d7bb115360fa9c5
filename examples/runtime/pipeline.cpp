// A producer and its consumers, joined by a bounded channel: whoever is slow holds the others back.
#include <cstdio>

#include "net/coro/async_generator.h"
#include "net/coro/channel.h"
#include "net/coro/run.h"
#include "net/coro/semaphore.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

// May await between its values; runs inside the task that asks for the next.
AsyncGenerator<int> ticks(int count) {
  for (int i = 1; i <= count; ++i) {
    co_await sleep_for(1ms);
    co_yield i;
  }
}

Task<> produce(Channel<int>& channel) {
  auto source = ticks(10);
  while (auto value = co_await source.next()) co_await channel.send(*value);  // waits while it is full
  channel.close();                                                            // consumers drain it and end
}

Task<> consume(Channel<int>* channel, Semaphore* at_once, int* sum) {
  while (auto value = co_await channel->receive()) {
    const Permit permit = co_await at_once->acquire();  // until the end of the scope
    co_await sleep_for(1ms);
    *sum += *value;
  }
}

Task<> pipeline(TaskGroup& group, Channel<int>* channel, Semaphore* at_once, int* sum) {
  for (int i = 0; i < 3; ++i) group.create_task(consume, channel, at_once, sum);
  co_await produce(*channel);
}

Task<int> program() {
  Channel<int> channel(2);
  Semaphore at_once(2);
  int sum = 0;
  co_await with_task_group(pipeline, &channel, &at_once, &sum);
  co_return sum;
}

int main() {
  EventLoop loop;
  std::printf("%d\n", run(loop, program));
}
