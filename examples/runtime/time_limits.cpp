// A time limit for a part of a coroutine, which moves on as long as something comes.
#include <cstdio>

#include "net/coro/run.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

Task<Result<int>> download(int pieces, Duration piece_takes, Duration patience) {
  const EventLoop& loop = EventLoop::current();
  Timeout timeout(co_await current_task(), patience);
  try {
    for (int received = 0; received < pieces; ++received) {
      co_await sleep_for(piece_takes);  // stands for the network
      timeout.reschedule(loop.now() + patience);
    }
    co_return pieces;
  } catch (const Cancelled&) {
    co_return timeout.error();  // or goes on as Cancelled, if that came from outside
  }
}

Task<> program() {
  const auto steady = co_await download(3, 1ms, 10s);
  std::printf("%d pieces\n", steady.value_or(0));
  const auto stuck = co_await download(3, 1h, 10ms);
  if (!stuck) std::puts(stuck.error().message.c_str());
}

int main() {
  EventLoop loop;
  run(loop, program);
}
