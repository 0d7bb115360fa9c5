#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/loop/event_loop.h"
#include "tests/support/each_selector.h"

namespace gossamer {
namespace {

class PostTest : public EachSelectorTest {};
INSTANTIATE_WITH_EACH_SELECTOR(PostTest);

TEST_P(PostTest, FromManyThreadsNothingIsLostAndEachThreadsOrderIsKept) {
  constexpr std::size_t kThreads = 4;
  constexpr int kPosts = 20'000;
  EventLoop loop(loop_options());
  std::vector<std::vector<int>> received(kThreads);
  std::size_t left = kThreads * kPosts;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kPosts; ++i) {
        loop.post([&, thread, i] {
          received[thread].push_back(i);
          if (--left == 0) loop.stop();
        });
      }
    });
  }
  loop.run_forever();
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<int>& one : received) {
    ASSERT_EQ(one.size(), static_cast<std::size_t>(kPosts));
    for (int i = 0; i < kPosts; ++i) ASSERT_EQ(one[static_cast<std::size_t>(i)], i);
  }
}

TEST_P(PostTest, WakesALoopThatWaitsForEver) {
  for (int i = 0; i < 1000; ++i) {
    EventLoop loop(loop_options());
    std::thread thread([&] { loop.post([&] { loop.stop(); }); });
    loop.run_forever();
    thread.join();
  }
}

TEST_P(PostTest, PingPongBetweenTwoLoops) {
  EventLoop here(loop_options());
  auto there = std::make_unique<EventLoop>(loop_options());
  std::thread thread([&] { there->run_forever(); });
  struct Game {
    EventLoop& here;
    EventLoop& there;
    int left;
    void serve() {
      there.post([this] { here.post([this] { back(); }); });
    }
    void back() {
      if (--left > 0) return serve();
      there.post([this] { there.stop(); });
      here.stop();
    }
  } game{here, *there, 5000};
  here.call_soon([&] { game.serve(); });
  here.run_forever();
  thread.join();
  EXPECT_EQ(game.left, 0);
}

#ifndef NDEBUG
TEST(WrongThreadDeathTest, ACallFromAnotherThreadIsNamed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto from_another_thread = [](const std::function<void(EventLoop&)>& use) {
    EventLoop loop;
    loop.call_soon([&] {
      std::thread([&] { use(loop); }).join();
      loop.stop();
    });
    loop.run_forever();
  };
  const std::string line = "a loop was used from another thread than the one that runs it; use post\\(\\)";
  const auto in_an_hour = [](EventLoop& loop) { return loop.call_later(std::chrono::hours(1), [] {}); };
  EXPECT_DEATH(from_another_thread([](EventLoop& loop) { loop.call_soon([] {}); }), line);
  EXPECT_DEATH(from_another_thread([&](EventLoop& loop) { in_an_hour(loop); }), line);
  EXPECT_DEATH(from_another_thread([](EventLoop& loop) { loop.stop(); }), line);
  EXPECT_DEATH(from_another_thread([](EventLoop& loop) { CallHandle(loop, 1).cancel(); }), line);
}
#endif

}  // namespace
}  // namespace gossamer
