#include "net/coro/future.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/drive.h"
#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

std::exception_ptr broken() { return std::make_exception_ptr(std::runtime_error("broken")); }

// A task that awaits the future and notes what it gave.
Task<> note_result(Log* log, Future<std::string> future, std::string name) {
  try {
    log->push_back(name + " got " + co_await future);
  } catch (const std::runtime_error& error) {
    log->push_back(name + " caught " + error.what());
  }
}

TEST(Future, IsPendingUntilItIsSet) {
  run_in_fake_time([]() -> Task<> {
    const Future<int> future;
    EXPECT_EQ(future.status(), FutureStatus::pending);
    EXPECT_TRUE(future.set_result(3));
    EXPECT_EQ(future.status(), FutureStatus::done);
    EXPECT_EQ(future.result(), 3);
    const int value = co_await future;
    EXPECT_EQ(value, 3) << "without a wait";
    EXPECT_FALSE(future.cancel());
  });
}

TEST(Future, IsAwaitedFromSeveralPlaces) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const Future<std::string> future;
        group.create_task(note_result, inner, future, "a");
        group.create_task(note_result, inner, future, "b");
        co_await let_others_run(2);
        EXPECT_TRUE(inner->empty());
        future.set_result("it");
      },
      &log);
  EXPECT_EQ(log, (Log{"a got it", "b got it"}));
}

TEST(Future, RethrowsTheExceptionToEachThatLooks) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const Future<std::string> future;
        group.create_task(note_result, inner, future, "a");
        group.create_task(note_result, inner, future, "b");
        co_await let_others_run(2);
        future.set_exception(broken());
        EXPECT_EQ(future.status(), FutureStatus::done);
        EXPECT_EQ(message_of([&] { future.result(); }), "broken");
        EXPECT_NE(future.exception(), nullptr);
      },
      &log);
  EXPECT_EQ(log, (Log{"a caught broken", "b caught broken"}));
}

TEST(Future, CancelledItThrowsCancelledAndTakesNoValueAnyMore) {
  run_in_fake_time([]() -> Task<> {
    const Future<int> future;
    co_await with_task_group(
        [](TaskGroup& group, Future<int> f) -> Task<> {
          const auto waiter =
              group.create_task([](Future<int> mine) -> Task<int> { co_return co_await mine; }, f);
          co_await let_others_run(2);
          EXPECT_TRUE(f.cancel());
          co_await waiter.wait();
          EXPECT_EQ(waiter.status(), TaskStatus::cancelled);
        },
        future);
    EXPECT_EQ(future.status(), FutureStatus::cancelled);
    EXPECT_FALSE(future.set_result(1)) << "the callback that comes too late";
    EXPECT_FALSE(future.set_exception(broken()));
    EXPECT_EQ(message_of([&] { future.result(); }), "cancelled");
  });
}

TEST(Future, ACancelledTaskLeavesTheFutureItWaitsForToOthers) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const Future<std::string> future;
        const auto first = group.create_task(note_result, inner, future, "first");
        group.create_task(note_result, inner, future, "second");
        co_await let_others_run(2);
        co_await cancel_and_wait(first);
        EXPECT_EQ(future.status(), FutureStatus::pending);
        future.set_result("it");
      },
      &log);
  EXPECT_EQ(log, Log{"second got it"});
}

TEST(Future, DoneCallbacksAreCalledByTheLoopWithTheFuture) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    const auto note = [&log](Future<int> future) { log.push_back(std::to_string(future.result())); };
    const Future<int> future;
    future.add_done_callback(note);
    future.add_done_callback(note);
    future.set_result(4);
    future.add_done_callback(note);
    EXPECT_TRUE(log.empty()) << "not from within set_result()";
    co_await let_others_run();
    EXPECT_EQ(log, (Log{"4", "4", "4"}));
  });
}

TEST(Future, OfMoveOnlyValuesItGivesAReference) {
  run_in_fake_time([]() -> Task<> {
    const Future<std::unique_ptr<int>> future;
    future.set_result(std::make_unique<int>(5));
    const std::unique_ptr<int>& value = co_await future;
    EXPECT_EQ(*value, 5);
  });
}

TEST(Future, AnExceptionNobodyLooksAtIsReported) {
  testing::internal::CaptureStderr();
  run_in_fake_time([]() -> Task<> {
    const Future<> future;
    future.set_exception(broken());
    co_return;
  });
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "gossamer: what a Future waited for failed and nobody looked at it: broken\n");
}

TEST(MisuseDeathTest, AFutureSetTwiceOrAskedTooEarly) {
  EventLoop loop;
  const Future<int> future(loop);
  EXPECT_DEATH(future.result(), "asked for while it is pending");
  future.set_result(1);
  EXPECT_DEATH(future.set_result(2), "a Future was set that is done already");
}

// An operation in the style of callbacks: it calls back with its answer, from the loop.
class Lookup {
 public:
  using Answer = std::move_only_function<void(std::string)>;
  void start(EventLoop& loop, std::string name, Answer answer) {
    answer_ = std::move(answer);
    name_ = std::move(name);
    loop.arm(timer_, loop.now() + 1s);
  }

 private:
  Answer answer_;
  std::string name_;
  Timer timer_{{[](void* self) {
                  auto& lookup = *static_cast<Lookup*>(self);
                  lookup.answer_("address of " + lookup.name_);
                },
                this}};
};

Future<std::string> look_up(Lookup& lookup, std::string name) {
  const Future<std::string> future;
  lookup.start(EventLoop::current(), std::move(name),
               [future](std::string answer) { future.set_result(std::move(answer)); });
  return future;
}

TEST(MixingStyles, ATaskAwaitsACallbackDrivenOperation) {
  run_in_fake_time([]() -> Task<> {
    Lookup lookup;
    const std::string address = co_await look_up(lookup, "a.example");
    EXPECT_EQ(address, "address of a.example");
  });
}

// Two look-ups one after the other, in the style of generators.
Generator<Future<std::string>, std::string, std::string> look_up_two(Lookup& lookup) {
  const auto first = co_yield look_up(lookup, "a");
  const auto second = co_yield look_up(lookup, "b");
  co_return *first + ", " + *second;
}

TEST(MixingStyles, ATaskAwaitsAGeneratorDrivenOperation) {
  run_in_fake_time([]() -> Task<> {
    Lookup lookup;
    const std::string both = co_await drive(look_up_two(lookup));
    EXPECT_EQ(both, "address of a, address of b");
  });
}

TEST(MixingStyles, WhatAFutureEndsWithIsThrownIntoTheGenerator) {
  run_in_fake_time([]() -> Task<> {
    const Future<> future;
    future.set_exception(broken());
    const std::string caught = co_await drive([](Future<> f) -> Generator<Future<>, bool, std::string> {
      try {
        co_yield std::move(f);
      } catch (const std::runtime_error& error) {
        co_return error.what();
      }
      co_return "nothing";
    }(future));
    EXPECT_EQ(caught, "broken");
  });
}

TEST(MixingStyles, ACancelledTaskUnwindsTheGeneratorItDrives) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const auto task = group.create_task(
            [](Log* l) -> Task<> {
              co_await drive([](Log* g) -> Generator<Future<>, bool> {
                struct Note {
                  Log* where;
                  ~Note() { where->push_back("unwound"); }
                } note{g};
                co_yield Future<>();
              }(l));
            },
            inner);
        co_await let_others_run(2);
        co_await cancel_and_wait(task);
      },
      &log);
  EXPECT_EQ(log, Log{"unwound"});
}

TEST(MixingStyles, ACallbackWaitsForATasksEnd) {
  Log log;
  run_group_in_fake_time(
      [](TaskGroup& group, Log* inner) -> Task<> {
        const auto task = group.create_task([]() -> Task<int> {
          co_await sleep_for(1s);
          co_return 6;
        });
        const Future<int> doubled;
        task.add_done_callback([doubled](TaskHandle<int> ended) { doubled.set_result(2 * ended.result()); });
        inner->push_back(std::to_string(co_await doubled));
      },
      &log);
  EXPECT_EQ(log, Log{"12"});
}

}  // namespace
}  // namespace gossamer
