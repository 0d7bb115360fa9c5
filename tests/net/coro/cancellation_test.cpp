#include "net/coro/cancellation.h"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/async_generator.h"
#include "net/coro/event.h"
#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

static_assert(!std::is_base_of_v<std::exception, Cancelled>);

TEST(Cancellation, CancelledBeforeItStartedATaskEndsAtItsFirstWait) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              l->push_back("started");
              co_await sleep_for(0s);
              l->push_back("not reached");
            },
            inner);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_EQ(log, Log{"started"});
}

TEST(Cancellation, AwaitsThatNeedNotWaitDoNotThrow) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              Event event;
              event.set();
              co_await event.wait();
              l->push_back("a set event is no suspension");
              event.clear();
              co_await event.wait();
            },
            inner);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_EQ(log, Log{"a set event is no suspension"});
}

TEST(Cancellation, EveryFurtherWaitOfACancelledTaskThrowsToo) {
  int thrown = 0;
  run_group_in_fake_time(
      [](TaskGroup& group, int* count) -> Task<> {
        auto task = group.create_task(
            [](int* c) -> Task<> {
              for (int i = 0; i < 3; ++i) {
                try {
                  co_await sleep_for(1h);
                } catch (const Cancelled&) {
                  ++*c;
                }
              }
            },
            count);
        co_await let_others_run(2);
        task.cancel();
        co_await task.wait();
        EXPECT_EQ(task.status(), TaskStatus::done) << "it swallowed its cancellation";
      },
      &thrown);
  EXPECT_EQ(thrown, 3);
}

TEST(Cancellation, PassesThroughCatchStdExceptionAndRunsDestructors) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              struct Note {
                Log* where;
                ~Note() { where->push_back("destroyed"); }
              } note{l};
              try {
                co_await sleep_for(1h);
              } catch (const std::exception&) {
                l->push_back("caught by the wrong handler");
              }
            },
            inner);
        co_await let_others_run(2);
        task.cancel();
      },
      &log);
  EXPECT_EQ(log, Log{"destroyed"});
}

TEST(Cancellation, CancellingATaskThatHasEndedDoesNothing) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    auto task = group.create_task([]() -> Task<int> { co_return 1; });
    const int value = co_await task;
    task.cancel();
    task.cancel();
    EXPECT_EQ(value, 1);
    EXPECT_EQ(task.status(), TaskStatus::done);
  });
}

TEST(Cancellation, ATaskMayCancelItself) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    std::optional<TaskHandle<>> self;
    self = group.create_task(
        [](std::optional<TaskHandle<>>* me) -> Task<> {
          (*me)->cancel();
          co_await sleep_for(1h);
        },
        &self);
    co_await self->wait();
    EXPECT_EQ(self->status(), TaskStatus::cancelled);
  });
}

TEST(Cancellation, ReachesIntoAGeneratorThatTheTaskAwaits) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        auto task = group.create_task(
            [](Log* l) -> Task<> {
              auto generator = [](Log* g) -> AsyncGenerator<int> {
                co_yield 1;
                try {
                  co_await sleep_for(1h);
                } catch (const Cancelled&) {
                  g->push_back("generator cancelled");
                  throw;
                }
              }(l);
              while (auto value = co_await generator.next()) l->push_back(std::to_string(*value));
            },
            inner);
        co_await let_others_run(2);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_EQ(log, (Log{"1", "generator cancelled"}));
}

TEST(Cancellation, WaitingForAHandleCanBeCancelledWithoutCancellingItsTask) {
  run_group_in_fake_time([](TaskGroup& group) -> Task<> {
    auto worker = group.create_task([]() -> Task<int> {
      co_await sleep_for(5s);
      co_return 9;
    });
    auto waiter =
        group.create_task([](TaskHandle<int> other) -> Task<int> { co_return co_await other; }, worker);
    co_await let_others_run(2);
    co_await cancel_and_wait(waiter);
    const int value = co_await worker;
    EXPECT_EQ(value, 9);
  });
}

TEST(CancellationDeathTest, DestroyingACoroutineThatWaitsIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 using Waiting = std::optional<AsyncGenerator<int>>;
                 Waiting generator = []() -> AsyncGenerator<int> {
                   Event never;
                   co_await never.wait();
                   co_yield 1;
                 }();
                 co_await with_task_group(
                     [](TaskGroup& group, Waiting* g) -> Task<> {
                       group.create_task([](Waiting* inner) -> Task<> { co_await (*inner)->next(); }, g);
                       co_await let_others_run(2);
                       g->reset();
                     },
                     &generator);
               }),
               "an AsyncGenerator was destroyed while it ran or waited");
}

TEST(CancellationDeathTest, ACoroutineDestroyedBetweenItsWakingAndItsTurnIsABrokenInvariant) {
  EXPECT_DEATH(run_group_in_fake_time([](TaskGroup& group) -> Task<> {
                 Event event;
                 std::optional<Event::Wait> wait(std::in_place, event);
                 group.create_task([](Event::Wait* w) -> Task<> { co_await *w; }, &*wait);
                 co_await let_others_run();
                 event.set();
                 wait.reset();
               }),
               "a coroutine was destroyed while it waited");
}

}  // namespace
}  // namespace gossamer
