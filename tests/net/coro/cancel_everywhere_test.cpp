// A script that uses all of the runtime is cancelled at each of its suspension points in turn: whichever it
// is, everything ends, nothing is lost or held, and what is shared can be used again. Under AddressSanitizer
// it also shows that nothing leaks and that no coroutine is resumed twice.
#include <atomic>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "net/coro/async_generator.h"
#include "net/coro/async_with.h"
#include "net/coro/barrier.h"
#include "net/coro/condition.h"
#include "net/coro/drive.h"
#include "net/coro/executor.h"
#include "net/coro/loop_thread.h"
#include "net/coro/select.h"
#include "net/coro/semaphore.h"
#include "net/coro/thread_channel.h"
#include "net/coro/wait.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// Where the script has work done that blocks.
struct Elsewhere {
  Executor executor{1};
  LoopThread loop_thread;
};

// What the script and the tasks beside it share.
struct World {
  explicit World(Elsewhere& threads) : elsewhere(threads) {}

  Elsewhere& elsewhere;
  TaskGroup* group = nullptr;
  std::string at = "its start";  // what the script waits for
  Duration took{};               // until it came to its last wait
  Channel<int> out{1};
  Channel<int> in{1};
  int sent = 0;
  int received = 0;
  ThreadChannel<int> out_across{1};
  ThreadChannel<int> in_across{1};
  int under_way_across = 0;  // in both
  Event event;
  Semaphore permits{1};
  Mutex mutex;
  Condition changed;
  Barrier barrier{2};
  Future<int> answer;
  std::atomic<bool> may_end_blocking = false;
  int opened = 0;
  int closed = 0;
};

struct Resource {
  World& world;
  Task<> close() {
    co_await sleep_for(1ns);
    ++world.closed;
  }
};

Task<int> nap(int value) {
  co_await sleep_for(2ns);
  co_return value;
}

Task<> sleep_long() { co_await sleep_for(1h); }

AsyncGenerator<int> ticks() {
  for (int i = 0; i < 2; ++i) {
    co_await sleep_for(1ns);
    co_yield i;
  }
}

Task<> wait_for_each_kind(World& world) {
  world.at = "sleep";
  co_await sleep_for(2ns);
  world.at = "event";
  co_await world.event.wait();
  world.at = "semaphore";
  {
    const Permit permit = co_await world.permits.acquire();
    world.at = "sleep with a permit";
    co_await sleep_for(1ns);
  }
  world.at = "mutex";
  {
    Lock lock = co_await world.mutex.lock();
    world.at = "condition";
    co_await world.changed.wait(lock);
    world.at = "sleep with a lock";
    co_await sleep_for(1ns);
  }
  world.at = "barrier";
  co_await world.barrier.wait();
  world.at = "future";
  co_await world.answer;
  world.at = "send";
  for (int i = 0; i < 3; ++i) {
    if (co_await world.out.send(i)) ++world.sent;
  }
  world.at = "receive";
  if (co_await world.in.receive()) ++world.received;
  world.at = "select";
  Channel<int> empty(1);
  if (co_await select(empty, world.in)) ++world.received;
  world.at = "send across threads";
  for (int i = 0; i < 3; ++i) {
    if (co_await world.out_across.send(i)) ++world.under_way_across;
  }
  world.at = "receive across threads";
  if (co_await world.in_across.receive()) --world.under_way_across;
}

std::vector<Task<int>> two_naps() {
  std::vector<Task<int>> tasks;
  tasks.push_back(nap(1));
  tasks.push_back(nap(2));
  return tasks;
}

Task<> run_tasks_in_each_way(World& world) {
  world.at = "async generator";
  co_await for_each(ticks(), [](int) -> Task<> { co_await sleep_for(1ns); });
  world.at = "gather";
  co_await gather(nap(1), nap(2));
  world.at = "gather of results";
  co_await gather(return_exceptions, nap(1), nap(2));
  world.at = "wait";
  co_await wait(two_naps(), ReturnWhen::first_completed, 5ns);
  world.at = "as completed";
  co_await as_completed(two_naps(), [](TaskHandle<int>) -> Task<> { co_await sleep_for(1ns); });
  world.at = "timeout";
  [[maybe_unused]] const auto late = co_await with_timeout(2ns, sleep_long());
  world.at = "shield";
  co_await shield(nap(1));
  world.at = "group";
  co_await with_task_group([](TaskGroup& group) -> Task<> {
    group.create_task(nap, 2);
    co_await group.create_task(nap, 1);
  });
  world.at = "resource";
  ++world.opened;
  co_await async_with(Resource{world}, [](Resource&) -> Task<> { co_await sleep_for(1ns); });
  world.at = "generator-driven";
  co_await drive([](World& w) -> Generator<Future<int>, int> {
    const Future<int> later;
    w.group->create_task(nap, 3).add_done_callback(
        [later](TaskHandle<int> ended) { later.set_result(ended.exception() ? 0 : 1); });
    co_yield later;
  }(world));
}

// What blocks comes last, for it takes real time.
using LastWait = Task<> (*)(World&);
Task<> wait_for_executor(World& world) {
  world.at = "executor";
  co_await run_in_executor(world.elsewhere.executor, [&world] { world.may_end_blocking.wait(false); });
}
Task<> wait_for_loop_thread(World& world) {
  world.at = "call to another loop";
  co_await world.elsewhere.loop_thread.call([&world]() -> Task<> {
    if (!world.may_end_blocking) co_await sleep_for(1h);
  });
}

Task<> script(World* world, TimePoint start, LastWait last) {
  co_await wait_for_each_kind(*world);
  co_await run_tasks_in_each_way(*world);
  world->took = EventLoop::current().now() - start;
  co_await last(*world);
  world->at = "its end";
}

// Lets the script pass, each time after it has waited for a while.
Task<> open_the_way(World* world) {
  Permit permit = co_await world->permits.acquire();
  std::optional<Lock> lock(co_await world->mutex.lock());
  while (true) {
    co_await sleep_for(3ns);
    if (world->at == "event") world->event.set();
    if (world->at == "semaphore") permit.release();
    if (world->at == "mutex") lock.reset();
    if (world->at == "condition") world->changed.notify_one();
    if (world->at == "barrier") co_await world->barrier.wait();
    if (world->at == "future") world->answer.set_result(1);
    if (world->at == "send" && world->out.try_receive()) --world->sent;
    if (world->at == "send across threads" && co_await world->out_across.receive()) --world->under_way_across;
    int value = 7;
    if (world->at == "receive across threads" && world->in_across.try_send(value)) ++world->under_way_across;
    if ((world->at == "receive" || world->at == "select") && world->in.try_send(value)) --world->received;
  }
}

// Cancels the script at `time` and some rounds of the loop later. Gives where it was.
Task<std::string> cancel_at(World* world, TaskHandle<> running, TimePoint time, int rounds) {
  if (time > EventLoop::current().now()) co_await sleep_until(time);
  co_await let_others_run(rounds);
  running.cancel();
  const std::string at = world->at;
  world->may_end_blocking = true;
  world->may_end_blocking.notify_all();
  co_await running.wait();
  EXPECT_EQ(running.status(), TaskStatus::cancelled) << at;
  co_return at;
}

Task<std::string> cancelled_run(TaskGroup& group, World* world, LastWait last, Duration wait, int rounds) {
  world->group = &group;
  const TimePoint start = EventLoop::current().now();
  const auto running = group.create_task(script, world, start, last);
  group.create_task(open_the_way, world);
  std::string at = co_await cancel_at(world, running, start + wait, rounds);
  group.cancel();
  co_return at;
}

Task<Duration> whole_run(TaskGroup& group, World* world, LastWait last) {
  world->group = &group;
  world->may_end_blocking = true;
  const auto running = group.create_task(script, world, EventLoop::current().now(), last);
  group.create_task(open_the_way, world);
  co_await running;
  EXPECT_EQ(world->at, "its end");
  group.cancel();
  co_return world->took;
}

// After all tasks have ended.
Task<> expect_nothing_lost_or_held(World& world) {
  for (ThreadChannel<int>* channel : {&world.out_across, &world.in_across}) {
    channel->close();
    while (co_await channel->receive()) --world.under_way_across;
  }
  EXPECT_EQ(world.under_way_across, 0) << world.at;
  EXPECT_EQ(world.permits.available(), 1U) << world.at;
  EXPECT_FALSE(world.mutex.locked()) << world.at;
  EXPECT_EQ(world.barrier.waiting(), 0U) << world.at;
  EXPECT_EQ(world.opened, world.closed) << world.at;
  EXPECT_EQ(world.sent, static_cast<int>(world.out.size())) << world.at;
  EXPECT_EQ(world.received, -static_cast<int>(world.in.size())) << world.at;
}

template <class Fn, class... Args>
auto in_a_new_world(Elsewhere& elsewhere, Fn fn, Args... args) {
  return run_in_fake_time(
      [](Elsewhere* e, Fn f,
         Args... a) -> Task<typename std::invoke_result_t<Fn, TaskGroup&, World*, Args...>::value_type> {
        World world(*e);
        auto result = co_await with_task_group(f, &world, a...);
        co_await expect_nothing_lost_or_held(world);
        co_return result;
      },
      &elsewhere, fn, args...);
}

TEST(CancelEverywhere, EverySuspensionOfAScriptThatUsesEverything) {
  Elsewhere elsewhere;
  std::set<std::string> seen;
  for (const LastWait last : {wait_for_executor, wait_for_loop_thread}) {
    const Duration whole = in_a_new_world(elsewhere, whole_run, last);
    for (Duration wait{}; wait <= whole; ++wait) {
      for (int rounds = 0; rounds < 6; ++rounds)
        seen.insert(in_a_new_world(elsewhere, cancelled_run, last, wait, rounds));
    }
  }
  EXPECT_EQ(seen, (std::set<std::string>{"its start",
                                         "sleep",
                                         "event",
                                         "semaphore",
                                         "sleep with a permit",
                                         "mutex",
                                         "condition",
                                         "sleep with a lock",
                                         "barrier",
                                         "future",
                                         "send",
                                         "receive",
                                         "select",
                                         "send across threads",
                                         "receive across threads",
                                         "async generator",
                                         "gather",
                                         "gather of results",
                                         "wait",
                                         "as completed",
                                         "timeout",
                                         "shield",
                                         "group",
                                         "resource",
                                         "generator-driven",
                                         "executor",
                                         "call to another loop"}));
}

}  // namespace
}  // namespace gossamer
