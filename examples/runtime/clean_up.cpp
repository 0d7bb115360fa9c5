// Clean-up that has to wait, on every way out.
#include <cstdio>

#include "net/coro/async_generator.h"
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

// Its clean-up waits too: what leaves the loop early, or is cancelled, closes it.
AsyncGenerator<int> rows() {
  std::exception_ptr error;
  try {
    for (int row = 1; row < 1000; ++row) {
      co_await sleep_for(1ms);
      co_yield row;
    }
  } catch (...) {
    error = std::current_exception();
  }
  co_await shield(sleep_for(1ms));
  std::puts("cursor closed");
  if (error) std::rethrow_exception(error);
}

Task<> first_two(AsyncGenerator<int>& values) {
  for (int i = 0; i < 2; ++i) std::printf("row %d\n", (co_await values.next()).value());
}

Task<> program() {
  const auto result = co_await with_timeout(
      10ms, async_with(Session(), [](Session& session) -> Task<> { co_await session.work(); }));
  if (!result) std::puts(result.error().message.c_str());

  co_await async_with(rows(), first_two);
}

int main() {
  EventLoop loop;
  run(loop, program);
}
