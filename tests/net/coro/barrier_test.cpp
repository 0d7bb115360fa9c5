#include "net/coro/barrier.h"

#include <gtest/gtest.h>
#include <string>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Task<> work(Barrier* barrier, Log* log, int seconds) {
  for (int phase = 1; phase <= 2; ++phase) {
    co_await sleep_for(std::chrono::seconds(seconds));
    log->push_back("phase " + std::to_string(phase));
    const std::size_t place = co_await barrier->wait();
    if (place == 0) log->push_back("over " + std::to_string(phase));
  }
}

TEST(Barrier, NobodyBeginsAPhaseBeforeAllHaveEndedTheOneBefore) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Barrier barrier(3);
        co_await with_task_group(
            [](TaskGroup& group, Barrier* b, Log* l) -> Task<> {
              for (const int seconds : {1, 5, 2}) group.create_task(work, b, l, seconds);
              co_return;
            },
            &barrier, out);
        EXPECT_EQ(barrier.waiting(), 0U);
      },
      &log);
  EXPECT_EQ(log, (Log{"phase 1", "phase 1", "phase 1", "over 1", "phase 2", "phase 2", "phase 2", "over 2"}));
}

TEST(Barrier, TellsThePlaceInTheOrderOfArrival) {
  run_in_fake_time([]() -> Task<> {
    Barrier barrier(2);
    co_await with_task_group(
        [](TaskGroup& group, Barrier* b) -> Task<> {
          const auto first = group.create_task(
              [](Barrier* mine) -> Task<std::size_t> { co_return co_await mine->wait(); }, b);
          co_await let_others_run();
          const std::size_t last = co_await b->wait();
          EXPECT_EQ(last, 1U);
          const std::size_t place = co_await first;
          EXPECT_EQ(place, 0U);
        },
        &barrier);
  });
}

TEST(Barrier, OneThatIsCancelledDoesNotCount) {
  Log log;
  run_in_fake_time(
      [](Log* out) -> Task<> {
        Barrier barrier(2);
        co_await with_task_group(
            [](TaskGroup& group, Barrier* b, Log* l) -> Task<> {
              const auto pass = [](Barrier* mine, Log* note, std::string name) -> Task<> {
                co_await mine->wait();
                note->push_back(name);
              };
              const auto a = group.create_task(pass, b, l, "a");
              co_await let_others_run();
              EXPECT_EQ(b->waiting(), 1U);
              a.cancel();
              co_await a.wait();
              EXPECT_EQ(b->waiting(), 0U);
              group.create_task(pass, b, l, "b");
              co_await let_others_run();
              EXPECT_TRUE(l->empty());
              group.create_task(pass, b, l, "c");
            },
            &barrier, out);
      },
      &log);
  EXPECT_EQ(log, (Log{"c", "b"}));
}

}  // namespace
}  // namespace gossamer
