#include "net/coro/task_group.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "net/coro/event.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/net/coro/small_stack.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(TaskGroup, JoinsAllItsChildren) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Log* inner) -> Task<> {
              group.create_task(sleeper, inner, "long", 2s);
              group.create_task(sleeper, inner, "short", 1s);
              inner->push_back("body");
              co_return;
            },
            out);
        out->push_back("joined");
      },
      &log);
  EXPECT_EQ(log, (Log{"body", "short slept", "long slept", "joined"}));
}

TEST(TaskGroup, GivesTheValueOfItsBodyAndOfItsTasks) {
  const int value = run_in_fake_time([]() -> Task<int> {
    co_return co_await with_task_group([](TaskGroup& group) -> Task<int> {
      auto two = group.create_task([]() -> Task<int> { co_return 2; });
      auto three = group.create_task([](int v) -> Task<int> { co_return v; }, 3);
      co_return co_await two + co_await three;
    });
  });
  EXPECT_EQ(value, 5);
}

TEST(TaskGroup, CancelledFromOutsideWhileItJoinsItCancelsAndAwaitsItsChildren) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Log* o) -> Task<> {
              auto joining = group.create_task(
                  [](Log* i) -> Task<> {
                    co_await with_task_group(
                        [](TaskGroup& inner, Log* in) -> Task<> {
                          inner.create_task(
                              [](Log* l) -> Task<> {
                                try {
                                  co_await sleep_for(1h);
                                } catch (const Cancelled&) {
                                  l->push_back("clean-up");
                                  throw;
                                }
                              },
                              in);
                          co_return;
                        },
                        i);
                    i->push_back("not reached");
                  },
                  o);
              co_await let_others_run(3);
              co_await cancel_and_wait(joining);
              o->push_back("ended");
            },
            out);
      },
      &log);
  EXPECT_EQ(log, (Log{"clean-up", "ended"}));
}

TEST(TaskGroup, ItsOwnCancelEndsChildrenAndBodySilently) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Log* inner) -> Task<> {
              group.create_task(sleeper, inner, "child", 1h);
              group.create_task(
                  [](TaskGroup* mine) -> Task<> {
                    co_await sleep_for(1s);
                    mine->cancel();
                  },
                  &group);
              co_await sleeper(inner, "body", 1h);
            },
            out);
        co_await sleeper(out, "parent", 1s);
      },
      &log);
  EXPECT_EQ(log, (Log{"child cancelled", "body cancelled", "parent slept"}));
}

TEST(TaskGroup, ABodyThatCancelsItsGroupStillGivesItsValue) {
  const int value = run_in_fake_time([]() -> Task<int> {
    co_return co_await with_task_group([](TaskGroup& group) -> Task<int> {
      group.create_task([]() -> Task<> { co_await sleep_for(1h); });
      group.cancel();
      co_return 4;
    });
  });
  EXPECT_EQ(value, 4);
}

TEST(TaskGroup, ATaskStartedInACancelledGroupIsCancelledAtItsFirstWait) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Log* inner) -> Task<> {
              group.cancel();
              group.create_task(sleeper, inner, "late", 1s);
              co_return;
            },
            out);
      },
      &log);
  EXPECT_EQ(log, Log{"late cancelled"});
}

TEST(TaskGroup, TheBodyMayJoinUnderATimeoutAndGoOn) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        group.create_task(sleeper, inner, "slow", 1h);
        const auto joined = co_await with_timeout(1s, group.join());
        EXPECT_FALSE(joined);
        EXPECT_EQ(group.running(), 0U);
        group.create_task(sleeper, inner, "next", 1s);
        co_await sleeper(inner, "body", 3s);
      },
      &log);
  EXPECT_EQ(log, (Log{"slow cancelled", "next slept", "body slept"}));
}

TEST(TaskGroup, GroupsMadeByHandMayBeJoinedInAnyOrder) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        TaskContext& context = co_await current_task();
        TaskGroup first(context);
        TaskGroup second(context);
        first.create_task(sleeper, out, "first", 1s);
        second.create_task(sleeper, out, "second", 2s);
        co_await first.join();
        co_await second.join();
        co_await sleeper(out, "parent", 1s);
      },
      &log);
  EXPECT_EQ(log, (Log{"first slept", "second slept", "parent slept"}));
}

// The last child has ended and the joiner is on the ready queue when somebody else starts one more.
TEST(TaskGroup, ATaskStartedAfterTheLastEndedIsJoinedToo) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& outer, Log* o) -> Task<> {
        Event almost;
        co_await with_task_group(
            [](TaskGroup& inner, TaskGroup* around, Event* e, Log* l) -> Task<> {
              around->create_task(
                  [](TaskGroup* group, Event* when, Log* lg) -> Task<> {
                    co_await when->wait();
                    group->create_task(sleeper, lg, "late", 1s);
                  },
                  &inner, e, l);
              inner.create_task(
                  [](Event* when) -> Task<> {
                    co_await let_others_run(3);
                    when->set();  // queued before the joiner is
                  },
                  e);
              co_return;
            },
            &outer, &almost, o);
        o->push_back("joined");
      },
      &log);
  EXPECT_EQ(log, (Log{"late slept", "joined"}));
}

TEST(TaskGroup, AHandleOutlivesItsGroup) {
  run_in_fake_time([]() -> Task<> {
    auto handle = co_await with_task_group([](TaskGroup& group) -> Task<TaskHandle<int>> {
      co_return group.create_task([]() -> Task<int> { co_return 8; });
    });
    EXPECT_TRUE(handle.done());
    handle.cancel();
    const int value = co_await handle;
    EXPECT_EQ(value, 8);
  });
}

TEST(TaskGroup, TenThousandTasks) {
  int done = 0;
  run_group_in_fake_time(
      [](TaskGroup& group, int* count) -> Task<> {
        for (int i = 0; i < 10'000; ++i) {
          group.create_task(
              [](int* c, int wait) -> Task<> {
                co_await sleep_for(std::chrono::microseconds(wait));
                ++*c;
              },
              count, (i * 7919) % 1000);
        }
        co_return;
      },
      &done);
  EXPECT_EQ(done, 10'000);
}

TEST(TaskGroupDeathTest, DyingUnjoinedIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 TaskGroup group(co_await current_task());
                 group.create_task([]() -> Task<> { co_await sleep_for(1s); });
               }),
               "died before it was joined");
}

template <class Text>
concept GroupTakes = requires(Task<> (*body)(TaskGroup&, Text), Text text) { with_task_group(body, text); };
static_assert(GroupTakes<std::string> && !GroupTakes<std::string_view>);

Task<> nest_groups(int levels) {
  if (levels == 0) co_await sleep_for(1h);
  co_await with_task_group(
      [](TaskGroup& group, int inner) -> Task<> {
        group.create_task(nest_groups, inner);
        co_return;
      },
      levels - 1);
}

TEST(FlatStack, CancellingTenThousandGroupsInsideEachOther) {
  on_a_small_stack([] {
    run_in_fake_time([]() -> Task<> {
      const auto result = co_await with_timeout(1s, nest_groups(10'000));
      EXPECT_FALSE(result);
    });
  });
}

}  // namespace
}  // namespace gossamer
