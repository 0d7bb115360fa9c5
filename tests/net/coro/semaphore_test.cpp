#include "net/coro/semaphore.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "net/coro/task_group.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Task<> acquire_and_note(Semaphore* semaphore, std::vector<int>* log, int name) {
  const Permit permit = co_await semaphore->acquire();
  log->push_back(name);
  co_await let_others_run();
}

TEST(Semaphore, ServesInTheOrderOfAsking) {
  std::vector<int> log;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Semaphore semaphore(1);
        co_await with_task_group(
            [](TaskGroup& group, Semaphore* s, std::vector<int>* inner) -> Task<> {
              for (int i = 0; i < 20; ++i) group.create_task(acquire_and_note, s, inner, i);
              co_return;
            },
            &semaphore, out);
        EXPECT_EQ(semaphore.available(), 1U);
      },
      &log);
  ASSERT_EQ(log.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(log[static_cast<std::size_t>(i)], i);
}

TEST(Semaphore, LetsInAsManyAsItHasPermits) {
  struct Count {
    Semaphore semaphore{3};
    int inside = 0;
    int most = 0;
  };
  run_in_fake_time([]() -> Task<> {
    Count count;
    co_await with_task_group(
        [](TaskGroup& group, Count* c) -> Task<> {
          for (int i = 0; i < 50; ++i) {
            group.create_task(
                [](Count* inner, int wait) -> Task<> {
                  const Permit permit = co_await inner->semaphore.acquire();
                  inner->most = std::max(inner->most, ++inner->inside);
                  co_await sleep_for(std::chrono::milliseconds(wait % 7));
                  --inner->inside;
                },
                c, i);
          }
          co_return;
        },
        &count);
    EXPECT_EQ(count.most, 3);
    EXPECT_EQ(count.semaphore.available(), 3U);
  });
}

// The permit handed to a waiter cannot be overtaken by a task that asks before the waiter has resumed.
TEST(Semaphore, AReleasedPermitBelongsToTheWaiterAtOnce) {
  std::vector<int> log;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Semaphore semaphore(1);
        Permit held = co_await semaphore.acquire();
        co_await with_task_group(
            [](TaskGroup& group, Semaphore* s, Permit* mine, std::vector<int>* inner) -> Task<> {
              group.create_task(acquire_and_note, s, inner, 1);
              co_await let_others_run(2);
              mine->release();
              EXPECT_FALSE(s->try_acquire());
            },
            &semaphore, &held, out);
        EXPECT_EQ(semaphore.available(), 1U);
      },
      &log);
  EXPECT_EQ(log, std::vector{1});
}

TEST(Semaphore, ACancelledWaiterLeavesTheQueueAndTheNextIsServed) {
  std::vector<int> log;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Semaphore semaphore(1);
        Permit held = co_await semaphore.acquire();
        co_await with_task_group(
            [](TaskGroup& group, Semaphore* s, Permit* mine, std::vector<int>* inner) -> Task<> {
              auto first = group.create_task(acquire_and_note, s, inner, 1);
              group.create_task(acquire_and_note, s, inner, 2);
              co_await let_others_run(2);
              first.cancel();
              mine->release();
            },
            &semaphore, &held, out);
        EXPECT_EQ(semaphore.available(), 1U);
      },
      &log);
  EXPECT_EQ(log, std::vector{2});
}

// The hand-over is done when release() returns: a task that is cancelled before it resumes still owns its
// permit, learns it (acquire() returns), and gives it back on its way out.
TEST(Semaphore, APermitHandedToATaskThatIsThenCancelledIsNotLost) {
  struct State {
    Semaphore semaphore{1};
    bool acquired = false;
  };
  run_in_fake_time([]() -> Task<> {
    State state;
    Permit held = co_await state.semaphore.acquire();
    co_await with_task_group(
        [](TaskGroup& group, State* s, Permit* mine) -> Task<> {
          auto waiter = group.create_task(
              [](State* inner) -> Task<> {
                const Permit permit = co_await inner->semaphore.acquire();
                inner->acquired = true;
                co_await sleep_for(1h);
              },
              s);
          co_await let_others_run(2);
          mine->release();
          waiter.cancel();  // woken, not yet resumed
          co_await let_others_run(3);
          EXPECT_EQ(waiter.status(), TaskStatus::cancelled);
        },
        &state, &held);
    EXPECT_TRUE(state.acquired);
    EXPECT_EQ(state.semaphore.available(), 1U);
  });
}

// Random cancellations at every moment: at the end all permits are there.
TEST(Semaphore, NoPermitIsLostUnderRandomCancellation) {
  run_in_fake_time([]() -> Task<> {
    Semaphore semaphore(2);
    unsigned seed = 1;
    for (int round = 0; round < 300; ++round) {
      co_await with_task_group(
          [](TaskGroup& group, Semaphore* s, unsigned* random) -> Task<> {
            std::vector<TaskHandle<>> tasks;
            std::vector<int> log;
            for (int i = 0; i < 8; ++i) {
              tasks.push_back(group.create_task(
                  [](Semaphore* inner, unsigned wait) -> Task<> {
                    const Permit permit = co_await inner->acquire();
                    co_await sleep_for(std::chrono::microseconds(wait));
                  },
                  s, (*random = *random * 1103515245 + 12345) >> 28));
            }
            for (auto& task : tasks) {
              *random = *random * 1103515245 + 12345;
              if (*random & 0x10000) co_await sleep_for(std::chrono::microseconds(*random >> 30));
              if (*random & 0x20000) task.cancel();
            }
          },
          &semaphore, &seed);
      EXPECT_EQ(semaphore.available(), 2U);
    }
  });
}

TEST(Semaphore, APermitGivesBackAsManyAsWereAcquired) {
  run_in_fake_time([]() -> Task<> {
    Semaphore semaphore(3);
    {
      const Permit all = co_await semaphore.acquire(3);
      EXPECT_EQ(semaphore.available(), 0U);
    }
    EXPECT_EQ(semaphore.available(), 3U);
    {
      const auto two = semaphore.try_acquire(2);
      EXPECT_TRUE(two);
      EXPECT_EQ(semaphore.available(), 1U);
      EXPECT_FALSE(semaphore.try_acquire(2));
    }
    EXPECT_EQ(semaphore.available(), 3U);
  });
}

TEST(Semaphore, APermitThatMovedGivesBackOnce) {
  run_in_fake_time([]() -> Task<> {
    Semaphore semaphore(3);
    Permit one = co_await semaphore.acquire();
    {
      Permit two = co_await semaphore.acquire(2);
      EXPECT_EQ(semaphore.available(), 0U);
      one = std::move(two);
      EXPECT_EQ(semaphore.available(), 1U) << "what it held before is given back";
    }
    EXPECT_EQ(semaphore.available(), 1U);
    one.release();
    one.release();
    EXPECT_EQ(semaphore.available(), 3U);
  });
}

TEST(Semaphore, WhoAsksForMorePermitsIsNotOvertaken) {
  std::vector<std::size_t> log;
  run_in_fake_time(
      [](std::vector<std::size_t>* out) -> Task<> {
        Semaphore semaphore(4);
        Permit held = co_await semaphore.acquire(3);
        co_await with_task_group(
            [](TaskGroup& group, Semaphore* s, Permit* mine, std::vector<std::size_t>* inner) -> Task<> {
              const auto take = [](Semaphore* from, std::size_t permits,
                                   std::vector<std::size_t>* into) -> Task<> {
                const Permit permit = co_await from->acquire(permits);
                into->push_back(permits);
                co_await sleep_for(1h);
              };
              group.create_task(take, s, std::size_t{3}, inner);
              group.create_task(take, s, std::size_t{1}, inner);  // one is there, but it came later
              co_await let_others_run(3);
              EXPECT_TRUE(inner->empty());
              EXPECT_FALSE(s->try_acquire());
              mine->release();
              co_await let_others_run(3);
              EXPECT_EQ(s->available(), 0U);
            },
            &semaphore, &held, out);
      },
      &log);
  EXPECT_EQ(log, (std::vector<std::size_t>{3, 1}));
}

TEST(Semaphore, ACancelledLargeRequestLetsTheSmallerOnesBehindItIn) {
  bool served = false;
  run_in_fake_time(
      [](bool* out) -> Task<> {
        Semaphore semaphore(1);
        co_await with_task_group(
            [](TaskGroup& group, Semaphore* s, bool* done) -> Task<> {
              const auto take = [](Semaphore* from, std::size_t permits, bool* into) -> Task<> {
                const Permit permit = co_await from->acquire(permits);
                if (into) *into = true;
              };
              auto large = group.create_task(take, s, std::size_t{2}, nullptr);
              group.create_task(take, s, std::size_t{1}, done);
              co_await let_others_run(2);
              large.cancel();
            },
            &semaphore, out);
      },
      &served);
  EXPECT_TRUE(served);
}

TEST(SemaphoreDeathTest, DyingBeforeItsPermitsIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 std::optional<Semaphore> semaphore(2);
                 const Permit permit = co_await semaphore->acquire(2);
                 semaphore.reset();
               }),
               "a Semaphore died before a Permit of it");
}

}  // namespace
}  // namespace gossamer
