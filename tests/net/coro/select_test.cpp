// Several channels at once, several producers and several consumers.
#include "net/coro/select.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <numeric>
#include <string>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(Select, GivesTheNextValueOfAnyChannelAndSaysWhich) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> numbers(1);
    Channel<std::string> words(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* n, Channel<std::string>* w) -> Task<> {
          group.create_task(
              [](Channel<int>* numbers_out, Channel<std::string>* words_out) -> Task<> {
                co_await sleep_for(1s);
                co_await words_out->send("one");
                co_await sleep_for(1s);
                co_await numbers_out->send(2);
                words_out->close();
                co_await sleep_for(1s);
                co_await numbers_out->send(3);
                numbers_out->close();
              },
              n, w);
          Log log;
          while (auto value = co_await select(*n, *w))
            log.push_back(value->index() == 0 ? std::to_string(std::get<0>(*value)) : std::get<1>(*value));
          EXPECT_EQ(log, (Log{"one", "2", "3"})) << "until all are closed";
        },
        &numbers, &words);
  });
}

TEST(Select, OfThoseThatHaveAValueTheFirstNamedComesFirst) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> urgent(2);
    Channel<int> other(2);
    co_await other.send(3);
    co_await urgent.send(1);
    co_await urgent.send(2);
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
      const auto value = co_await select(urgent, other);
      order.push_back(std::visit([](int v) { return v; }, *value));
    }
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
  });
}

TEST(Select, TakesFromOneChannelOnly) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> a(1);
    Channel<int> b(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* first, Channel<int>* second) -> Task<> {
          const auto task = group.create_task(
              [](Channel<int>* x, Channel<int>* y) -> Task<int> {
                const auto value = co_await select(*x, *y);
                co_return std::visit([](int v) { return v; }, *value);
              },
              first, second);
          co_await let_others_run();
          int one = 1;
          int two = 2;
          EXPECT_TRUE(first->try_send(one));
          EXPECT_TRUE(second->try_send(two));  // before the task has had its turn
          const int taken = co_await task;
          EXPECT_EQ(taken, 1);
          EXPECT_EQ(second->try_receive(), 2) << "it stays in its channel";
          EXPECT_EQ(first->try_receive(), std::nullopt);
        },
        &a, &b);
  });
}

TEST(Select, AllClosedAtOnceEndIt) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> a(1);
    Channel<int> b(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* first, Channel<int>* second) -> Task<> {
          const auto task = group.create_task(
              [](Channel<int>* x, Channel<int>* y) -> Task<bool> {
                const auto value = co_await select(*x, *y, *x);
                co_return value.has_value();
              },
              first, second);
          co_await let_others_run();
          second->close();
          first->close();
          const bool got = co_await task;
          EXPECT_FALSE(got);
          const auto again = co_await select(*first, *second);
          EXPECT_FALSE(again);
        },
        &a, &b);
  });
}

TEST(Select, CancelledItLeavesAllLinesAndLosesNothing) {
  run_in_fake_time([]() -> Task<> {
    Channel<std::unique_ptr<int>> a(1);
    Channel<int> b(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<std::unique_ptr<int>>* first, Channel<int>* second) -> Task<> {
          const auto task = group.create_task(
              [](Channel<std::unique_ptr<int>>* x, Channel<int>* y) -> Task<> { co_await select(*x, *y); },
              first, second);
          co_await let_others_run();
          task.cancel();
          auto value = std::make_unique<int>(5);
          EXPECT_TRUE(first->try_send(value));
          co_await task.wait();
          EXPECT_EQ(task.status(), TaskStatus::cancelled);
          const auto kept = first->try_receive();
          EXPECT_EQ(**kept, 5);
        },
        &a, &b);
  });
}

Task<> produce(Channel<int>* channel, int from, int to) {
  for (int i = from; i < to; ++i) {
    co_await sleep_for(1ms);
    co_await channel->send(i);
  }
}

// Sends what several producers make into one channel, and closes it when they have ended.
Task<> produce_all(Channel<int>* channel) {
  co_await with_task_group(
      [](TaskGroup& group, Channel<int>* out) -> Task<> {
        for (int i = 0; i < 4; ++i) group.create_task(produce, out, 100 * i, 100 * i + 100);
        co_return;
      },
      channel);
  channel->close();
}

TEST(FanInFanOut, EachValueOfFourProducersReachesOneOfThreeConsumers) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(2);
    std::map<int, int> seen;
    std::vector<int> shares(3);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* ch, std::map<int, int>* times, std::vector<int>* share) -> Task<> {
          for (int& mine : *share) {
            group.create_task(
                [](Channel<int>* in, std::map<int, int>* count, int* own) -> Task<> {
                  while (auto value = co_await in->receive()) {
                    ++(*count)[*value];
                    ++*own;
                    co_await sleep_for(1ms);
                  }
                },
                ch, times, &mine);
          }
          co_await produce_all(ch);
        },
        &channel, &seen, &shares);
    EXPECT_EQ(seen.size(), 400U);
    for (const auto& [value, times] : seen) EXPECT_EQ(times, 1) << value;
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), 0), 400);
    for (const int share : shares) EXPECT_GT(share, 50) << "the work is shared";
  });
}

// A slow consumer holds the producers back: never more is under way than the channel and they themselves
// hold.
TEST(FanInFanOut, ASlowConsumerHoldsTheProducersBack) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(2);
    int sent = 0;
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* ch, int* count) -> Task<> {
          for (int i = 0; i < 3; ++i) {
            group.create_task(
                [](Channel<int>* out, int* made) -> Task<> {
                  for (int value = 0; value < 10; ++value) {
                    ++*made;
                    co_await out->send(value);
                  }
                },
                ch, count);
          }
          for (int received = 0; received < 30; ++received) {
            co_await sleep_for(1s);
            EXPECT_LE(*count, received + 2 + 3);
            co_await ch->receive();
          }
        },
        &channel, &sent);
    EXPECT_EQ(sent, 30);
  });
}

}  // namespace
}  // namespace gossamer
