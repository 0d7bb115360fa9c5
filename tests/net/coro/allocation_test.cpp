// How often the runtime asks the heap for memory: once a size class is in use, frames come from the pool.
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>

#include "net/coro/channel.h"
#include "net/coro/event.h"
#include "net/coro/generator.h"
#include "net/coro/task_group.h"
#include "tests/support/fake_time.h"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// Under AddressSanitizer each frame is an allocation of its own, so that a use of a dead one is seen.
#if defined(__has_feature) && __has_feature(address_sanitizer)
constexpr std::size_t kPerFrame = 1;
#else
constexpr std::size_t kPerFrame = 0;
#endif

Task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

TEST(Allocations, AChainOfTasksCostsOneFrameATaskAndThoseComeFromThePool) {
  run_in_fake_time([]() -> Task<> {
    co_await nested(1000);
    const std::size_t before = allocations;
    const int depth = co_await nested(999);
    const std::size_t chain = allocations - before;
    EXPECT_EQ(depth, 999);
    EXPECT_EQ(chain, 1000 * kPerFrame);
  });
}

Generator<int, int, int> nested_generators(int depth) {
  if (depth > 0) co_return co_yield elements_of(nested_generators(depth - 1));
  co_yield 1;
  co_return 2;
}

TEST(Allocations, AChainOfGeneratorsToo) {
  for (auto warm = nested_generators(1000); warm.next();) {
  }
  const std::size_t before = allocations;
  auto generator = nested_generators(999);
  while (generator.next()) {
  }
  EXPECT_EQ(allocations - before, 1000 * kPerFrame);
}

TEST(Allocations, WaitsAndWakeUpsCostNone) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* ch) -> Task<> {
          group.create_task(
              [](Channel<int>* in) -> Task<> {
                while (co_await in->receive()) {
                }
              },
              ch);
          for (int i = 0; i < 1000; ++i) co_await ch->send(i);  // the queues of the loop have their size now
          co_await sleep_for(1ns);
          const std::size_t before = allocations;
          for (int i = 0; i < 1000; ++i) co_await sleep_for(1ns);
          EXPECT_EQ(allocations - before, 0U);
          ch->close();
        },
        &channel);
  });
}

// What outlives the task for its handles and callbacks is one allocation, its frames are the pool's.
TEST(Allocations, AStartedTaskCostsItsState) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto task = [](int value) -> Task<int> { co_return value; };
    for (int i = 0; i < 2; ++i) {
      const std::size_t before = allocations;
      const auto handle = group.create_task(task, i);
      const int value = co_await handle;
      const std::size_t cost = allocations - before;
      EXPECT_EQ(value, i);
      if (i > 0) EXPECT_EQ(cost, 1 + 2 * kPerFrame);
    }
  });
}

}  // namespace
}  // namespace gossamer
