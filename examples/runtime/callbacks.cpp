// The callback loop: it calls functions when something is ready, when a time has come, when a signal arrives.
#include <csignal>
#include <cstdio>
#include <thread>
#include <unistd.h>

#include "net/loop/event_loop.h"

using namespace gossamer;
using namespace std::chrono_literals;

int main() {
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  EventLoop loop;

  loop.call_soon([] { std::puts("as soon as the loop runs"); });

  const Result<CallHandle> reading = loop.on_readable(ends[0], [&] {
    char byte = 0;
    if (::read(ends[0], &byte, 1) == 1) std::printf("readable: %c\n", byte);
    loop.call_later(10ms, [] {
      std::puts("10 ms later");
      std::raise(SIGUSR1);
    });
  });
  if (!reading) return 1;
  CallHandle never = loop.call_later(1ms, [] { std::puts("never"); });
  never.cancel();
  loop.on_signal(SIGUSR1, [&] {
    std::puts("a signal");
    loop.stop();
  });

  std::thread other([&] {
    loop.post([&] {
      std::puts("from another thread, on the loop");
      if (::write(ends[1], "x", 1) != 1) loop.stop();
    });
  });
  other.join();
  loop.run_forever();

  CallHandle(*reading).cancel();  // before the descriptor is closed
  ::close(ends[0]);
  ::close(ends[1]);
}
