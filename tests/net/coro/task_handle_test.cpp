// What a handle tells of its task, and what becomes of exceptions that nobody asks for.
#include "net/coro/task_handle.h"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/async_generator.h"
#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Task<int> nap(Duration wait, int value) {
  co_await sleep_for(wait);
  co_return value;
}

// Runs `fn`, which gives a Task<>, and gives what was written on stderr meanwhile.
std::string stderr_of(Task<> (*fn)()) {
  testing::internal::CaptureStderr();
  run_in_fake_time(fn);
  return testing::internal::GetCapturedStderr();
}

TEST(TaskHandle, IsPendingThenRunningThenDone) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto task = group.create_task(nap, 1s, 7);
    EXPECT_EQ(task.status(), TaskStatus::pending);
    co_await let_others_run();
    EXPECT_EQ(task.status(), TaskStatus::running);
    EXPECT_FALSE(task.done());
    co_await task.wait();
    EXPECT_EQ(task.status(), TaskStatus::done);
    EXPECT_TRUE(task.done());
    EXPECT_EQ(task.exception(), nullptr);
    EXPECT_EQ(task.result(), 7);
  });
}

TEST(TaskHandle, AwaitingItGivesMoveOnlyValues) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    auto task = group.create_task([]() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); });
    const std::unique_ptr<int> value = co_await task;
    EXPECT_EQ(*value, 3);
  });
}

TEST(TaskHandle, MayBeAwaitedAsOftenAsYouLike) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto task = group.create_task([]() -> Task<std::string> { co_return "a page"; });
    const std::string first = co_await task;
    const std::string second = co_await task;
    EXPECT_EQ(first, "a page");
    EXPECT_EQ(second, "a page");
    EXPECT_EQ(task.result(), "a page");
  });
}

TEST(TaskHandle, MovedFromItGivesTheValueWithoutACopy) {
  struct Value {
    int* copies;
    explicit Value(int* count) : copies(count) {}
    Value(const Value& other) : copies(other.copies) { ++*copies; }
    Value(Value&&) = default;
  };
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    int copies = 0;
    const auto make = [](int* count) -> Task<Value> { co_return Value(count); };
    auto task = group.create_task(make, &copies);
    const Value copy = co_await task;
    EXPECT_EQ(*copy.copies, 1);
    const Value taken = co_await std::move(task);
    EXPECT_EQ(*taken.copies, 1);
    const Value at_once = co_await group.create_task(make, &copies);
    EXPECT_EQ(*at_once.copies, 1);
  });
}

TEST(TaskHandle, HasAName) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto task = group.create_task(nap, 1s, 7);
    EXPECT_EQ(task.name(), "");
    task.set_name("nap");
    EXPECT_EQ(task.name(), "nap");
    co_return;
  });
}

TEST(TaskHandle, ADoneCallbackIsCalledByTheLoopWithTheHandle) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const auto note = [inner](TaskHandle<int> ended) {
          inner->push_back(std::to_string(ended.result()) + " at its end");
        };
        const auto task = group.create_task(nap, 1s, 7);
        task.add_done_callback(note);
        co_await task.wait();
        EXPECT_TRUE(inner->empty()) << "not from within the task";
        co_await let_others_run();
        EXPECT_EQ(*inner, Log{"7 at its end"});

        const auto ended = group.create_task(nap, 0s, 8);
        co_await ended.wait();
        ended.add_done_callback(note);
        EXPECT_EQ(inner->size(), 1U) << "not from within add_done_callback()";
        co_await let_others_run();
      },
      &log);
  EXPECT_EQ(log, (Log{"7 at its end", "8 at its end"}));
}

TEST(TaskHandle, DoneCallbacksOfACancelledTaskAreCalledToo) {
  run_in_fake_time([]() -> Task<> {
    bool called = false;
    co_await with_task_group(
        [](TaskGroup& group, bool* out) -> Task<> {
          const auto task = group.create_task(nap, 1h, 7);
          task.add_done_callback(
              [out](TaskHandle<int> ended) { *out = ended.status() == TaskStatus::cancelled; });
          task.cancel();
          co_await task.wait();
          co_await let_others_run();
        },
        &called);
    EXPECT_TRUE(called);
  });
}

TEST(UnseenException, TheSecondFailureOfAGroupIsReported) {
  const std::string told = stderr_of([]() -> Task<> {
    try {
      co_await with_task_group([](TaskGroup& group) -> Task<> {
        group.create_task(fails_in_its_clean_up).set_name("cleaner");
        group.create_task(thrower, 1s, "first");
        co_return;
      });
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "first");
    }
  });
  EXPECT_EQ(told, "gossamer: task 'cleaner' failed and nobody looked at it: clean-up\n");
}

TEST(UnseenException, TheFailureOfABodyWhoseChildFailedBeforeIsReported) {
  const std::string told = stderr_of([]() -> Task<> {
    try {
      co_await with_task_group([](TaskGroup& group) -> Task<> {
        group.create_task(thrower, 1s, "first");
        co_await fails_in_its_clean_up();
      });
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "first");
    }
  });
  EXPECT_EQ(told, "gossamer: the body of a TaskGroup failed and nobody looked at it: clean-up\n");
}

TEST(UnseenException, WhatSurfacesAtTheJoinOrAtTheHandleIsNotReported) {
  const std::string told = stderr_of([]() -> Task<> {
    try {
      co_await with_task_group([](TaskGroup& group) -> Task<> {
        group.create_task(thrower, 1s, "at the join");
        co_return;
      });
    } catch (const std::runtime_error&) {
    }
    TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
    const auto awaited = group.create_task(thrower, 1s, "awaited");
    const auto asked = group.create_task(thrower, 1s, "asked");
    co_await group.join();
    EXPECT_NE(asked.exception(), nullptr);
    try {
      co_await awaited;
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "awaited");
    }
  });
  EXPECT_EQ(told, "");
}

TEST(UnseenException, OfAGroupThatKeepsGoingEachOneNobodyAskedForIsReported) {
  const std::string told = stderr_of([]() -> Task<> {
    TaskGroup group(co_await current_task(), TaskGroup::OnFailure::keep_going);
    group.create_task(thrower, 1s, "first");
    const auto longer = group.create_task(nap, 2s, 5);
    co_await group.join();
    EXPECT_EQ(longer.result(), 5) << "the failure of a sibling does not concern it";
  });
  EXPECT_EQ(told, "gossamer: a task failed and nobody looked at it: first\n");
}

TEST(MisuseDeathTest, AGroupThatFailedAndWasNeverJoined) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 TaskGroup group(co_await current_task());
                 const auto task = group.create_task(thrower, 0s, "lost");
                 try {
                   co_await sleep_for(1s);
                 } catch (const Cancelled&) {
                 }
               }),
               "a TaskGroup died before it was joined");
}

TEST(MisuseDeathTest, ATaskAwaitedTwice) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 auto task = nap(0s, 1);
                 co_await std::move(task);
                 co_await std::move(task);
               }),
               "a Task was awaited twice");
}

TEST(MisuseDeathTest, AResultAskedForBeforeTheEndOrTakenTwice) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 TaskGroup group(co_await current_task());
                 group.create_task(nap, 1s, 1).result();
               }),
               "asked for before its end");
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 TaskGroup group(co_await current_task());
                 const auto task = group.create_task(
                     []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); });
                 co_await task;
                 co_await task;
               }),
               "the result of a task was taken twice");
}

TEST(MisuseDeathTest, ATaskThatWaitsForItsOwnEnd) {
  EXPECT_DEATH(run_group_in_fake_time([](TaskGroup& group) -> Task<> {
                 std::optional<TaskHandle<>> self;
                 self = group.create_task([](std::optional<TaskHandle<>>* me) -> Task<> { co_await **me; },
                                          &self);
                 co_await *self;
               }),
               "a task waits for its own end");
}

TEST(MisuseDeathTest, AChildThatJoinsItsOwnGroup) {
  EXPECT_DEATH(run_group_in_fake_time([](TaskGroup& group) -> Task<> {
                 group.create_task([](TaskGroup* own) { return own->join(); }, &group);
                 co_return;
               }),
               "a TaskGroup was joined by another task than the one it belongs to");
}

TEST(MisuseDeathTest, AnAsyncGeneratorRunByTwoTasksAtOnce) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 auto ticks = []() -> AsyncGenerator<int> {
                   co_await sleep_for(1s);
                   co_yield 1;
                 }();
                 co_await with_task_group(
                     [](TaskGroup& group, AsyncGenerator<int>* shared) -> Task<> {
                       for (int i = 0; i < 2; ++i) {
                         group.create_task([](AsyncGenerator<int>* g) -> Task<> { co_await g->next(); },
                                           shared);
                       }
                       co_return;
                     },
                     &ticks);
               }),
               "an AsyncGenerator that another task runs");
}

}  // namespace
}  // namespace gossamer
