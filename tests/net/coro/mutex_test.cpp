#include "net/coro/mutex.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// Holds the mutex for a second.
Task<> enter(Mutex* mutex, Log* log, std::string name) {
  const Lock lock = co_await mutex->lock();
  log->push_back(name + " in");
  co_await sleep_for(1s);
  log->push_back(name + " out");
}

TEST(Mutex, LetsOneInAtATimeFirstComeFirstServed) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Mutex mutex;
        co_await with_task_group(
            [](TaskGroup& group, Mutex* m, Log* l) -> Task<> {
              for (const char* name : {"a", "b", "c"}) group.create_task(enter, m, l, std::string(name));
              co_return;
            },
            &mutex, out);
        EXPECT_FALSE(mutex.locked());
      },
      &log);
  EXPECT_EQ(log, (Log{"a in", "a out", "b in", "b out", "c in", "c out"}));
}

TEST(Mutex, NobodyOvertakesTheOneItIsHandedTo) {
  run_in_fake_time([]() -> Task<> {
    Mutex mutex;
    co_await with_task_group(
        [](TaskGroup& group, Mutex* m) -> Task<> {
          Lock lock = co_await m->lock();
          const auto waiter =
              group.create_task([](Mutex* mine) -> Task<> { const Lock held = co_await mine->lock(); }, m);
          co_await let_others_run();
          lock.unlock();
          EXPECT_TRUE(m->locked()) << "on its way to the waiter";
          lock = co_await m->lock();
          EXPECT_TRUE(waiter.done());
          EXPECT_TRUE(lock.held());
        },
        &mutex);
  });
}

TEST(Mutex, ACancelledWaiterLeavesTheLine) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Mutex mutex;
        co_await with_task_group(
            [](TaskGroup& group, Mutex* m, Log* l) -> Task<> {
              group.create_task(enter, m, l, "a");
              const auto b = group.create_task(enter, m, l, "b");
              group.create_task(enter, m, l, "c");
              co_await let_others_run(2);
              b.cancel();
            },
            &mutex, out);
        EXPECT_FALSE(mutex.locked());
      },
      &log);
  EXPECT_EQ(log, (Log{"a in", "a out", "c in", "c out"}));
}

TEST(Mutex, ATaskCancelledAfterItWasHandedTheLockGivesItBack) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Mutex mutex;
        co_await with_task_group(
            [](TaskGroup& group, Mutex* m, Log* l) -> Task<> {
              Lock lock = co_await m->lock();
              const auto waiter = group.create_task(enter, m, l, "waiter");
              co_await let_others_run();
              lock.unlock();
              co_await cancel_and_wait(waiter);
              EXPECT_FALSE(m->locked());
            },
            &mutex, out);
      },
      &log);
  EXPECT_EQ(log, Log{"waiter in"}) << "it has the lock, and throws at its next wait";
}

TEST(MutexDeathTest, DyingWhileItIsLockedIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 std::optional<Mutex> mutex(std::in_place);
                 const Lock lock = co_await mutex->lock();
                 mutex.reset();
               }),
               "a Mutex died while it was locked");
}

}  // namespace
}  // namespace gossamer
