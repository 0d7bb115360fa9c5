// Exceptions in task groups: who is cancelled, and which one surfaces.
#include <gtest/gtest.h>
#include <stdexcept>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(TaskGroup, AChildsExceptionCancelsItsSiblingsAndTheBodyAndSurfaces) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_group_in_fake_time(
                  [](TaskGroup& group, Log* inner) -> Task<> {
                    group.create_task(sleeper, inner, "sibling", 1h);
                    group.create_task(thrower, 1s, "broken child");
                    co_await sleeper(inner, "body", 1h);
                  },
                  &log);
            }),
            "broken child");
  EXPECT_EQ(log, (Log{"sibling cancelled", "body cancelled"}));
}

TEST(TaskGroup, AChildsExceptionSurfacesAlsoWhileTheGroupIsJoined) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_group_in_fake_time(
                  [](TaskGroup& group, Log* inner) -> Task<> {
                    group.create_task(sleeper, inner, "sibling", 1h);
                    group.create_task(thrower, 1s, "broken child");
                    co_return;
                  },
                  &log);
            }),
            "broken child");
  EXPECT_EQ(log, Log{"sibling cancelled"});
}

TEST(TaskGroup, TheBodysExceptionCancelsTheChildren) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_group_in_fake_time(
                  [](TaskGroup& group, Log* inner) -> Task<> {
                    group.create_task(sleeper, inner, "child", 1h);
                    co_await let_others_run();
                    throw std::runtime_error("broken body");
                  },
                  &log);
            }),
            "broken body");
  EXPECT_EQ(log, Log{"child cancelled"});
}

TEST(TaskGroup, WhatFailedFirstSurfacesNotWhatFailedBecauseOfIt) {
  EXPECT_EQ(message_of([] {
              run_group_in_fake_time([](TaskGroup& group) -> Task<> {
                group.create_task(fails_in_its_clean_up);
                co_await let_others_run();
                throw std::runtime_error("body");
              });
            }),
            "body");
  EXPECT_EQ(message_of([] {
              run_group_in_fake_time([](TaskGroup& group) -> Task<> {
                group.create_task(thrower, 1s, "child");
                group.create_task(fails_in_its_clean_up);
                co_await fails_in_its_clean_up();
              });
            }),
            "child");
}

TEST(TaskGroup, AfterAGroupFailedTheTaskGoesOn) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        try {
          co_await with_task_group([](TaskGroup& group) -> Task<> {
            group.create_task(thrower, 0s, "broken");
            co_await sleep_for(1h);
          });
        } catch (const std::runtime_error&) {
        }
        co_await sleeper(out, "parent", 1s);
      },
      &log);
  EXPECT_EQ(log, Log{"parent slept"});
}

TEST(TaskGroup, AnExceptionPassesThroughNestedGroups) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_in_fake_time(
                  [](Log* out) -> Task<> {
                    co_await with_task_group(
                        [](TaskGroup& outer, Log* o) -> Task<> {
                          outer.create_task(sleeper, o, "outer", 1h);
                          co_await with_task_group(
                              [](TaskGroup& inner, Log* i) -> Task<> {
                                inner.create_task(sleeper, i, "inner", 1h);
                                inner.create_task(thrower, 1s, "deep");
                                co_return;
                              },
                              o);
                        },
                        out);
                  },
                  &log);
            }),
            "deep");
  EXPECT_EQ(log, (Log{"inner cancelled", "outer cancelled"}));
}

TEST(TaskGroup, AnErrorInsideAnInnerGroupCanBeHandledInTheOuterOne) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& outer, Log* o) -> Task<> {
        outer.create_task(sleeper, o, "outer", 5s);
        try {
          co_await with_task_group([](TaskGroup& inner) -> Task<> {
            inner.create_task(thrower, 1s, "deep");
            co_await sleep_for(1h);
          });
        } catch (const std::runtime_error& error) {
          o->push_back(error.what());
        }
        co_await sleeper(o, "body", 1s);
      },
      &log);
  EXPECT_EQ(log, (Log{"deep", "body slept", "outer slept"}));
}

TEST(TaskGroup, TheBodyMayHandleAChildsErrorAtItsOwnJoinAndGoOn) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        group.create_task(thrower, 1s, "broken");
        try {
          co_await group.join();
        } catch (const std::runtime_error& error) {
          inner->push_back(error.what());
        }
        group.create_task(sleeper, inner, "next", 1s);
        co_await sleeper(inner, "body", 3s);
      },
      &log);
  EXPECT_EQ(log, (Log{"broken", "next slept", "body slept"}));
}

TEST(TaskGroup, AwaitingAHandleGivesTheTasksException) {
  EXPECT_EQ(message_of([] {
              run_group_in_fake_time([](TaskGroup& group) -> Task<> {
                auto task = group.create_task(thrower, 1s, "broken");
                co_await task;
              });
            }),
            "broken");
}

}  // namespace
}  // namespace gossamer
