#include "net/coro/async_generator.h"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/task_group.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

using Log = std::vector<std::string>;

struct Note {
  Log& log;
  ~Note() { log.push_back("destroyed"); }
};

AsyncGenerator<int> ticks(int count) {
  for (int i = 0; i < count; ++i) {
    co_await sleep_for(1s);
    co_yield i;
  }
}

TEST(AsyncGenerator, AwaitsBetweenItsValues) {
  run_in_fake_time([]() -> Task<> {
    const TimePoint start = EventLoop::current().now();
    auto generator = ticks(3);
    std::vector<int> values;
    while (auto value = co_await generator.next()) values.push_back(*value);
    EXPECT_EQ(values, (std::vector{0, 1, 2}));
    EXPECT_EQ(EventLoop::current().now() - start, 3s);
    const auto after_the_end = co_await generator.next();
    EXPECT_EQ(after_the_end, std::nullopt);
  });
}

TEST(AsyncGenerator, RunsNothingUntilItIsAsked) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    {
      auto generator = [](Log& out) -> AsyncGenerator<int> {
        out.push_back("started");
        co_yield 1;
      }(log);
      co_await let_others_run();
    }
    EXPECT_TRUE(log.empty());
  });
}

TEST(AsyncGenerator, GivesMoveOnlyValues) {
  run_in_fake_time([]() -> Task<> {
    auto generator = []() -> AsyncGenerator<std::unique_ptr<int>> { co_yield std::make_unique<int>(3); }();
    const auto value = co_await generator.next();
    EXPECT_EQ(**value, 3);
  });
}

TEST(AsyncGenerator, DestroyedHalfWayItRunsTheDestructorsOfItsFrame) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    {
      auto generator = [](Log& out) -> AsyncGenerator<int> {
        const Note note{out};
        co_yield 1;
        co_yield 2;
      }(log);
      co_await generator.next();
      EXPECT_TRUE(log.empty());
    }
    EXPECT_EQ(log, Log{"destroyed"});
  });
}

TEST(AsyncGenerator, RethrowsWhatItsBodyThrowsOnceAndThenIsAtItsEnd) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    auto generator = [](Log& out) -> AsyncGenerator<int> {
      const Note note{out};
      co_yield 1;
      co_await let_others_run();
      throw std::runtime_error("broken");
    }(log);
    co_await generator.next();
    std::string caught;
    try {
      co_await generator.next();
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "broken");
    EXPECT_EQ(log, Log{"destroyed"});
    const auto end = co_await generator.next();
    EXPECT_EQ(end, std::nullopt);
  });
}

TEST(AsyncGenerator, MayBeTakenOverByAnotherTask) {
  run_in_fake_time([]() -> Task<> {
    auto generator = ticks(3);
    const auto first = co_await generator.next();
    EXPECT_EQ(first, 0);
    const int rest = co_await with_task_group(
        [](TaskGroup& group, AsyncGenerator<int>* g) -> Task<int> {
          auto task = group.create_task(
              [](AsyncGenerator<int> mine) -> Task<int> {
                int sum = 0;
                while (auto value = co_await mine.next()) sum += *value;
                co_return sum;
              },
              std::move(*g));
          co_return co_await task;
        },
        &generator);
    EXPECT_EQ(rest, 3);
  });
}

TEST(AsyncGenerator, ATimeoutEndsOneThatWaits) {
  run_in_fake_time([]() -> Task<> {
    auto generator = ticks(3);
    const auto late = co_await with_timeout(500ms, [](AsyncGenerator<int>& g) -> Task<std::optional<int>> {
      co_return co_await g.next();
    }(generator));
    EXPECT_FALSE(late);
    const auto end = co_await generator.next();
    EXPECT_EQ(end, std::nullopt) << "its body was unwound";
  });
}

TEST(AsyncGeneratorDeathTest, DestroyedWhileItRunsIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 std::optional<AsyncGenerator<int>> generator;
                 generator.emplace([](std::optional<AsyncGenerator<int>>* self) -> AsyncGenerator<int> {
                   self->reset();
                   co_yield 1;
                 }(&generator));
                 co_await generator->next();
               }),
               "an AsyncGenerator was destroyed while it ran");
}

}  // namespace
}  // namespace gossamer
