#include "net/coro/shield.h"

#include <gtest/gtest.h>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(Shield, WhatItRunsEndsAlthoughTheTaskIsCancelledMeanwhile) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              co_await shield(sleeper(l, "shielded", 2s));
              l->push_back("after");
              co_await sleeper(l, "next wait", 1s);
            },
            inner);
        co_await sleep_for(1s);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_EQ(log, (Log{"shielded slept", "after", "next wait cancelled"}));
}

// The classic finally block: clean-up that waits, in a task that is cancelled already.
TEST(Shield, CleanUpOfACancelledTaskMayWait) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              bool cancelled = false;
              try {
                co_await sleeper(l, "work", 1h);
              } catch (const Cancelled&) {
                cancelled = true;
              }
              co_await shield(sleeper(l, "clean-up", 1s));
              if (cancelled) throw Cancelled{};
            },
            inner);
        co_await let_others_run(2);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_EQ(log, (Log{"work cancelled", "clean-up slept"}));
}

Task<> sleep_for_an_hour() { co_await sleep_for(1h); }

TEST(Shield, ATimeoutInsideItStillWorks) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    auto task = group.create_task([]() -> Task<Duration> {
      const TimePoint start = EventLoop::current().now();
      const auto closed = co_await shield(with_timeout(1s, sleep_for_an_hour()));
      EXPECT_FALSE(closed);
      co_return EventLoop::current().now() - start;
    });
    co_await let_others_run(2);
    task.cancel();
    const Duration took = co_await task;
    EXPECT_EQ(took, 1s);
  });
}

TEST(Shield, ATimeoutAroundItComesAfterIt) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const TimePoint start = EventLoop::current().now();
        const auto result = co_await with_timeout(1s, [](Log* l) -> Task<> {
          co_await shield(sleeper(l, "shielded", 2s));
          co_await sleeper(l, "rest", 1h);
        }(out));
        EXPECT_FALSE(result);
        EXPECT_EQ(EventLoop::current().now() - start, 2s);
      },
      &log);
  EXPECT_EQ(log, (Log{"shielded slept", "rest cancelled"}));
}

TEST(Shield, AGroupInsideItIsNotCancelledEither) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              co_await shield(with_task_group(
                  [](TaskGroup& g, Log* in) -> Task<> {
                    g.create_task(sleeper, in, "child", 2s);
                    co_return;
                  },
                  l));
            },
            inner);
        co_await sleep_for(1s);
        task.cancel();
      },
      &log);
  EXPECT_EQ(log, Log{"child slept"});
}

}  // namespace
}  // namespace gossamer
