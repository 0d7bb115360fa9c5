#include "net/coro/timeout.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/channel.h"
#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Task<int> value_after(Duration wait, int value) {
  co_await sleep_for(wait);
  co_return value;
}

TEST(Timeout, GivesTheValueOfATaskThatIsInTime) {
  run_in_fake_time([]() -> Task<> {
    const Result<int> result = co_await with_timeout(2s, value_after(1s, 7));
    EXPECT_EQ(result, 7);
    co_await sleep_for(5s);  // the deadline passes later, and nothing happens
  });
}

TEST(Timeout, EndsAsAnErrorAtTheDeadlineAndNotBefore) {
  run_in_fake_time([]() -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const Result<int> result = co_await with_timeout(2s, value_after(1h, 7));
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::timeout);
    EXPECT_EQ(EventLoop::current().now() - start, 2s);
    co_await sleep_for(1s);  // the task itself is not cancelled
  });
}

TEST(Timeout, AnInnerResultIsNotWrapped) {
  run_in_fake_time([]() -> Task<> {
    const Result<int> result = co_await with_timeout(
        1s, []() -> Task<Result<int>> { co_return fail(ErrorClass::dns, Phase::dns, "no such name"); }());
    EXPECT_EQ(result.error().error_class, ErrorClass::dns);
  });
}

TEST(Timeout, TheTasksExceptionPasses) {
  EXPECT_THROW(run_in_fake_time([]() -> Task<> {
                 co_await with_timeout(1s, []() -> Task<> {
                   co_await let_others_run();
                   throw std::runtime_error("broken");
                 }());
               }),
               std::runtime_error);
}

TEST(Timeout, ReallyCancelsAndRunsTheCleanUpBeforeItReturns) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const auto result = co_await with_timeout(1s, [](Log* l) -> Task<> {
          struct Note {
            Log* where;
            ~Note() { where->push_back("cleaned up"); }
          } note{l};
          co_await sleep_for(1h);
          l->push_back("not reached");
        }(out));
        EXPECT_FALSE(result);
        out->push_back("returned");
      },
      &log);
  EXPECT_EQ(log, (Log{"cleaned up", "returned"}));
}

Task<> count_at_the_end(int* count) {
  struct Count {
    int* n;
    ~Count() { ++*n; }
  } at_end{count};
  co_await sleep_for(1h);
}

Task<> start_ten(TaskGroup& group, int* count) {
  for (int i = 0; i < 10; ++i) group.create_task(count_at_the_end, count);
  co_return;
}

TEST(Timeout, EndsAGroupWithAllItsTasks) {
  int ended = 0;
  run_in_fake_time(
      [](int* out) -> Task<> {
        const auto result = co_await with_timeout(1s, with_task_group(start_ten, out));
        EXPECT_FALSE(result);
        EXPECT_EQ(*out, 10);
      },
      &ended);
}

TEST(Timeout, TheInnerOneEndsOnlyTheInnerTask) {
  run_in_fake_time([]() -> Task<> {
    const Result<std::string> outer = co_await with_timeout(10s, []() -> Task<std::string> {
      const Result<int> inner = co_await with_timeout(1s, value_after(1h, 1));
      EXPECT_FALSE(inner);
      co_await sleep_for(1s);
      co_return "outer goes on";
    }());
    EXPECT_EQ(outer, "outer goes on");
  });
}

TEST(Timeout, TheOuterOnePassesThroughTheInner) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const Result<> outer = co_await with_timeout(1s, [](Log* l) -> Task<> {
          const Result<int> inner = co_await with_timeout(10s, value_after(1h, 1));
          l->push_back(inner ? "value" : "the inner one took what was not its own");
        }(out));
        EXPECT_FALSE(outer);
      },
      &log);
  EXPECT_TRUE(log.empty());
}

TEST(Timeout, BothAtOnceBelongToTheOuter) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const Deadline deadline = EventLoop::current().now() + 1s;
        const Result<> outer = co_await with_deadline(deadline, [](Log* l, Deadline same) -> Task<> {
          const Result<int> inner = co_await with_deadline(same, value_after(1h, 1));
          l->push_back(inner ? "value" : "inner");
        }(out, deadline));
        EXPECT_FALSE(outer);
      },
      &log);
  EXPECT_TRUE(log.empty());
}

TEST(Timeout, ACancellationFromOutsidePassesThrough) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              const auto result = co_await with_timeout(1h, value_after(2h, 1));
              l->push_back(result ? "value" : "timeout");
            },
            inner);
        co_await let_others_run(3);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_TRUE(log.empty());
}

TEST(Timeout, ADeadlineInThePastLetsThroughOnlyWhatNeedNotWait) {
  run_in_fake_time([]() -> Task<> {
    const Deadline past = EventLoop::current().now() - 1s;
    const Result<int> at_once = co_await with_deadline(past, []() -> Task<int> { co_return 1; }());
    EXPECT_EQ(at_once, 1);
    const Result<int> waits = co_await with_deadline(past, value_after(1h, 1));
    EXPECT_FALSE(waits);
  });
}

TEST(Timeout, NoDeadlineAndOneTooFarAwayNeverCome) {
  run_in_fake_time([]() -> Task<> {
    const Result<int> none = co_await with_deadline(kNoDeadline, value_after(24h, 1));
    EXPECT_EQ(none, 1);
    const Result<int> far = co_await with_timeout(Duration::max(), value_after(24h, 2));
    EXPECT_EQ(far, 2);
  });
}

// The value and the deadline come in the same round of the loop: the value is not lost.
TEST(Timeout, WhatWasReceivedWhenTheDeadlinePassesIsKept) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c) -> Task<> {
          group.create_task(
              [](Channel<int>* to) -> Task<> {
                co_await sleep_for(1s);
                co_await to->send(5);
              },
              c);
          co_await let_others_run(2);
          const auto result = co_await with_timeout(1s, [](Channel<int>* from) -> Task<std::optional<int>> {
            co_return co_await from->receive();
          }(c));
          if (result) {
            EXPECT_EQ(*result, 5);
          } else {
            EXPECT_EQ(c->size(), 1U) << "either received or still in the channel";
          }
        },
        &channel);
  });
}

TEST(Timeout, AThousandNestedTimeouts) {
  struct Nest {
    static Task<int> down(int depth) {
      if (depth == 0) co_return co_await value_after(1h, 1);
      const auto result = co_await with_timeout(std::chrono::seconds(2000 + depth), down(depth - 1));
      EXPECT_EQ(result.has_value(), depth > 1);
      co_return result.value_or(0) + 1;
    }
  };
  const int depth = run_in_fake_time([]() -> Task<int> { co_return co_await Nest::down(1000); });
  EXPECT_EQ(depth, 1000) << "the innermost deadline came first, the others went on";
}

// A part of a body under a time limit; the rest is not.
Task<std::string> two_parts(Duration first, Duration second) {
  std::string log;
  {
    Timeout timeout(co_await current_task(), 2s);
    try {
      co_await sleep_for(first);
      log += "first, ";
      co_await sleep_for(second);
      log += "second, ";
    } catch (const Cancelled&) {
      const Error error = timeout.error().error();
      EXPECT_EQ(error.error_class, ErrorClass::timeout);
      EXPECT_TRUE(timeout.expired());
      log += error.message + ", ";
    }
  }
  co_await sleep_for(1h);
  co_return log + "rest";
}

TEST(TimeoutScope, EndsItsPartOfABodyOnly) {
  EXPECT_EQ(run_in_fake_time(two_parts, 1s, 900ms), "first, second, rest");
  EXPECT_EQ(run_in_fake_time(two_parts, 1s, 1h), "first, timed out, rest");
  EXPECT_EQ(run_in_fake_time(two_parts, 1h, 1s), "timed out, rest");
}

TEST(TimeoutScope, ItsErrorIsTheResultOfTheTask) {
  const auto result = run_in_fake_time([]() -> Task<Result<int>> {
    Timeout timeout(co_await current_task(), EventLoop::current().now() + 1s);
    try {
      co_await sleep_for(1h);
      co_return 1;
    } catch (const Cancelled&) {
      co_return timeout.error();
    }
  });
  EXPECT_EQ(result.error().error_class, ErrorClass::timeout);
}

TEST(TimeoutScope, CanBeMovedWhileItRuns) {
  run_in_fake_time([]() -> Task<> {
    const EventLoop& loop = EventLoop::current();
    const TimePoint start = loop.now();
    {
      Timeout timeout(co_await current_task(), 1s);
      timeout.reschedule(start + 10s);
      co_await sleep_for(5s);
      EXPECT_FALSE(timeout.expired());
      timeout.reschedule(loop.now() + 1s);
      bool ended = false;
      try {
        co_await sleep_for(1h);
      } catch (const Cancelled&) {
        ended = timeout.expired();
      }
      EXPECT_TRUE(ended);
      EXPECT_EQ(loop.now() - start, 6s);
    }
    {
      Timeout timeout(co_await current_task(), 1s);
      timeout.reschedule(kNoDeadline);
      co_await sleep_for(1h);
      EXPECT_FALSE(timeout.expired());
    }
  });
}

TEST(TimeoutScope, ACancellationFromOutsideIsThrownOn) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto task = group.create_task(two_parts, 1h, 1h);
    co_await sleep_for(1s);
    co_await cancel_and_wait(task);
  });
}

TEST(TimeoutScopeDeathTest, ItsErrorIsForTheHandlerOnly) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 const Timeout timeout(co_await current_task(), 1s);
                 [[maybe_unused]] const auto error = timeout.error();
               }),
               "Timeout::error\\(\\) was called outside the handler");
}

TEST(Timeout, CountsFromWhenItIsAwaited) {
  run_in_fake_time([]() -> Task<> {
    auto later = with_timeout(2s, value_after(1s, 7));
    auto nap = sleep_for(1s);
    co_await sleep_for(5s);
    const TimePoint start = EventLoop::current().now();
    co_await nap;
    EXPECT_EQ(EventLoop::current().now() - start, 1s);
    const Result<int> result = co_await std::move(later);
    EXPECT_EQ(result, 7);
  });
}

TEST(Timeout, CanBeMadeBeforeTheLoopRuns) {
  EventLoop loop;
  const auto seven = []() -> Task<int> { co_return 7; };
  EXPECT_EQ(run_until_complete(loop, with_timeout(1h, seven())), 7);
}

}  // namespace
}  // namespace gossamer
