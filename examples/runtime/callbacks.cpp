// The lowest layer: the loop calls functions. Nothing here knows of coroutines.
#include <cstdio>
#include <thread>

#include "net/loop/event_loop.h"

using namespace std::chrono_literals;

int main() {
  gossamer::EventLoop loop;
  loop.call_soon([] { std::puts("as soon as the loop runs"); });

  gossamer::Timer timer({[](void* argument) {
                           std::puts("10 ms later");
                           static_cast<gossamer::EventLoop*>(argument)->stop();
                         },
                         &loop});

  std::thread other([&] {
    loop.post([&] {
      std::puts("from another thread, on the loop");
      loop.arm(timer, loop.now() + 10ms);
    });
  });
  other.join();
  loop.run();
}
