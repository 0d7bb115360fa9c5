// Several loops: one a core, each on a thread of its own, with work from this thread and results on this
// loop.
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "net/coro/loop_thread.h"
#include "net/coro/run.h"
#include "net/coro/thread_channel.h"
#include "net/coro/thread_future.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

Task<int> square(int number) {  // runs on the loop it is started on
  co_await sleep_for(1ms);
  co_return number* number;
}

// On each thread: sends what it works out to the loop that waits for it.
Task<> send_squares(ThreadChannel<int>* channel, int from, int step) {
  for (int number = from; number <= 100; number += step) {
    if (!co_await channel->send(co_await square(number))) co_return;  // closed: nobody wants them
  }
}

Task<int> sum_up(ThreadChannel<int>* channel, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += (co_await channel->receive()).value();
  co_return sum;
}

int main() {
  std::vector<std::unique_ptr<LoopThread>> threads;  // one loop a core
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < cores; ++i) threads.push_back(std::make_unique<LoopThread>());

  // From a thread without a loop, or from another: a future to wait for.
  ThreadFuture<int> future = run_coroutine_threadsafe(threads[0]->group(), square, 7);
  std::printf("%d\n", future.get());

  ThreadChannel<int> channel(16);
  std::vector<ThreadFuture<void>> senders;
  for (unsigned i = 0; i < cores; ++i) {
    senders.push_back(run_coroutine_threadsafe(threads[i]->group(), send_squares, &channel,
                                               static_cast<int>(i + 1), static_cast<int>(cores)));
  }
  EventLoop loop;
  std::printf("%d\n", run_until_complete(loop, sum_up(&channel, 100)));
  for (ThreadFuture<void>& sender : senders) sender.get();

  // From a task on one loop to another: awaited, cancelled with the caller.
  LoopThread* const there = threads[0].get();
  const int there_and_back = run(
      loop,
      [](LoopThread* thread) -> Task<int> { co_return co_await thread->call([] { return square(9); }); },
      there);
  std::printf("%d\n", there_and_back);
}
