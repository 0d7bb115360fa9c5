#include "net/coro/loop_thread.h"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/coro/run.h"
#include "net/coro/thread_future.h"
#include "net/coro/timeout.h"
#include "tests/net/coro/noted_tasks.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(LoopThread, RunsThereAndResumesHere) {
  EventLoop loop;
  LoopThread other;
  run(
      loop,
      [](EventLoop* here_loop, LoopThread* there) -> Task<> {
        const auto here = std::this_thread::get_id();
        auto answer =
            co_await there->call([there]() -> Task<std::pair<std::thread::id, std::unique_ptr<int>>> {
              EXPECT_EQ(&EventLoop::current(), &there->loop());
              co_await sleep_for(1ms);
              co_return std::pair(std::this_thread::get_id(), std::make_unique<int>(7));
            });
        EXPECT_NE(answer.first, here);
        EXPECT_EQ(*answer.second, 7) << "what only moves comes back too";
        EXPECT_EQ(std::this_thread::get_id(), here);
        EXPECT_EQ(&EventLoop::current(), here_loop);
      },
      &loop, &other);
}

TEST(LoopThread, RethrowsHere) {
  EventLoop loop;
  LoopThread other;
  run(
      loop,
      [](LoopThread* there) -> Task<> {
        std::string caught;
        try {
          co_await there->call([]() -> Task<> {
            throw std::runtime_error("there");
            co_return;
          });
        } catch (const std::runtime_error& error) {
          caught = error.what();
        }
        EXPECT_EQ(caught, "there");
        EXPECT_EQ(co_await there->call([]() -> Task<int> { co_return 1; }), 1) << "the thread goes on";
      },
      &other);
}

TEST(LoopThread, CancellationReachesTheOtherLoopAndWaitsForItsEnd) {
  EventLoop loop;
  LoopThread other;
  run(
      loop,
      [](LoopThread* there) -> Task<> {
        Log log;
        const auto called =
            co_await with_timeout(5ms, there->call([&] { return sleeper(&log, "there", 1h); }));
        EXPECT_FALSE(called);
        EXPECT_EQ(log, Log{"there cancelled"});
      },
      &other);
}

TEST(LoopThread, TheDestructorCancelsWhatStillRunsThereAndWaitsForItsEnd) {
  Log log;
  {
    LoopThread thread;
    (void)run_coroutine_threadsafe(thread.group(), sleeper, &log, "there", Duration(1h));
  }
  EXPECT_EQ(log, Log{"there cancelled"});
}

TEST(LoopThread, CancellationThatComesTooLateIsHarmless) {
  EventLoop loop;
  LoopThread other;
  const auto call = [](LoopThread* there) -> Task<> { co_await there->call([]() -> Task<> { co_return; }); };
  const auto body = [call](TaskGroup& group, LoopThread* there) -> Task<> {
    for (int i = 0; i < 2000; ++i) {
      auto task = group.create_task(call, there);
      for (int round = i % 5; round > 0; --round) co_await sleep_for(0ms);
      task.cancel();
    }
  };
  run(loop, [body](LoopThread* there) { return with_task_group(body, there); }, &other);
}

TEST(LoopThread, ManyCallsAtOnceFromSeveralLoops) {
  LoopThread other;
  const auto call = [](LoopThread* there, int i, long* sum) -> Task<> {
    *sum += co_await there->call([i]() -> Task<long> { co_return i; });
  };
  const auto body = [call](TaskGroup& group, LoopThread* there, long* sum) -> Task<> {
    for (int i = 0; i < 1000; ++i) group.create_task(call, there, i, sum);
    co_return;
  };
  const auto caller = [body, &other] {
    EventLoop loop;
    long sum = 0;
    run(
        loop, [body](LoopThread* there, long* total) { return with_task_group(body, there, total); }, &other,
        &sum);
    EXPECT_EQ(sum, 999 * 1000 / 2);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(caller);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace gossamer
