#include "net/coro/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/future.h"
#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

struct Tracer {
  Tracer(std::vector<std::string>& log_in, std::string name_in) : log(log_in), name(std::move(name_in)) {}
  ~Tracer() { log.push_back("~" + name); }
  std::vector<std::string>& log;
  std::string name;
};

Task<> note(std::vector<std::string>* log, std::string what) {
  log->push_back(std::move(what));
  co_return;
}

TEST(Task, RunsNothingUntilItIsAwaited) {
  std::vector<std::string> log;
  run_in_fake_time(
      [](std::vector<std::string>* out) -> Task<> {
        auto task = note(out, "task");
        out->push_back("before");
        co_await std::move(task);
      },
      &log);
  EXPECT_EQ(log, (std::vector<std::string>{"before", "task"}));
}

Task<int> value_of_held(std::shared_ptr<int> held) { co_return *held; }

TEST(Task, NeverAwaitedItDestroysItsArguments) {
  auto argument = std::make_shared<int>(1);
  testing::internal::CaptureStderr();
  {
    auto task = value_of_held(argument);
    EXPECT_EQ(argument.use_count(), 2);
  }
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(argument.use_count(), 1);
}

#ifndef NDEBUG
TEST(Task, NeverAwaitedItIsReported) {
  testing::internal::CaptureStderr();
  {
    auto task = value_of_held(nullptr);
  }
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, testing::StartsWith("gossamer: a Task was never awaited: "));
  EXPECT_THAT(told, testing::HasSubstr("value_of_held"));
  EXPECT_THAT(told, testing::HasSubstr("task_test.cpp:"));
}

TEST(Task, AwaitedMovedOrSweptAwayByAnExceptionItIsNotReported) {
  testing::internal::CaptureStderr();
  run_in_fake_time([]() -> Task<> {
    auto first = value_of_held(std::make_shared<int>(1));
    auto second = std::move(first);
    co_await std::move(second);
    const auto late = co_await with_timeout(1s, sleep_for(1h));
    EXPECT_FALSE(late);
  });
  try {
    const auto swept_away = value_of_held(nullptr);
    throw std::runtime_error("broken");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}
#endif

TEST(Task, GivesMoveOnlyValues) {
  const auto value = run_in_fake_time([]() -> Task<std::unique_ptr<int>> {
    auto made = co_await []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); }();
    co_return std::move(made);
  });
  EXPECT_EQ(*value, 7);
}

TEST(Task, RethrowsInTheAwaiterAfterItsOwnDestructorsRan) {
  std::vector<std::string> log;
  run_in_fake_time(
      [](std::vector<std::string>* out) -> Task<> {
        try {
          co_await [](std::vector<std::string>* inner) -> Task<> {
            const Tracer tracer(*inner, "local");
            co_await let_others_run();
            throw std::runtime_error("broken");
          }(out);
        } catch (const std::runtime_error& error) {
          out->push_back(error.what());
        }
      },
      &log);
  EXPECT_EQ(log, (std::vector<std::string>{"~local", "broken"}));
}

TEST(Task, TemporariesOfTheAwaitingExpressionLiveUntilItsEnd) {
  std::vector<std::string> log;
  run_in_fake_time(
      [](std::vector<std::string>* out) -> Task<> {
        co_await [](const Tracer& tracer) -> Task<> {
          co_await let_others_run(2);
          tracer.log.push_back("used " + tracer.name);
        }(Tracer(*out, "temporary"));
        out->push_back("after");
      },
      &log);
  EXPECT_EQ(log, (std::vector<std::string>{"used temporary", "~temporary", "after"}));
}

TEST(Task, SleepNeverReturnsEarly) {
  const auto slept = run_in_fake_time([]() -> Task<Duration> {
    const TimePoint start = EventLoop::current().now();
    co_await sleep_for(1234567ns);
    co_return EventLoop::current().now() - start;
  });
  EXPECT_EQ(slept, 1234567ns);
}

TEST(Task, SleepersWakeInTheOrderOfTheirDeadlines) {
  std::vector<int> order;
  run_group_in_fake_time(
      [](TaskGroup& group, std::vector<int>* log) -> Task<> {
        for (const int seconds : {3, 1, 2}) {
          group.create_task(
              [](std::vector<int>* inner, int wait) -> Task<> {
                co_await sleep_for(std::chrono::seconds(wait));
                inner->push_back(wait);
              },
              log, seconds);
        }
        co_return;
      },
      &order);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(Run, GivesTheValueAndRethrows) {
  EventLoop loop;
  EXPECT_EQ(run(loop, [](int a, int b) -> Task<int> { co_return a + b; }, 2, 3), 5);
  EXPECT_THROW(run(loop,
                   []() -> Task<int> {
                     throw std::runtime_error("broken");
                     co_return 1;
                   }),
               std::runtime_error);
  EXPECT_EQ(run(loop, []() -> Task<int> { co_return 6; }), 6) << "the loop can be used again";
}

TEST(RunDeathTest, ALoopStoppedUnderItsMainTaskIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<int> {
                 EventLoop::current().stop();
                 co_await sleep_for(1s);
                 co_return 1;
               }),
               "stopped before its main task");
}

TEST(Task, RunUntilCompleteRunsOneThatWasMadeAlready) {
  EventLoop loop;
  const std::string name = "given by reference, which lives as long as the expression";
  const auto length = [](const std::string& text) -> Task<std::size_t> {
    co_await sleep_for(std::chrono::milliseconds(1));
    co_return text.size();
  };
  EXPECT_EQ(run_until_complete(loop, length(name)), name.size());
  const auto broken = []() -> Task<> {
    throw std::runtime_error("broken");
    co_return;
  };
  EXPECT_THROW(run_until_complete(loop, broken()), std::runtime_error);
}

TEST(Run, CallbacksOfTheMainTasksLastStepAreCalled) {
  int called = 0;
  run_in_fake_time(
      [](int* count) -> Task<> {
        const Future<> future;
        future.add_done_callback([count](const Future<>&) { ++*count; });
        EventLoop::current().call_soon([count] { ++*count; });
        future.set_result();
        co_return;
      },
      &called);
  EXPECT_EQ(called, 2);
}

TEST(Run, AStopInTheMainTasksLastRoundIsNotKeptForTheNextRun) {
  EventLoop loop;
  run(loop, []() -> Task<> {
    EventLoop::current().stop();
    co_return;
  });
  const int value = run(loop, []() -> Task<int> {
    co_await sleep_for(0s);
    co_await sleep_for(0s);
    co_return 1;
  });
  EXPECT_EQ(value, 1);
}

}  // namespace
}  // namespace gossamer
