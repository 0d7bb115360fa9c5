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

// Rows of a connection that has to be told goodbye.
AsyncGenerator<int> rows(Log* log) {
  std::exception_ptr error;
  try {
    for (int i = 1;; ++i) {
      co_await sleep_for(1s);
      co_yield i;
    }
  } catch (...) {
    error = std::current_exception();
  }
  co_await shield(sleep_for(1s));
  log->push_back("goodbye");
  std::rethrow_exception(error);
}

TEST(AsyncGenerator, CloseRunsCleanUpThatWaits) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    const TimePoint start = EventLoop::current().now();
    auto generator = rows(&log);
    const auto first = co_await generator.next();
    EXPECT_EQ(first, 1);
    co_await generator.close();
    EXPECT_EQ(log, Log{"goodbye"});
    EXPECT_EQ(EventLoop::current().now() - start, 2s);
    const auto after = co_await generator.next();
    EXPECT_EQ(after, std::nullopt);
    co_await generator.close();
    EXPECT_EQ(log, Log{"goodbye"});
  });
}

TEST(AsyncGenerator, CloseOfOneThatWasNeverAskedOrIsAtItsEndRunsNothing) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    auto never_asked = rows(&log);
    co_await never_asked.close();
    const auto nothing = co_await never_asked.next();
    EXPECT_EQ(nothing, std::nullopt);
    EXPECT_TRUE(log.empty());
    auto ended = ticks(0);
    co_await ended.next();
    co_await ended.close();
  });
}

TEST(AsyncGenerator, CloseRethrowsWhatTheCleanUpThrows) {
  run_in_fake_time([]() -> Task<> {
    auto generator = []() -> AsyncGenerator<int> {
      try {
        co_yield 1;
      } catch (const Cancelled&) {
        throw std::runtime_error("no goodbye");
      }
    }();
    co_await generator.next();
    std::string caught;
    try {
      co_await generator.close();
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "no goodbye");
  });
}

TEST(AsyncGenerator, LeavingALoopEarlyClosesIt) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    const int sum = co_await async_with(rows(&log), [](AsyncGenerator<int>& values) -> Task<int> {
      int found = 0;
      while (auto value = co_await values.next()) {
        found += *value;
        if (*value == 3) break;
      }
      co_return found;
    });
    EXPECT_EQ(sum, 6);
    EXPECT_EQ(log, Log{"goodbye"});
  });
}

TEST(AsyncGenerator, ForEachClosesItWhenItsFunctionThrowsOrTheTaskIsCancelled) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    try {
      co_await for_each(rows(&log), [](int value) {
        if (value == 2) throw std::runtime_error("broken");
      });
    } catch (const std::runtime_error& error) {
      log.push_back(error.what());
    }
    EXPECT_EQ(log, (Log{"goodbye", "broken"}));
    const auto asleep =
        co_await with_timeout(5s, for_each(rows(&log), [](int) -> Task<> { co_await sleep_for(1h); }));
    EXPECT_FALSE(asleep);
    EXPECT_EQ(log, (Log{"goodbye", "broken", "goodbye"})) << "it stood at its co_yield";
    const auto within = co_await with_timeout(2500ms, for_each(rows(&log), [](int) {}));
    EXPECT_FALSE(within);
    EXPECT_EQ(log, (Log{"goodbye", "broken", "goodbye", "goodbye"})) << "it waited itself";
  });
}

TEST(AsyncGeneratorDeathTest, YieldingWhileItIsBeingClosedIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 auto stubborn = []() -> AsyncGenerator<int> {
                   while (true) {
                     try {
                       co_yield 1;
                     } catch (const Cancelled&) {
                     }
                   }
                 }();
                 co_await stubborn.next();
                 co_await stubborn.close();
               }),
               "an AsyncGenerator yielded a value while it was being closed");
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
