#include "crawler/memory_budget.h"

#include <atomic>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "net/coro/loop_thread.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"

namespace gossamer {
namespace {

struct Log {
  MemoryBudget memory{100};
  std::string order;
  std::vector<std::unique_ptr<MemoryBudget::Hold>> holds;
};

Task<> take(Log* log, std::size_t bytes, char name) {
  auto hold = co_await log->memory.take(bytes);
  log->order += name;
  log->holds.push_back(std::move(hold));
}

// What is handed over reaches the loop like a call from another thread.
Task<> some_turns() {
  for (int i = 0; i < 5; ++i) co_await sleep_for(std::chrono::milliseconds(1));
}

Task<> first_come(TaskGroup& group, Log* log) {
  group.create_task(take, log, std::size_t{60}, 'a');
  group.create_task(take, log, std::size_t{60}, 'b');
  group.create_task(take, log, std::size_t{10}, 'c');
  co_await some_turns();
  EXPECT_EQ(log->order, "a") << "c would fit, but b was first";
  log->holds[0]->shrink(40);
  co_await some_turns();
  EXPECT_EQ(log->order, "ab");
  log->holds[0]->shrink(50);  // it has less
  log->holds[0].reset();
  co_await some_turns();
  EXPECT_EQ(log->order, "abc");
}

TEST(MemoryBudget, IsGivenOutFirstComeFirstServed) {
  EventLoop loop;
  Log log;
  run(loop, [](Log* l) -> Task<> { co_await with_task_group(first_come, l); }, &log);
}

Task<> more_than_all(TaskGroup& group, Log* log) {
  group.create_task(take, log, std::size_t{1000}, 'a');
  group.create_task(take, log, std::size_t{1}, 'b');
  co_await some_turns();
  EXPECT_EQ(log->order, "a");
  log->holds.clear();
  co_await some_turns();
  EXPECT_EQ(log->order, "ab");
}

TEST(MemoryBudget, WhoWantsMoreThanAllWaitsForAll) {
  EventLoop loop;
  Log log;
  run(loop, [](Log* l) -> Task<> { co_await with_task_group(more_than_all, l); }, &log);
}

Task<> cancelled(TaskGroup& group, Log* log) {
  group.create_task(take, log, std::size_t{100}, 'a');
  co_await some_turns();
  auto waits = group.create_task(take, log, std::size_t{100}, 'b');
  auto granted = group.create_task(take, log, std::size_t{100}, 'c');
  co_await some_turns();
  waits.cancel();
  co_await some_turns();
  log->holds.clear();  // c is granted, and cancelled before it wakes
  granted.cancel();
  group.create_task(take, log, std::size_t{100}, 'd');
  co_await some_turns();
  EXPECT_EQ(log->order, "ad");
}

TEST(MemoryBudget, AWaitThatIsCancelledLeavesNothingTaken) {
  EventLoop loop;
  Log log;
  run(loop, [](Log* l) -> Task<> { co_await with_task_group(cancelled, l); }, &log);
}

Task<> take_often(MemoryBudget* memory, std::atomic<std::size_t>* taken) {
  for (std::size_t i = 1; i <= 300; ++i) {
    const std::size_t bytes = i % 100 + 1;
    const auto hold = co_await memory->take(bytes);
    EXPECT_LE(taken->fetch_add(bytes) + bytes, 100U);
    co_await sleep_for(std::chrono::milliseconds(0));
    taken->fetch_sub(bytes);
  }
}

TEST(MemoryBudget, IsNeverExceededByTheWorkersTogether) {
  struct Workers {
    MemoryBudget memory{100};
    std::atomic<std::size_t> taken = 0;
    LoopThread first;
    LoopThread second;
  };
  const auto there = [](Workers* w, LoopThread* thread) -> Task<> {
    co_await thread->call([w] { return take_often(&w->memory, &w->taken); });
  };
  const auto all = [there](TaskGroup& group, Workers* w) -> Task<> {
    group.create_task(there, w, &w->first);
    group.create_task(there, w, &w->second);
    co_await take_often(&w->memory, &w->taken);
  };
  EventLoop loop;
  Workers workers;
  run(loop, [all](Workers* w) -> Task<> { co_await with_task_group(all, w); }, &workers);
  EXPECT_EQ(workers.taken, 0U);
}

}  // namespace
}  // namespace gossamer
