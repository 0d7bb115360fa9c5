// Clean-up that has to wait, on every way out.
#include <cstdio>

#include "net/coro/async_with.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"

using namespace gossamer;
using namespace std::chrono_literals;

class Session {
 public:
  Task<> work() {
    co_await sleep_for(1h);
    std::puts("not reached");
  }
  Task<> close() {
    co_await sleep_for(1ms);  // says goodbye to the other side
    std::puts("closed");
  }
};

Task<> program() {
  const auto result = co_await with_timeout(
      10ms, async_with(Session(), [](Session& session) -> Task<> { co_await session.work(); }));
  if (!result) std::puts(result.error().message.c_str());
}

int main() {
  EventLoop loop;
  run(loop, program);
}
