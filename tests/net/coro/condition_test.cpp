#include "net/coro/condition.h"

#include <gtest/gtest.h>
#include <string>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

struct Shared {
  Mutex mutex;
  Condition changed;
  int value = 0;
  Log log;
};

Task<> wait_until(Shared* shared, std::string name, int least) {
  Lock lock = co_await shared->mutex.lock();
  co_await shared->changed.wait(lock, [shared, least] { return shared->value >= least; });
  EXPECT_TRUE(lock.held());
  shared->log.push_back(name + " sees " + std::to_string(shared->value));
}

Task<> set(Shared* shared, int value) {
  const Lock lock = co_await shared->mutex.lock();
  shared->value = value;
  shared->changed.notify_all();
}

TEST(Condition, WakesThoseWhosePredicateHoldsInTheOrderTheyCame) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Shared shared;
        co_await with_task_group(
            [](TaskGroup& group, Shared* s) -> Task<> {
              group.create_task(wait_until, s, "a", 2);
              group.create_task(wait_until, s, "b", 1);
              group.create_task(wait_until, s, "c", 1);
              co_await sleep_for(1s);
              co_await set(s, 1);
              co_await sleep_for(1s);
              co_await set(s, 2);
            },
            &shared);
        *out = shared.log;
      },
      &log);
  EXPECT_EQ(log, (Log{"b sees 1", "c sees 1", "a sees 2"}));
}

TEST(Condition, NotifyOneWakesTheOneThatWaitsLongest) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Shared shared;
        co_await with_task_group(
            [](TaskGroup& group, Shared* s) -> Task<> {
              for (const char* name : {"a", "b"}) {
                group.create_task(
                    [](Shared* mine, std::string me) -> Task<> {
                      Lock lock = co_await mine->mutex.lock();
                      co_await mine->changed.wait(lock);
                      mine->log.push_back(me);
                    },
                    s, std::string(name));
              }
              co_await sleep_for(1s);
              s->changed.notify_one();
              co_await sleep_for(1s);
              EXPECT_EQ(s->log, Log{"a"});
              s->changed.notify_one();
              s->changed.notify_one();  // nobody left
            },
            &shared);
        *out = shared.log;
      },
      &log);
  EXPECT_EQ(log, (Log{"a", "b"}));
}

TEST(Condition, CancelledItHoldsTheLockAgainBeforeItThrows) {
  run_in_fake_time([]() -> Task<> {
    Shared shared;
    co_await with_task_group(
        [](TaskGroup& group, Shared* s) -> Task<> {
          const auto waiter = group.create_task(
              [](Shared* mine) -> Task<> {
                Lock lock = co_await mine->mutex.lock();
                try {
                  co_await mine->changed.wait(lock);
                } catch (const Cancelled&) {
                  mine->log.push_back(lock.held() ? "held" : "not held");
                  throw;
                }
              },
              s);
          co_await let_others_run(2);
          {
            const Lock lock = co_await s->mutex.lock();
            waiter.cancel();
            co_await sleep_for(1s);
            EXPECT_FALSE(waiter.done()) << "it waits for the lock";
          }
          co_await waiter.wait();
          EXPECT_EQ(waiter.status(), TaskStatus::cancelled);
          EXPECT_FALSE(s->mutex.locked());
        },
        &shared);
    EXPECT_EQ(shared.log, Log{"held"});
  });
}

TEST(MisuseDeathTest, WaitingAtAConditionWithoutItsLock) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 Shared shared;
                 Lock lock = co_await shared.mutex.lock();
                 lock.unlock();
                 co_await shared.changed.wait(lock);
               }),
               "with a Lock that is not held");
}

}  // namespace
}  // namespace gossamer
