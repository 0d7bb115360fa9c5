#include "net/coro/wait.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Task<int> nap(int seconds) {
  co_await sleep_for(std::chrono::seconds(seconds));
  co_return seconds;
}

Task<int> fails_after(int seconds) {
  co_await sleep_for(std::chrono::seconds(seconds));
  throw std::runtime_error("broken");
}

template <class T>
std::vector<Task<T>> list(Task<T> a, Task<T> b, Task<T> c) {
  std::vector<Task<T>> tasks;
  tasks.push_back(std::move(a));
  tasks.push_back(std::move(b));
  tasks.push_back(std::move(c));
  return tasks;
}

Duration since(TimePoint start) { return EventLoop::current().now() - start; }

TEST(Wait, ForTheFirstThatCompletes) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const auto slow = group.create_task(nap, 3);
    const auto fast = group.create_task(nap, 1);
    const auto [done, pending] = co_await wait(std::vector{slow, fast}, ReturnWhen::first_completed);
    EXPECT_EQ(since(start), 1s);
    EXPECT_EQ(done, std::vector{fast});
    EXPECT_EQ(pending, std::vector{slow});
    EXPECT_EQ(slow.status(), TaskStatus::running) << "left alone";

    const auto again = co_await wait(std::vector{slow, fast}, ReturnWhen::first_completed);
    EXPECT_EQ(again.done, std::vector{fast}) << "one has ended already";
  });
}

TEST(Wait, ForAll) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const auto tasks = std::vector{group.create_task(nap, 3), group.create_task(nap, 1)};
    const auto [done, pending] = co_await wait(tasks);
    EXPECT_EQ(since(start), 3s);
    EXPECT_EQ(done, tasks);
    EXPECT_TRUE(pending.empty());
    const auto none = co_await wait(std::vector<TaskHandle<int>>());
    EXPECT_TRUE(none.done.empty());
  });
}

TEST(Wait, AtMostForItsTimeout) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const auto fast = group.create_task(nap, 1);
    const auto slow = group.create_task(nap, 9);
    const auto [done, pending] = co_await wait(std::vector{fast, slow}, ReturnWhen::all_completed, 2s);
    EXPECT_EQ(since(start), 2s);
    EXPECT_EQ(done, std::vector{fast});
    EXPECT_EQ(pending, std::vector{slow});
    const int value = co_await slow;
    EXPECT_EQ(value, 9) << "a timeout of wait() cancels nothing";
  });
}

TEST(Wait, ForTheFirstException) {
  run_in_fake_time([]() -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const auto [done, pending] =
        co_await wait(list(nap(1), fails_after(2), nap(3)), ReturnWhen::first_exception);
    EXPECT_EQ(since(start), 2s);
    EXPECT_EQ(done.size(), 2U);
    EXPECT_EQ(done.at(0).result(), 1);
    EXPECT_EQ(message_of([&] { done.at(1).result(); }), "broken");
    EXPECT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending.at(0).status(), TaskStatus::cancelled) << "a lazy task does not outlive the wait";

    const auto all = co_await wait(list(nap(1), nap(2), nap(3)), ReturnWhen::first_exception);
    EXPECT_EQ(all.done.size(), 3U) << "no exception came";
  });
}

TEST(Wait, ForFutures) {
  run_in_fake_time([]() -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const Future<int> soon;
    const Future<int> fails;
    const Future<int> never;
    const std::vector all{soon, fails, never};
    EventLoop::current().call_later(1s, [soon] { soon.set_result(1); });
    EventLoop::current().call_later(
        2s, [fails] { fails.set_exception(std::make_exception_ptr(std::runtime_error("broken"))); });

    const auto first = co_await wait(all, ReturnWhen::first_completed);
    EXPECT_EQ(since(start), 1s);
    EXPECT_EQ(first.done.size(), 1U);
    EXPECT_EQ(first.done.at(0).result(), 1);
    const auto failed = co_await wait(all, ReturnWhen::first_exception);
    EXPECT_EQ(since(start), 2s);
    EXPECT_EQ(failed.pending.size(), 1U);
    EXPECT_EQ(message_of([&] { failed.done.at(1).result(); }), "broken");
    const auto late = co_await wait(all, ReturnWhen::all_completed, 3s);
    EXPECT_EQ(since(start), 5s);
    EXPECT_EQ(late.done.size(), 2U);
    EXPECT_FALSE(never.done()) << "it is left alone";

    EventLoop::current().call_later(1s, [never] { never.cancel(); });
    const auto cancelled = co_await wait(all);
    EXPECT_EQ(since(start), 6s);
    EXPECT_EQ(cancelled.done.size(), 3U);
  });
}

TEST(Wait, DoesNotCountAsLookingAtAFailure) {
  testing::internal::CaptureStderr();
  run_in_fake_time(
      []() -> Task<> { co_await wait(list(nap(1), fails_after(2), nap(3)), ReturnWhen::first_exception); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "gossamer: a task failed and nobody looked at it: broken\n");
}

TEST(Wait, ForATaskThatIsNamedTwiceWaitsOnce) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const auto task = group.create_task(nap, 1);
    const auto [done, pending] = co_await wait(std::vector{task, task});
    EXPECT_EQ(since(start), 1s);
    EXPECT_EQ(done, (std::vector{task, task}));
  });
}

template <class... Handles>
concept CanWait = requires(Handles... handles) { wait(handles...); };
static_assert(CanWait<std::vector<TaskHandle<>>>);
static_assert(!CanWait<TaskHandle<>, TaskHandle<>>, "they go in a vector");

TEST(Wait, OfLazyTasksCancelsThoseThatDidNotMakeIt) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const auto [done, pending] =
            co_await wait(list(sleeper(out, "a", 1h), sleeper(out, "b", 1s), sleeper(out, "c", 2s)),
                          ReturnWhen::first_completed);
        EXPECT_EQ(done.size(), 1U);
        EXPECT_EQ(pending.size(), 2U);
      },
      &log);
  EXPECT_EQ(log, (Log{"b slept", "a cancelled", "c cancelled"}));
}

TEST(Wait, CancelledItLeavesHandlesAloneAndCancelsLazyTasks) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const auto running = group.create_task(sleeper, inner, "running", 5s);
        const auto waiter =
            group.create_task([](TaskHandle<> task) -> Task<> { co_await wait(std::vector{task}); }, running);
        const auto lazy = group.create_task(
            [](Log* l) -> Task<> {
              co_await wait(list(sleeper(l, "a", 1h), sleeper(l, "b", 1h), sleeper(l, "c", 1h)));
            },
            inner);
        co_await sleep_for(1s);
        waiter.cancel();
        lazy.cancel();
        co_await wait(std::vector{waiter, lazy});
        EXPECT_EQ(waiter.status(), TaskStatus::cancelled);
        EXPECT_EQ(lazy.status(), TaskStatus::cancelled);
      },
      &log);
  EXPECT_EQ(log, (Log{"a cancelled", "b cancelled", "c cancelled", "running slept"}));
}

TEST(AsCompleted, GivesTheTasksInTheOrderInWhichTheyEnd) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    auto ended = as_completed(
        std::vector{group.create_task(nap, 3), group.create_task(nap, 1), group.create_task(nap, 2)});
    std::vector<int> order;
    while (auto task = co_await ended.next()) order.push_back(task->result());
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
  });
}

TEST(AsCompleted, TakesFutures) {
  run_in_fake_time([]() -> Task<> {
    const Future<int> later;
    const Future<int> sooner;
    EventLoop::current().call_later(2s, [later] { later.set_result(2); });
    EventLoop::current().call_later(1s, [sooner] { sooner.set_result(1); });
    auto ended = as_completed(std::vector{later, sooner});
    std::vector<int> order;
    while (auto future = co_await ended.next()) order.push_back(future->result());
    EXPECT_EQ(order, (std::vector{1, 2}));
  });
}

TEST(AsCompleted, MayBeLeftHalfWay) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto tasks = std::vector{group.create_task(nap, 2), group.create_task(nap, 1)};
    {
      auto ended = as_completed(tasks);
      const auto first = co_await ended.next();
      EXPECT_EQ(first->result(), 1);
    }
    const int rest = co_await tasks.front();
    EXPECT_EQ(rest, 2);
  });
}

TEST(AsCompleted, OfLazyTasksCallsAFunctionForEach) {
  run_in_fake_time([]() -> Task<> {
    std::vector<std::string> seen;
    co_await as_completed(list(nap(3), fails_after(1), nap(2)), [&seen](TaskHandle<int> task) {
      seen.push_back(task.exception() ? "failed" : std::to_string(task.result()));
    });
    EXPECT_EQ(seen, (std::vector<std::string>{"failed", "2", "3"}));
  });
}

TEST(AsCompleted, WhatTheFunctionRethrowsCancelsTheRest) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        try {
          co_await as_completed(list(sleeper(out, "a", 1h), thrower(1s, "broken"), sleeper(out, "b", 1h)),
                                [](TaskHandle<> task) { task.result(); });
        } catch (const std::runtime_error& error) {
          out->push_back(error.what());
        }
      },
      &log);
  EXPECT_EQ(log, (Log{"a cancelled", "b cancelled", "broken"}));
}

TEST(ForEach, CallsOrAwaitsAFunctionForEachValue) {
  run_in_fake_time([]() -> Task<> {
    const auto ticks = []() -> AsyncGenerator<int> {
      for (int i = 1; i <= 3; ++i) {
        co_await sleep_for(1s);
        co_yield i;
      }
    };
    const TimePoint start = EventLoop::current().now();
    int sum = 0;
    co_await for_each(ticks(), [&sum](int value) { sum += value; });
    EXPECT_EQ(sum, 6);
    co_await for_each(ticks(), [&sum](int value) -> Task<> {
      co_await sleep_for(1s);
      sum += value;
    });
    EXPECT_EQ(sum, 12);
    EXPECT_EQ(since(start), 9s);
  });
}

}  // namespace
}  // namespace gossamer
