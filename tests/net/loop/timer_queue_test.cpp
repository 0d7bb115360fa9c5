#include "net/loop/timer_queue.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{std::chrono::hours(1)};

// Notes that it was called in `log`.
struct Entry {
  Entry(std::vector<int>& log_in, int name_in) : log(log_in), name(name_in) {}
  std::vector<int>& log;
  int name;
  Timer timer{{[](void* self) {
                 auto& entry = *static_cast<Entry*>(self);
                 entry.log.push_back(entry.name);
               },
               this}};
};

void fire_due(TimerQueue& queue, TimePoint now) {
  const auto mark = queue.mark();
  while (auto call = queue.pop_due(now, mark)) call->function(call->argument);
}

TEST(TimerQueue, FiresByDeadlineNotByOrderOfArming) {
  TimerQueue queue;
  std::vector<int> log;
  Entry late(log, 3), early(log, 1), middle(log, 2);
  queue.arm(late.timer, kStart + 3s);
  queue.arm(early.timer, kStart + 1s);
  queue.arm(middle.timer, kStart + 2s);
  EXPECT_EQ(queue.next_deadline(), kStart + 1s);
  fire_due(queue, kStart + 2s);
  EXPECT_EQ(log, (std::vector{1, 2}));
  fire_due(queue, kStart + 3s);
  EXPECT_EQ(log, (std::vector{1, 2, 3}));
  EXPECT_TRUE(queue.empty());
}

TEST(TimerQueue, EqualDeadlinesFireInTheOrderTheyWereArmed) {
  TimerQueue queue;
  std::vector<int> log;
  std::vector<std::unique_ptr<Entry>> entries;
  for (int i = 0; i < 100; ++i) {
    entries.push_back(std::make_unique<Entry>(log, i));
    queue.arm(entries.back()->timer, kStart);
  }
  fire_due(queue, kStart);
  ASSERT_EQ(log.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(log[static_cast<std::size_t>(i)], i);
}

TEST(TimerQueue, NothingFiresBeforeItsDeadline) {
  TimerQueue queue;
  std::vector<int> log;
  Entry entry(log, 1);
  queue.arm(entry.timer, kStart);
  fire_due(queue, kStart - 1ns);
  EXPECT_TRUE(log.empty());
  fire_due(queue, kStart);
  EXPECT_EQ(log, std::vector{1});
}

TEST(TimerQueue, RearmingForgetsTheFormerDeadline) {
  TimerQueue queue;
  std::vector<int> log;
  Entry later(log, 1), sooner(log, 2);
  queue.arm(later.timer, kStart + 1s);
  queue.arm(sooner.timer, kStart + 9s);
  queue.arm(later.timer, kStart + 5s);
  queue.arm(sooner.timer, kStart + 2s);
  fire_due(queue, kStart + 2s);
  EXPECT_EQ(log, std::vector{2});
  fire_due(queue, kStart + 9s);
  EXPECT_EQ(log, (std::vector{2, 1}));
}

TEST(TimerQueue, DisarmedTimersDoNotFireAndMayBeDisarmedAgain) {
  TimerQueue queue;
  std::vector<int> log;
  Entry entry(log, 1);
  queue.arm(entry.timer, kStart);
  queue.disarm(entry.timer);
  queue.disarm(entry.timer);
  EXPECT_FALSE(entry.timer.armed());
  fire_due(queue, kStart + 1h);
  EXPECT_TRUE(log.empty());
}

TEST(TimerQueue, ATimerMayDisarmOneThatIsDueWithIt) {
  TimerQueue queue;
  std::vector<int> log;
  Entry victim(log, 1);
  struct Context {
    TimerQueue& queue;
    Timer& victim;
  } context{queue, victim.timer};
  Timer killer({[](void* argument) {
                  auto& c = *static_cast<Context*>(argument);
                  c.queue.disarm(c.victim);
                },
                &context});
  queue.arm(killer, kStart);
  queue.arm(victim.timer, kStart);
  fire_due(queue, kStart);
  EXPECT_TRUE(log.empty());
}

TEST(TimerQueue, ArmedAfterTheMarkWaitsForTheNextRound) {
  TimerQueue queue;
  struct Again {
    TimerQueue& queue;
    int fired = 0;
    Timer timer{{[](void* self) {
                   auto& again = *static_cast<Again*>(self);
                   ++again.fired;
                   again.queue.arm(again.timer, kStart);  // due at once
                 },
                 this}};
  } again{queue};
  queue.arm(again.timer, kStart);
  fire_due(queue, kStart);
  EXPECT_EQ(again.fired, 1);
  fire_due(queue, kStart);
  EXPECT_EQ(again.fired, 2);
  queue.disarm(again.timer);
}

// 100,000 random operations do the same as to a std::multimap, which keeps equal keys in order of insertion.
TEST(TimerQueue, DoesAsAMultimapDoes) {
  constexpr std::size_t kTimers = 500;
  std::mt19937 random(7);
  TimerQueue queue;
  std::vector<int> log;
  std::vector<int> expected;
  std::vector<std::unique_ptr<Entry>> entries;
  using Model = std::multimap<TimePoint, int>;
  Model model;
  std::vector<Model::iterator> places(kTimers, model.end());
  for (std::size_t i = 0; i < kTimers; ++i)
    entries.push_back(std::make_unique<Entry>(log, static_cast<int>(i)));
  TimePoint now = kStart;

  for (int step = 0; step < 100'000; ++step) {
    const std::size_t i = random() % kTimers;
    switch (random() % 8) {
      case 0:  // time passes
        now += Duration(random() % 200);
        fire_due(queue, now);
        while (!model.empty() && model.begin()->first <= now) {
          const int name = model.begin()->second;
          expected.push_back(name);
          places[static_cast<std::size_t>(name)] = model.end();
          model.erase(model.begin());
        }
        ASSERT_EQ(log, expected) << "at step " << step;
        log.clear();
        expected.clear();
        break;
      case 1:
      case 2:
        queue.disarm(entries[i]->timer);
        if (places[i] != model.end()) model.erase(std::exchange(places[i], model.end()));
        break;
      default: {
        const TimePoint deadline = now + Duration(random() % 1000);
        queue.arm(entries[i]->timer, deadline);
        if (places[i] != model.end()) model.erase(places[i]);
        places[i] = model.emplace(deadline, static_cast<int>(i));
      }
    }
    ASSERT_EQ(entries[i]->timer.armed(), places[i] != model.end());
    ASSERT_EQ(queue.empty(), model.empty());
    if (!model.empty()) ASSERT_EQ(queue.next_deadline(), model.begin()->first);
  }
  for (auto& entry : entries) queue.disarm(entry->timer);
}

}  // namespace
}  // namespace gossamer
