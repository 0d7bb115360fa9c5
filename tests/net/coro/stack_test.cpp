// Awaits that complete synchronously leave the stack flat, in every build type. Each test runs on a thread
// whose stack would overflow at a fraction of a byte a step.
#include <gtest/gtest.h>
#include <stdexcept>

#include "net/coro/async_generator.h"
#include "net/coro/channel.h"
#include "net/coro/drive.h"
#include "net/coro/event.h"
#include "net/coro/mutex.h"
#include "net/coro/run.h"
#include "net/coro/semaphore.h"
#include "net/coro/task_group.h"
#include "tests/net/coro/small_stack.h"

namespace gossamer {
namespace {

constexpr int kMillion = 1'000'000;

int run_on_a_small_stack(Task<int> (*fn)()) {
  int result = 0;
  on_a_small_stack([&] {
    EventLoop loop;
    result = run(loop, fn);
  });
  return result;
}

Task<int> one() { co_return 1; }

TEST(FlatStack, AMillionTasks) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              int sum = 0;
              for (int i = 0; i < kMillion; ++i) sum += co_await one();
              co_return sum;
            }),
            kMillion);
}

Task<int> thrower() {
  throw std::runtime_error("thrown");
  co_return 0;
}

TEST(FlatStack, TensOfThousandsOfExceptions) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              int caught = 0;
              for (int i = 0; i < 20'000; ++i) {
                try {
                  co_await thrower();
                } catch (const std::runtime_error&) {
                  ++caught;
                }
              }
              co_return caught;
            }),
            20'000);
}

Task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

TEST(FlatStack, AHundredThousandNestedTasks) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> { co_return co_await nested(100'000); }), 100'000);
}

TEST(FlatStack, AMillionEventWaits) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              Event event;
              event.set();
              int waits = 0;
              for (; waits < kMillion; ++waits) co_await event.wait();
              co_return waits;
            }),
            kMillion);
}

TEST(FlatStack, AMillionSemaphoreAcquisitions) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              Semaphore semaphore(1);
              int acquired = 0;
              for (; acquired < kMillion; ++acquired) {
                const Permit permit = co_await semaphore.acquire();
              }
              co_return acquired;
            }),
            kMillion);
}

TEST(FlatStack, AMillionChannelTransfers) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              Channel<int> channel(1);
              int received = 0;
              while (received < kMillion) {
                co_await channel.send(1);
                received += (co_await channel.receive()).value();
              }
              co_return received;
            }),
            kMillion);
}

TEST(FlatStack, AMillionLocksOfAMutex) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              Mutex mutex;
              int locked = 0;
              for (; locked < kMillion; ++locked) const Lock lock = co_await mutex.lock();
              co_return locked;
            }),
            kMillion);
}

TEST(FlatStack, AMillionWaitsForAFutureAndAHandleThatAreDone) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              const Future<int> future;
              future.set_result(1);
              TaskGroup group(co_await current_task());
              const auto handle = group.create_task([]() -> Task<> { co_return; });
              co_await group.join();
              int sum = 0;
              for (int i = 0; i < kMillion; ++i) {
                sum += co_await future;
                co_await handle;
              }
              co_return sum;
            }),
            kMillion);
}

Generator<Future<int>, int, int> wait_often(Future<int> future) {
  int sum = 0;
  for (int i = 0; i < kMillion; ++i) sum += (co_yield future).value();
  co_return sum;
}

TEST(FlatStack, AMillionStepsOfAGeneratorDrivenOperation) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              const Future<int> future;
              future.set_result(1);
              co_return co_await drive(wait_often(future));
            }),
            kMillion);
}

AsyncGenerator<int> count_to(int end) {
  for (int i = 0; i < end; ++i) co_yield i;
}

TEST(FlatStack, AMillionGeneratedValues) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              int values = 0;
              auto generator = count_to(kMillion);
              while (co_await generator.next()) ++values;
              co_return values;
            }),
            kMillion);
}

AsyncGenerator<int> add_up(AsyncGenerator<int> input) {
  int sum = 0;
  while (auto value = co_await input.next()) co_yield sum += *value;
}

TEST(FlatStack, AMillionValuesThroughAGeneratorOfAGenerator) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              int values = 0;
              auto generator = add_up(count_to(1000));
              for (int round = 0; round < kMillion / 1000; ++round) {
                generator = add_up(count_to(1000));
                while (co_await generator.next()) ++values;
              }
              co_return values;
            }),
            kMillion);
}

// A wake-up goes through the ready queue, so tasks that wake each other do not stack up either.
TEST(FlatStack, AHundredThousandPingPongsBetweenTwoTasks) {
  EXPECT_EQ(run_on_a_small_stack([]() -> Task<int> {
              Channel<int> there(1);
              Channel<int> back(1);
              co_return co_await with_task_group(
                  [](TaskGroup& group, Channel<int>* to, Channel<int>* from) -> Task<int> {
                    group.create_task(
                        [](Channel<int>* in, Channel<int>* out) -> Task<> {
                          while (auto value = co_await in->receive()) co_await out->send(*value + 1);
                        },
                        to, from);
                    int value = 0;
                    while (value < 100'000) {
                      co_await to->send(value);
                      value = (co_await from->receive()).value();
                    }
                    to->close();
                    co_return value;
                  },
                  &there, &back);
            }),
            100'000);
}

}  // namespace
}  // namespace gossamer
