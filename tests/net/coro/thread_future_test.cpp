#include "net/coro/thread_future.h"

#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/coro/loop_thread.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "tests/net/coro/noted_tasks.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(RunCoroutineThreadsafe, RunsOnTheOtherLoopAndGivesTheValue) {
  LoopThread thread;
  auto future = run_coroutine_threadsafe(
      thread.group(),
      [](EventLoop* expected, std::unique_ptr<int> number) -> Task<std::unique_ptr<int>> {
        EXPECT_EQ(&EventLoop::current(), expected);
        co_await sleep_for(1ms);
        co_return number;
      },
      &thread.loop(), std::make_unique<int>(7));
  EXPECT_EQ(*future.get(), 7) << "what only moves goes there and comes back";
}

TEST(RunCoroutineThreadsafe, RethrowsHereAndTheOthersThereGoOn) {
  LoopThread thread;
  std::latch failed(1);
  auto other = run_coroutine_threadsafe(
      thread.group(),
      [](std::latch* latch) -> Task<int> {
        while (!latch->try_wait()) co_await sleep_for(1ms);
        co_return 1;
      },
      &failed);
  auto future = run_coroutine_threadsafe(thread.group(), []() -> Task<> {
    throw std::runtime_error("there");
    co_return;
  });
  EXPECT_THROW(future.get(), std::runtime_error);
  failed.count_down();
  EXPECT_EQ(other.get(), 1);
}

TEST(RunCoroutineThreadsafe, CancelEndsTheTaskThereAfterItsCleanUp) {
  LoopThread thread;
  Log log;
  auto future = run_coroutine_threadsafe(thread.group(), sleeper, &log, "there", Duration(1h));
  EXPECT_FALSE(future.wait_for(1ms));
  future.cancel();
  EXPECT_THROW(future.get(), Cancelled);
  EXPECT_EQ(log, Log{"there cancelled"});
}

TEST(RunCoroutineThreadsafe, CancelOfWhatHasEndedIsHarmlessAfterItsLoopTooHasGone) {
  std::optional<ThreadFuture<int>> future;
  {
    LoopThread thread;
    future.emplace(run_coroutine_threadsafe(thread.group(), []() -> Task<int> { co_return 7; }));
    EXPECT_TRUE(future->wait_for(1min));
  }
  future->cancel();
  EXPECT_EQ(future->get(), 7);
}

TEST(RunCoroutineThreadsafeDeathTest, AFutureWhoseResultWasTakenIsABrokenInvariant) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto take = [](bool get_again) {
    LoopThread thread;
    auto future = run_coroutine_threadsafe(thread.group(), []() -> Task<int> { co_return 7; });
    (void)future.get();
    if (get_again) {
      (void)future.get();
    } else {
      (void)future.wait_for(1ms);
    }
  };
  EXPECT_DEATH(take(true), "the result of a ThreadFuture was taken already");
  EXPECT_DEATH(take(false), "the result of a ThreadFuture was taken already");
}

TEST(RunCoroutineThreadsafe, ADroppedFutureLeavesTheTaskRunning) {
  std::latch done(1);
  LoopThread thread;
  (void)run_coroutine_threadsafe(
      thread.group(),
      [](std::latch* latch) -> Task<> {
        co_await sleep_for(1ms);
        latch->count_down();
      },
      &done);
  done.wait();
}

// The group of a main task; threads without a loop call it.
TEST(RunCoroutineThreadsafe, TakesAnyGroupOnAnyLoop) {
  EventLoop loop;
  const auto add = [](int* total, int i) -> Task<int> { co_return * total += i; };
  const auto body = [add](TaskGroup& group) -> Task<int> {
    int total = 0;  // of this loop's thread: no lock
    int callers = 4;
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 100; ++k) (void)run_coroutine_threadsafe(group, add, &total, 1).get();
        group.loop().post([&callers] { --callers; });
      });
    }
    while (callers > 0) co_await sleep_for(1ms);
    for (std::thread& thread : threads) thread.join();
    co_return total;
  };
  EXPECT_EQ(run(loop, [body] { return with_task_group(body); }), 400);
}

// Waits for the tasks of a thread that nobody holds a future of.
void run_until_idle(LoopThread& thread) {
  const auto others_end = [](TaskGroup* group) -> Task<> {
    while (group->running() > 1) co_await sleep_for(1ms);
  };
  run_coroutine_threadsafe(thread.group(), others_end, &thread.group()).get();
}

TEST(RunCoroutineThreadsafe, AnExceptionNobodyGetsIsReportedOnce) {
  const auto fails = [](std::latch* go) -> Task<> {
    while (!go->try_wait()) co_await sleep_for(1ms);
    throw std::runtime_error("disk full");
  };
  const std::string line =
      "gossamer: a task of run_coroutine_threadsafe() failed and nobody looked at it: disk full\n";
  std::latch go(1);
  testing::internal::CaptureStderr();
  {
    LoopThread thread;
    run_coroutine_threadsafe(thread.group(), fails, &go);  // dropped before the end
    go.count_down();
    run_until_idle(thread);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), line);

  testing::internal::CaptureStderr();
  {
    LoopThread thread;
    const auto future = run_coroutine_threadsafe(thread.group(), fails, &go);
    EXPECT_TRUE(future.wait_for(1min));  // and then dropped
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), line);

  testing::internal::CaptureStderr();
  {
    LoopThread thread;
    auto future = run_coroutine_threadsafe(thread.group(), fails, &go);
    EXPECT_THROW(future.get(), std::runtime_error);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace gossamer
