#include "net/coro/task_group.h"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "net/coro/event.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

using Log = std::vector<std::string>;

// Sleeps, and notes whether it came to its end or was cancelled.
Task<> sleeper(Log* log, std::string name, Duration wait) {
  try {
    co_await sleep_for(wait);
    log->push_back(name + " slept");
  } catch (const Cancelled&) {
    log->push_back(name + " cancelled");
    throw;
  }
}

Task<> thrower(Duration wait, std::string what) {
  co_await sleep_for(wait);
  throw std::runtime_error(what);
}

// Fails, and fails again differently when it is cancelled before.
Task<> fails_in_its_clean_up() {
  try {
    co_await sleep_for(1h);
  } catch (const Cancelled&) {
    throw std::runtime_error("clean-up");
  }
}

std::string message_of(const std::function<void()>& fn) {
  try {
    fn();
  } catch (const std::exception& error) {
    return error.what();
  } catch (const Cancelled&) {
    return "cancelled";
  }
  return "nothing";
}

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

TEST(TaskGroup, AChildsExceptionCancelsItsSiblingsAndTheBodyAndSurfaces) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_in_fake_time(
                  [](Log* out) -> Task<> {
                    co_await with_task_group(
                        [](TaskGroup& group, Log* inner) -> Task<> {
                          group.create_task(sleeper, inner, "sibling", 1h);
                          group.create_task(thrower, 1s, "broken child");
                          co_await sleeper(inner, "body", 1h);
                        },
                        out);
                  },
                  &log);
            }),
            "broken child");
  EXPECT_EQ(log, (Log{"sibling cancelled", "body cancelled"}));
}

TEST(TaskGroup, AChildsExceptionSurfacesAlsoWhileTheGroupIsJoined) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_in_fake_time(
                  [](Log* out) -> Task<> {
                    co_await with_task_group(
                        [](TaskGroup& group, Log* inner) -> Task<> {
                          group.create_task(sleeper, inner, "sibling", 1h);
                          group.create_task(thrower, 1s, "broken child");
                          co_return;
                        },
                        out);
                  },
                  &log);
            }),
            "broken child");
  EXPECT_EQ(log, Log{"sibling cancelled"});
}

TEST(TaskGroup, TheBodysExceptionCancelsTheChildren) {
  Log log;
  EXPECT_EQ(message_of([&] {
              run_in_fake_time(
                  [](Log* out) -> Task<> {
                    co_await with_task_group(
                        [](TaskGroup& group, Log* inner) -> Task<> {
                          group.create_task(sleeper, inner, "child", 1h);
                          co_await let_others_run();
                          throw std::runtime_error("broken body");
                        },
                        out);
                  },
                  &log);
            }),
            "broken body");
  EXPECT_EQ(log, Log{"child cancelled"});
}

TEST(TaskGroup, WhatFailedFirstSurfacesNotWhatFailedBecauseOfIt) {
  EXPECT_EQ(message_of([] {
              run_in_fake_time([]() -> Task<> {
                co_await with_task_group([](TaskGroup& group) -> Task<> {
                  group.create_task(fails_in_its_clean_up);
                  co_await let_others_run();
                  throw std::runtime_error("body");
                });
              });
            }),
            "body");
  EXPECT_EQ(message_of([] {
              run_in_fake_time([]() -> Task<> {
                co_await with_task_group([](TaskGroup& group) -> Task<> {
                  group.create_task(thrower, 1s, "child");
                  group.create_task(fails_in_its_clean_up);
                  co_await fails_in_its_clean_up();
                });
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
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
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
            out);
      },
      &log);
  EXPECT_EQ(log, (Log{"deep", "body slept", "outer slept"}));
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
              joining.cancel();
              co_await joining.wait();
              EXPECT_EQ(joining.status(), TaskStatus::cancelled);
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
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
            [](TaskGroup& group, Log* inner) -> Task<> {
              group.create_task(sleeper, inner, "slow", 1h);
              const auto joined = co_await with_timeout(1s, group.join());
              EXPECT_FALSE(joined);
              EXPECT_EQ(group.running(), 0U);
              group.create_task(sleeper, inner, "next", 1s);
              co_await sleeper(inner, "body", 3s);
            },
            out);
      },
      &log);
  EXPECT_EQ(log, (Log{"slow cancelled", "next slept", "body slept"}));
}

TEST(TaskGroup, TheBodyMayHandleAChildsErrorAtItsOwnJoinAndGoOn) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
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
            out);
      },
      &log);
  EXPECT_EQ(log, (Log{"broken", "next slept", "body slept"}));
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
  run_in_fake_time(
      [](Log* out) -> Task<> {
        co_await with_task_group(
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
            out);
      },
      &log);
  EXPECT_EQ(log, (Log{"late slept", "joined"}));
}

TEST(TaskGroup, ArgumentsLiveAsLongAsTheTask) {
  run_in_fake_time([]() -> Task<> {
    auto shared = std::make_shared<int>(1);
    co_await with_task_group(
        [](TaskGroup& group, std::shared_ptr<int>* original) -> Task<> {
          // By reference: it is the task's own copy that is referred to.
          auto task = group.create_task(
              [](const std::shared_ptr<int>& mine, std::string_view text) -> Task<std::string> {
                co_await sleep_for(1s);
                EXPECT_EQ(mine.use_count(), 2);
                co_return std::string(text);
              },
              *original, std::string(100, 'x'));
          const std::string text = co_await task;
          EXPECT_EQ(text, std::string(100, 'x'));
          co_await let_others_run();
          EXPECT_EQ(original->use_count(), 1) << "freed at the end of the task, not of the handle";
        },
        &shared);
  });
}

TEST(TaskGroup, TheClosureOfATaskLivesAsLongAsIt) {
  run_in_fake_time([]() -> Task<> {
    auto held = std::make_shared<int>(7);
    int seen = 0;
    co_await with_task_group(
        [](TaskGroup& group, std::shared_ptr<int>* value, int* out) -> Task<> {
          group.create_task([copy = *value, out]() -> Task<> {
            co_await sleep_for(1s);
            *out = *copy;
          });
          co_return;
        },
        &held, &seen);
    EXPECT_EQ(seen, 7);
  });
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(const ThrowsWhenCopied&) { throw std::runtime_error("copy"); }
  ThrowsWhenCopied(ThrowsWhenCopied&&) = default;
};

TEST(TaskGroup, IfAnArgumentCannotBeCopiedNothingWasStarted) {
  EXPECT_EQ(message_of([] {
              run_in_fake_time([]() -> Task<> {
                co_await with_task_group([](TaskGroup& group) -> Task<> {
                  const ThrowsWhenCopied argument;
                  try {
                    group.create_task([](ThrowsWhenCopied) -> Task<> { co_return; }, argument);
                  } catch (const std::runtime_error&) {
                    EXPECT_EQ(group.running(), 0U);
                    throw;
                  }
                  co_return;
                });
              });
            }),
            "copy");
}

TEST(TaskGroup, AwaitingAHandleGivesTheTasksException) {
  EXPECT_EQ(message_of([] {
              run_in_fake_time([]() -> Task<> {
                co_await with_task_group([](TaskGroup& group) -> Task<> {
                  auto task = group.create_task(thrower, 1s, "broken");
                  co_await task;
                });
              });
            }),
            "broken");
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
  run_in_fake_time(
      [](int* out) -> Task<> {
        co_await with_task_group(
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
            out);
      },
      &done);
  EXPECT_EQ(done, 10'000);
}

// What must not compile. A task outlives the call that starts it, so it may not borrow.
template <class... Args>
constexpr bool accepts = requires(TaskGroup& group, Task<> (*fn)(std::decay_t<Args>...), Args... args) {
  group.create_task(fn, std::forward<Args>(args)...);
};
static_assert(accepts<>);
static_assert(accepts<std::string, int, std::unique_ptr<int>, std::shared_ptr<int>>);
static_assert(accepts<int*, std::reference_wrapper<int>>);
static_assert(!accepts<std::string_view>);
static_assert(!accepts<const std::string_view&>);
static_assert(!accepts<std::wstring_view>);
static_assert(!accepts<std::span<char>>);
static_assert(!accepts<std::span<const int, 4>>);
static_assert(!accepts<int, std::string_view>);

template <class Fn, class... Args>
constexpr bool callable = requires(TaskGroup& group, Fn fn, Args... args) { group.create_task(fn, args...); };
static_assert(callable<Task<> (*)(int), int>);
static_assert(!callable<Task<> (*)(int&), int>, "a reference to the caller's variable is refused");
static_assert(callable<Task<> (*)(const int&), int>, "a reference to the task's own copy is not");
static_assert(!callable<int (*)(int), int>, "not a coroutine function");
static_assert(!callable<Task<>>, "a function and its arguments, not a task");

TEST(TaskGroupDeathTest, DyingUnjoinedIsABrokenInvariant) {
  EXPECT_DEATH(run_in_fake_time([]() -> Task<> {
                 TaskGroup group(co_await current_task());
                 group.create_task([]() -> Task<> { co_await sleep_for(1s); });
               }),
               "died before it was joined");
}

}  // namespace
}  // namespace gossamer
