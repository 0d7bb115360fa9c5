#include "net/coro/gather.h"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/channel.h"
#include "net/coro/event.h"
#include "net/coro/future.h"
#include "net/coro/shield.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

template <class T>
Task<T> later(Duration wait, T value) {
  co_await sleep_for(wait);
  co_return std::move(value);
}

Task<> sleep_task(Duration wait) { co_await sleep_for(wait); }

Duration since(TimePoint start) { return EventLoop::current().now() - start; }

TEST(Gather, GivesTheValuesInTheOrderOfTheTasksWhichRunBesideEachOther) {
  run_in_fake_time([]() -> Task<> {
    const TimePoint start = EventLoop::current().now();
    const auto [number, text, nothing] =
        co_await gather(later(3s, 1), later(1s, std::string("two")), sleep_task(2s));
    EXPECT_EQ(number, 1);
    EXPECT_EQ(text, "two");
    EXPECT_EQ(nothing, std::monostate());
    EXPECT_EQ(since(start), 3s);
  });
}

TEST(Gather, TakesMoveOnlyValuesAndReferencesToTheCallersOwn) {
  run_in_fake_time([]() -> Task<> {
    const std::string text = "mine";
    const auto size_of = [](const std::string& s) -> Task<std::size_t> {
      co_await sleep_for(1s);
      co_return s.size();
    };
    auto [pointer, size] = co_await gather(later(1s, std::make_unique<int>(4)), size_of(text));
    EXPECT_EQ(*pointer, 4);
    EXPECT_EQ(size, 4U);
  });
}

TEST(Gather, TheFirstExceptionCancelsTheOthersAndIsThrownWhenTheyHaveEnded) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const TimePoint start = EventLoop::current().now();
        try {
          co_await gather(sleeper(out, "slow", 1h), thrower(1s, "broken"), sleeper(out, "slower", 2h));
        } catch (const std::runtime_error& error) {
          out->push_back(error.what());
        }
        EXPECT_EQ(since(start), 1s);
      },
      &log);
  EXPECT_EQ(log, (Log{"slow cancelled", "slower cancelled", "broken"}));
}

TEST(Gather, MayCollectAllExceptionsInstead) {
  run_in_fake_time([]() -> Task<> {
    const auto [first, second, third] =
        co_await gather(return_exceptions, later(2s, 1), thrower(1s, "broken"), later(3s, 3));
    EXPECT_EQ(first.value(), 1);
    EXPECT_EQ(message_of([&] { std::rethrow_exception(second.error()); }), "broken");
    EXPECT_EQ(third.value(), 3);
  });
}

TEST(Gather, CancelledItCancelsAllAndWaitsForThem) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        const auto result = co_await with_timeout(
            1s, [](Log* l) -> Task<> { co_await gather(sleeper(l, "a", 1h), sleeper(l, "b", 1h)); }(out));
        EXPECT_FALSE(result);
        const auto collected = co_await with_timeout(1s, [](Log* l) -> Task<> {
          co_await gather(return_exceptions, sleeper(l, "c", 1h), sleeper(l, "d", 1h));
        }(out));
        EXPECT_FALSE(collected);
      },
      &log);
  EXPECT_EQ(log, (Log{"a cancelled", "b cancelled", "c cancelled", "d cancelled"}));
}

TEST(Gather, OfAnyNumberOfTasks) {
  run_in_fake_time([]() -> Task<> {
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 5; ++i) tasks.push_back(later(std::chrono::seconds(5 - i), i));
    const auto values = co_await gather(std::move(tasks));
    EXPECT_EQ(values, (std::vector{0, 1, 2, 3, 4}));

    std::vector<Task<int>> some;
    some.push_back(later(1s, 1));
    some.push_back([]() -> Task<int> {
      co_await thrower(1s, "broken");
      co_return 0;
    }());
    const auto ends = co_await gather(return_exceptions, std::move(some));
    EXPECT_EQ(ends.at(0).value(), 1);
    EXPECT_FALSE(ends.at(1).has_value());

    const auto none = co_await gather(std::vector<Task<int>>());
    EXPECT_TRUE(none.empty());

    std::vector<Task<>> without_values;
    without_values.push_back(sleep_task(1s));
    co_await gather(std::move(without_values));
  });
}

TEST(Gather, HandlesAndFuturesMayStandAmongTheTasks) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto running = group.create_task(later<int>, 2s, 1);
    const Future<int> future;
    group.create_task(
        [](Future<int> f) -> Task<> {
          co_await sleep_for(1s);
          f.set_result(2);
        },
        future);
    const auto [a, b, c] = co_await gather(running, future, later(0s, 3));
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, 2);
    EXPECT_EQ(c, 3);
  });
}

TEST(Gather, AHandlesTaskGoesOnWhenTheGatherIsCancelled) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto running = group.create_task(later<int>, 5s, 1);
    std::string caught;
    try {
      co_await gather(running, thrower(1s, "broken"));
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "broken");
    EXPECT_EQ(running.status(), TaskStatus::running);
    const int value = co_await running;
    EXPECT_EQ(value, 1);
  });
}

TEST(AsTask, WhateverCanBeAwaitedCanBeGatheredTimedAndShielded) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    Event event;
    const Future<int> future;
    const auto late = co_await with_timeout(1s, channel.receive());
    EXPECT_FALSE(late.has_value());
    EXPECT_EQ(late.error().error_class, ErrorClass::timeout);
    const auto never = co_await with_timeout(1s, event.wait());
    EXPECT_FALSE(never.has_value());
    const auto pending = co_await with_timeout(1s, future);
    EXPECT_FALSE(pending.has_value());

    co_await channel.send(4);
    future.set_result(5);
    event.set();
    const auto in_time = co_await with_timeout(1s, channel.receive());
    EXPECT_EQ(in_time.value(), 4);
    const int shielded = co_await shield(future);
    EXPECT_EQ(shielded, 5);

    const auto [received, set, sent] = co_await gather(channel.receive(), event.wait(), channel.send(6));
    EXPECT_EQ(received, 6);
    EXPECT_EQ(set, std::monostate());
    EXPECT_TRUE(sent);
  });
}

TEST(Gather, TakesVectorsOfHandlesAndOfFutures) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    const auto number = [](int value) -> Task<int> { co_return value; };
    const std::vector<TaskHandle<int>> handles{group.create_task(number, 1), group.create_task(number, 2)};
    EXPECT_EQ(co_await gather(handles), (std::vector{1, 2}));
    const Future<> first;
    const Future<> second;
    first.set_result();
    second.set_exception(std::make_exception_ptr(std::runtime_error("broken")));
    co_await gather(std::vector{first});
    const auto ends = co_await gather(return_exceptions, std::vector{first, second});
    EXPECT_TRUE(ends[0].has_value());
    EXPECT_FALSE(ends[1].has_value());
  });
}

TEST(Gather, TakesTheWaitForAnEvent) {
  run_in_fake_time([]() -> Task<> {
    Event event;
    const auto sets = [](Event* e) -> Task<int> {
      e->set();
      co_return 3;
    };
    const auto [waited, three] = co_await gather(event.wait(), sets(&event));
    EXPECT_EQ(three, 3);
  });
}

}  // namespace
}  // namespace gossamer
