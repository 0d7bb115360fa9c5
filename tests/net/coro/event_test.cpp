#include "net/coro/event.h"

#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "net/coro/task_group.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

Task<> wait_and_note(Event* event, std::vector<int>* log, int name) {
  co_await event->wait();
  log->push_back(name);
}

TEST(Event, SetWakesAllThatWaitInTheirOrder) {
  std::vector<int> log;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Event event;
        co_await with_task_group(
            [](TaskGroup& group, Event* e, std::vector<int>* inner) -> Task<> {
              for (int i = 0; i < 3; ++i) group.create_task(wait_and_note, e, inner, i);
              co_await let_others_run(3);
              EXPECT_TRUE(inner->empty());
              e->set();
              EXPECT_TRUE(inner->empty()) << "nobody runs on the setter's stack";
            },
            &event, out);
      },
      &log);
  EXPECT_EQ(log, (std::vector{0, 1, 2}));
}

TEST(Event, WhoeverWasWokenIsNotHeldBackByAClear) {
  std::vector<int> log;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Event event;
        co_await with_task_group(
            [](TaskGroup& group, Event* e, std::vector<int>* inner) -> Task<> {
              group.create_task(wait_and_note, e, inner, 1);
              co_await let_others_run(2);
              e->set();
              e->clear();
              group.create_task(wait_and_note, e, inner, 2);
              co_await let_others_run(3);
              EXPECT_EQ(*inner, std::vector{1});
              e->set();
            },
            &event, out);
      },
      &log);
  EXPECT_EQ(log, (std::vector{1, 2}));
}

TEST(Event, ACancelledWaiterLeavesTheQueue) {
  std::vector<int> log;
  run_in_fake_time(
      [](std::vector<int>* out) -> Task<> {
        Event event;
        co_await with_task_group(
            [](TaskGroup& group, Event* e, std::vector<int>* inner) -> Task<> {
              group.create_task(wait_and_note, e, inner, 1);
              auto second = group.create_task(wait_and_note, e, inner, 2);
              group.create_task(wait_and_note, e, inner, 3);
              co_await let_others_run(2);
              second.cancel();
              e->set();
              co_await let_others_run(2);
              EXPECT_EQ(second.status(), TaskStatus::cancelled);
            },
            &event, out);
      },
      &log);
  EXPECT_EQ(log, (std::vector{1, 3}));
}

TEST(EventDeathTest, DyingUnderAWaiterIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 std::optional<Event> event(std::in_place);
                 std::vector<int> log;
                 co_await with_task_group(
                     [](TaskGroup& group, std::optional<Event>* e, std::vector<int>* inner) -> Task<> {
                       group.create_task(wait_and_note, &**e, inner, 1);
                       co_await let_others_run(2);
                       e->reset();
                     },
                     &event, &log);
               }),
               "died while a task waited");
}

}  // namespace
}  // namespace gossamer
