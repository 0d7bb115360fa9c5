#include "net/coro/channel.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "net/coro/task_group.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Task<> send_all(Channel<int>* channel, int begin, int end) {
  for (int i = begin; i < end; ++i) co_await channel->send(i);
}
Task<> receive_into(Channel<int>* channel, std::vector<int>* received) {
  while (auto value = co_await channel->receive()) received->push_back(*value);
}

TEST(Channel, KeepsTheOrderOfOneSender) {
  for (const std::size_t capacity : {1U, 2U, 7U, 1000U}) {
    std::vector<int> received;
    run_in_fake_time(
        [](std::vector<int>* out, std::size_t size) -> Task<> {
          Channel<int> channel(size);
          co_await with_task_group(
              [](TaskGroup& group, Channel<int>* c, std::vector<int>* inner) -> Task<> {
                group.create_task(receive_into, c, inner);
                co_await send_all(c, 0, 500);
                c->close();
              },
              &channel, out);
        },
        &received, capacity);
    ASSERT_EQ(received.size(), 500U) << "capacity " << capacity;
    for (int i = 0; i < 500; ++i) ASSERT_EQ(received[static_cast<std::size_t>(i)], i);
  }
}

TEST(Channel, ManySendersAndReceiversLoseAndRepeatNothing) {
  std::vector<int> received;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Channel<int> channel(3);
        co_await with_task_group(
            [](TaskGroup& group, Channel<int>* c, std::vector<int>* inner) -> Task<> {
              for (int i = 0; i < 4; ++i) group.create_task(receive_into, c, inner);
              co_await with_task_group(
                  [](TaskGroup& senders, Channel<int>* to) -> Task<> {
                    for (int i = 0; i < 5; ++i) senders.create_task(send_all, to, i * 100, (i + 1) * 100);
                    co_return;
                  },
                  c);
              c->close();
            },
            &channel, out);
      },
      &received);
  std::sort(received.begin(), received.end());
  ASSERT_EQ(received.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(received[static_cast<std::size_t>(i)], i);
}

TEST(Channel, HoldsTheSenderBackWhenFull) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(2);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c) -> Task<> {
          auto sender = group.create_task(send_all, c, 0, 4);
          co_await let_others_run(5);
          EXPECT_FALSE(sender.done());
          EXPECT_EQ(c->size(), 2U);
          int refused = 9;
          EXPECT_FALSE(c->try_send(refused));
          const auto first = co_await c->receive();
          EXPECT_EQ(first, 0);
          EXPECT_EQ(c->size(), 2U) << "the waiting sender's value took the free place";
          const auto second = co_await c->receive();
          EXPECT_EQ(second, 1);
          co_await let_others_run(2);
          EXPECT_TRUE(sender.done());
        },
        &channel);
  });
}

TEST(Channel, CloseLetsReceiversDrainAndRefusesSenders) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(2);
    co_await channel.send(1);
    co_await channel.send(2);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c) -> Task<> {
          auto blocked =
              group.create_task([](Channel<int>* to) -> Task<bool> { co_return co_await to->send(3); }, c);
          co_await let_others_run(2);
          c->close();
          const bool sent = co_await blocked;
          EXPECT_FALSE(sent);
        },
        &channel);
    const bool sent = co_await channel.send(4);
    EXPECT_FALSE(sent);
    const auto first = co_await channel.receive();
    const auto second = co_await channel.receive();
    const auto end = co_await channel.receive();
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 2);
    EXPECT_EQ(end, std::nullopt);
  });
}

TEST(Channel, CloseWakesWaitingReceivers) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    std::vector<int> received;
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c, std::vector<int>* inner) -> Task<> {
          group.create_task(receive_into, c, inner);
          group.create_task(receive_into, c, inner);
          co_await let_others_run(2);
          c->close();
        },
        &channel, &received);
    EXPECT_TRUE(received.empty());
  });
}

TEST(Channel, ACancelledSendersValueIsNotInTheChannel) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    co_await channel.send(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c) -> Task<> {
          auto second = group.create_task(send_all, c, 2, 3);
          auto third = group.create_task(send_all, c, 3, 4);
          co_await let_others_run(2);
          second.cancel();
          co_await let_others_run(2);
          EXPECT_EQ(second.status(), TaskStatus::cancelled);
          const auto a = co_await c->receive();
          const auto b = co_await c->receive();
          EXPECT_EQ(a, 1);
          EXPECT_EQ(b, 3);
        },
        &channel);
    EXPECT_EQ(channel.size(), 0U);
  });
}

TEST(Channel, ACancelledReceiverTakesNothing) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    std::vector<int> received;
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c, std::vector<int>* inner) -> Task<> {
          auto receiver = group.create_task(receive_into, c, inner);
          co_await let_others_run(2);
          receiver.cancel();
          co_await c->send(1);  // cancelled, not yet resumed
          co_await let_others_run(2);
        },
        &channel, &received);
    EXPECT_TRUE(received.empty());
    EXPECT_EQ(channel.size(), 1U);
  });
}

TEST(Channel, AValueGivenToATaskThatIsThenCancelledReachesIt) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    std::vector<int> received;
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c, std::vector<int>* inner) -> Task<> {
          auto receiver = group.create_task(receive_into, c, inner);
          co_await let_others_run(2);
          co_await c->send(1);
          receiver.cancel();  // woken with the value, not yet resumed
          co_await let_others_run(3);
          EXPECT_EQ(receiver.status(), TaskStatus::cancelled) << "the next receive() throws";
        },
        &channel, &received);
    EXPECT_EQ(received, std::vector{1});
  });
}

TEST(Channel, ASenderThatWasServedAndIsThenCancelledHasSent) {
  run_in_fake_time([]() -> Task<> {
    Channel<int> channel(1);
    co_await channel.send(1);
    co_await with_task_group(
        [](TaskGroup& group, Channel<int>* c) -> Task<> {
          auto sender =
              group.create_task([](Channel<int>* to) -> Task<bool> { co_return co_await to->send(2); }, c);
          co_await let_others_run(2);
          const auto first = co_await c->receive();
          EXPECT_EQ(first, 1);
          sender.cancel();  // its value is in the channel, it has not resumed yet
          const bool sent = co_await sender;
          EXPECT_TRUE(sent);
        },
        &channel);
    const auto second = co_await channel.receive();
    EXPECT_EQ(second, 2);
  });
}

TEST(Channel, MoveOnlyValuesStayWithTheCallerWhenTrySendFails) {
  Channel<std::unique_ptr<int>> channel(1);
  auto value = std::make_unique<int>(1);
  EXPECT_TRUE(channel.try_send(value));
  EXPECT_EQ(value, nullptr);
  value = std::make_unique<int>(2);
  EXPECT_FALSE(channel.try_send(value));
  EXPECT_NE(value, nullptr);
  EXPECT_EQ(**channel.try_receive(), 1);
}

// A cycle of stages over channels of capacity 1 makes progress as long as nobody waits in a circle.
TEST(Channel, ARingOfTasksWithCapacityOneGoesRound) {
  run_in_fake_time([]() -> Task<> {
    constexpr std::size_t kTasks = 10;
    std::vector<std::unique_ptr<Channel<int>>> ring;
    for (std::size_t i = 0; i < kTasks; ++i) ring.push_back(std::make_unique<Channel<int>>(1));
    co_await with_task_group(
        [](TaskGroup& group, std::vector<std::unique_ptr<Channel<int>>>* channels) -> Task<> {
          for (std::size_t i = 1; i < channels->size(); ++i) {
            group.create_task(
                [](Channel<int>* in, Channel<int>* out) -> Task<> {
                  while (auto value = co_await in->receive()) co_await out->send(*value + 1);
                  out->close();
                },
                (*channels)[i - 1].get(), (*channels)[i].get());
          }
          int value = 0;
          for (int round = 0; round < 1000; ++round) {
            co_await channels->front()->send(value);
            value = (co_await channels->back()->receive()).value();
          }
          EXPECT_EQ(value, 1000 * 9);
          channels->front()->close();
        },
        &ring);
  });
}

}  // namespace
}  // namespace gossamer
