#include "net/coro/thread_channel.h"

#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

#include "net/coro/loop_thread.h"
#include "net/coro/run.h"
#include "net/coro/thread_future.h"
#include "net/coro/timeout.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

using Numbers = ThreadChannel<int>;

Task<std::vector<int>> receive_all(Numbers* channel) {
  std::vector<int> received;
  while (auto value = co_await channel->receive()) received.push_back(*value);
  co_return received;
}

TEST(ThreadChannel, NothingIsLostAndEachSendersOrderIsKept) {
  constexpr int kSenders = 4;
  constexpr int kValues = 5000;
  for (const std::size_t capacity : {1, 3, 256}) {
    Numbers channel(capacity);
    LoopThread receiver;
    auto received = run_coroutine_threadsafe(receiver.group(), receive_all, &channel);
    {
      std::vector<std::unique_ptr<LoopThread>> threads;
      std::vector<ThreadFuture<void>> senders;
      for (int i = 0; i < kSenders; ++i) {
        threads.push_back(std::make_unique<LoopThread>());
        senders.push_back(run_coroutine_threadsafe(
            threads.back()->group(),
            [](Numbers* to, int name) -> Task<> {
              for (int k = 0; k < kValues; ++k) {
                const bool sent = co_await to->send(name * kValues + k);
                EXPECT_TRUE(sent);
              }
            },
            &channel, i));
      }
      for (auto& sender : senders) sender.get();
    }
    channel.close();
    std::vector<int> next(kSenders, 0);
    const std::vector<int> all = received.get();
    ASSERT_EQ(all.size(), static_cast<std::size_t>(kSenders * kValues));
    for (const int value : all) ASSERT_EQ(value % kValues, next[static_cast<std::size_t>(value / kValues)]++);
  }
}

TEST(ThreadChannel, IsBounded) {
  Numbers channel(2);
  int value = 1;
  EXPECT_TRUE(channel.try_send(value));
  EXPECT_TRUE(channel.try_send(value));
  EXPECT_FALSE(channel.try_send(value));
  EventLoop loop;
  const auto send = [](Numbers* to) -> Task<bool> { co_return co_await to->send(3); };
  run(
      loop,
      [send](Numbers* to) -> Task<> {
        const auto sent = co_await with_timeout(1ms, send(to));
        EXPECT_FALSE(sent) << "it waits while the channel is full";
        const auto first = co_await to->receive();
        EXPECT_EQ(first, 1);
        EXPECT_TRUE(co_await send(to));
        to->close();
        EXPECT_FALSE(co_await send(to));
        const auto rest = co_await receive_all(to);
        EXPECT_EQ(rest, (std::vector{1, 3})) << "a cancelled sender's value is not in the channel";
      },
      &channel);
}

TEST(ThreadChannel, CloseTellsWaitingSendersAndTheReceiver) {
  Numbers full(1);
  Numbers empty(1);
  int value = 1;
  ASSERT_TRUE(full.try_send(value));
  LoopThread thread;
  auto sending = run_coroutine_threadsafe(
      thread.group(), [](Numbers* to) -> Task<bool> { co_return co_await to->send(2); }, &full);
  auto receiving = run_coroutine_threadsafe(thread.group(), receive_all, &empty);
  EXPECT_FALSE(sending.wait_for(1ms));
  EXPECT_FALSE(receiving.wait_for(1ms));
  full.close();
  empty.close();
  EXPECT_FALSE(sending.get());
  EXPECT_TRUE(receiving.get().empty());
}

// Senders and the receiver are cancelled at any moment; what was sent arrives, what was not does not.
TEST(ThreadChannel, CancellationLosesNothing) {
  Numbers channel(1);
  LoopThread there;
  std::atomic<int> sent = 0;
  std::atomic<int> received = 0;
  const auto receive_one = [](Numbers* from, std::atomic<int>* count) -> Task<> {
    if (co_await from->receive()) ++*count;
  };
  const auto receive = [receive_one](Numbers* from, std::atomic<int>* count) -> Task<> {
    for (int i = 0; i < 2000; ++i) {
      (void)co_await with_timeout(std::chrono::microseconds(i % 20), receive_one(from, count));
    }
    while (co_await from->receive()) ++*count;
  };
  auto receiving = run_coroutine_threadsafe(there.group(), receive, &channel, &received);
  EventLoop loop;
  const auto send_one = [](Numbers* to, std::atomic<int>* count) -> Task<> {
    if (co_await to->send(1)) ++*count;
  };
  run(
      loop,
      [send_one](Numbers* to, std::atomic<int>* count) -> Task<> {
        for (int i = 0; i < 2000; ++i) {
          (void)co_await with_timeout(std::chrono::microseconds(i % 20), send_one(to, count));
        }
      },
      &channel, &sent);
  channel.close();
  receiving.get();
  EXPECT_EQ(received, sent);
  EXPECT_GT(sent, 0);
}

// The receiver is woken once for all that is queued before it runs: counted by the posts to its loop.
TEST(ThreadChannel, AWakeUpServesAllThatIsQueued) {
  Numbers channel(1000);
  EventLoop loop;
  const auto body = [](TaskGroup& group, Numbers* from) -> Task<> {
    int rounds = 0;
    const auto receive = [](Numbers* numbers, int* waits) -> Task<> {
      for (int got = 0; got < 1000;) {
        auto next = numbers->receive();
        if (!next.await_ready()) ++*waits;  // the others come without a wait and without a lock
        const auto value = co_await next;
        EXPECT_EQ(value, got++);
      }
    };
    auto receiving = group.create_task(receive, from, &rounds);
    co_await sleep_for(0s);  // it waits
    std::thread([from] {
      for (int i = 0; i < 1000; ++i) EXPECT_TRUE(from->try_send(i));
    }).join();
    co_await receiving;
    EXPECT_EQ(rounds, 1);
  };
  run(loop, [body](Numbers* from) { return with_task_group(body, from); }, &channel);
}

using ThreadChannelDeathTest = testing::Test;

TEST(ThreadChannelDeathTest, ASecondReceiverIsABrokenInvariant) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto receive_twice = [] {
    Numbers channel(1);
    EventLoop loop;
    const auto body = [](TaskGroup& group, Numbers* from) -> Task<> {
      group.create_task(receive_all, from);
      group.create_task(receive_all, from);
      co_return;
    };
    run(loop, [body](Numbers* from) { return with_task_group(body, from); }, &channel);
  };
  EXPECT_DEATH(receive_twice(), "two receivers");
}

TEST(ThreadChannelDeathTest, ASecondReceiverThatComesAsTheFirstIsBeingWokenIsOneToo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto receive_twice = [] {
    Numbers channel(1);
    EventLoop loop;
    const auto body = [](TaskGroup& group, Numbers* from) -> Task<> {
      group.create_task(receive_all, from);
      co_await sleep_for(0s);  // it waits
      int value = 1;
      EXPECT_TRUE(from->try_send(value));
      const auto second = co_await from->receive();
      EXPECT_EQ(second, 1);
      from->close();
    };
    run(loop, [body](Numbers* from) { return with_task_group(body, from); }, &channel);
  };
  EXPECT_DEATH(receive_twice(), "two receivers");
}

}  // namespace
}  // namespace gossamer
