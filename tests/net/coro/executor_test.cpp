#include "net/coro/executor.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"
#include "tests/net/coro/noted_tasks.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(Executor, RunsOffTheLoopAndResumesOnIt) {
  EventLoop loop;
  Executor executor(2);
  run(
      loop,
      [](Executor* e) -> Task<> {
        const auto here = std::this_thread::get_id();
        const auto there = co_await run_in_executor(*e, [] { return std::this_thread::get_id(); });
        EXPECT_NE(here, there);
        EXPECT_EQ(std::this_thread::get_id(), here);
      },
      &executor);
}

TEST(Executor, WithNoThreadsAskedForHasOne) {
  EventLoop loop;
  Executor executor(0);
  run(loop, [](Executor* e) -> Task<> { co_await run_in_executor(*e, [] {}); }, &executor);
}

TEST(Executor, RethrowsOnTheLoop) {
  EventLoop loop;
  Executor executor(1);
  run(
      loop,
      [](Executor* e) -> Task<> {
        std::string caught;
        try {
          co_await run_in_executor(*e, []() -> int { throw std::runtime_error("broken"); });
        } catch (const std::runtime_error& error) {
          caught = error.what();
        }
        EXPECT_EQ(caught, "broken");
        const int next = co_await run_in_executor(*e, [] { return 1; });
        EXPECT_EQ(next, 1);
      },
      &executor);
}

struct Work {
  Executor executor{1};
  std::latch started{1};
  std::latch may_end{1};
  std::atomic<bool> ended{false};
};

Task<> blocking_work(Work* work) {
  co_await run_in_executor(work->executor, [work] {
    work->started.count_down();
    work->may_end.wait();
    work->ended = true;
  });
  ADD_FAILURE() << "a cancelled task does not go on";
}

TEST(Executor, ATaskCancelledMeanwhileWaitsForTheFunctionAndThenThrows) {
  EventLoop loop;
  Work work;
  run(
      loop,
      [](Work* w) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Work* inner) -> Task<> {
              auto task = group.create_task(blocking_work, inner);
              co_await sleep_for(0s);
              inner->started.wait();
              task.cancel();
              co_await sleep_for(0s);
              EXPECT_FALSE(task.done());
              inner->may_end.count_down();
              co_await task.wait();
              EXPECT_EQ(task.status(), TaskStatus::cancelled);
              EXPECT_TRUE(inner->ended);
            },
            w);
      },
      &work);
}

TEST(Executor, WhatTheFunctionThrowsAfterItsTaskWasCancelledIsReported) {
  testing::internal::CaptureStderr();
  EventLoop loop;
  Work work;
  run(
      loop,
      [](Work* w) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Work* inner) -> Task<> {
              auto task = group.create_task(
                  [](Work* mine) -> Task<> {
                    co_await run_in_executor(mine->executor, [mine] {
                      mine->started.count_down();
                      mine->may_end.wait();
                      throw std::runtime_error("disk full");
                    });
                  },
                  inner);
              co_await sleep_for(0s);
              inner->started.wait();
              task.cancel();
              inner->may_end.count_down();
            },
            w);
      },
      &work);
  EXPECT_THAT(
      testing::internal::GetCapturedStderr(),
      testing::HasSubstr("gossamer: a function on an executor whose task was cancelled failed and nobody "
                         "looked at it: disk full\n"));
}

TEST(Executor, ATaskCancelledBeforeItsTurnDoesNotWaitAndItsFunctionIsNotRun) {
  EventLoop loop;
  Executor executor(1);
  std::latch may_go_on(1);
  std::atomic<bool> ran{false};
  executor.submit([&] { may_go_on.wait(); });
  run(
      loop,
      [](Executor* e, std::atomic<bool>* called) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Executor* inner, std::atomic<bool>* c) -> Task<> {
              auto task = group.create_task(
                  [](Executor* ex, std::atomic<bool>* mine) -> Task<> {
                    co_await run_in_executor(*ex, [mine] { *mine = true; });
                  },
                  inner, c);
              co_await sleep_for(0s);
              task.cancel();
              co_await sleep_for(0s);
              EXPECT_TRUE(task.done());
              EXPECT_EQ(task.status(), TaskStatus::cancelled);
            },
            e, called);
      },
      &executor, &ran);
  may_go_on.count_down();
  run(loop, [](Executor* e) -> Task<> { co_await run_in_executor(*e, [] {}); }, &executor);
  EXPECT_FALSE(ran);
}

TEST(Executor, ATaskThatIsCancelledAlreadyStartsNothing) {
  EventLoop loop;
  Work work;
  run(
      loop,
      [](Work* w) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Work* inner) -> Task<> {
              auto task = group.create_task(blocking_work, inner);
              co_await cancel_and_wait(task);
            },
            w);
        const bool started = w->started.try_wait();
        EXPECT_FALSE(started);
      },
      &work);
}

TEST(Executor, ManyTasksOnManyThreads) {
  EventLoop loop;
  Executor executor(4);
  std::atomic<int> calls{0};
  const int sum = run(
      loop,
      [](Executor* e, std::atomic<int>* count) -> Task<int> {
        co_return co_await with_task_group(
            [](TaskGroup& group, Executor* inner, std::atomic<int>* c) -> Task<int> {
              std::vector<TaskHandle<int>> tasks;
              for (int i = 0; i < 1000; ++i) {
                tasks.push_back(group.create_task(
                    [](Executor* ex, std::atomic<int>* n, int value) -> Task<int> {
                      co_return co_await run_in_executor(*ex, [n, value] {
                        ++*n;
                        return value;
                      });
                    },
                    inner, c, i));
              }
              int total = 0;
              for (auto& task : tasks) total += co_await task;
              co_return total;
            },
            e, count);
      },
      &executor, &calls);
  EXPECT_EQ(calls, 1000);
  EXPECT_EQ(sum, 999 * 1000 / 2);
}

TEST(Executor, FinishesWhatIsQueuedBeforeItDies) {
  std::atomic<int> done{0};
  {
    Executor executor(2);
    for (int i = 0; i < 500; ++i) executor.submit([&] { ++done; });
  }
  EXPECT_EQ(done, 500);
}

TEST(Executor, LoopsOnSeveralThreadsShareOne) {
  Executor executor(2);
  std::atomic<int> total{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      EventLoop loop;
      total += run(
          loop,
          [](Executor* e) -> Task<int> {
            int sum = 0;
            for (int k = 0; k < 200; ++k) sum += co_await run_in_executor(*e, [] { return 1; });
            co_return sum;
          },
          &executor);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(total, 800);
}

}  // namespace
}  // namespace gossamer
