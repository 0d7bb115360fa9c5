#include "net/loop/event_loop.h"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tests/support/each_selector.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

class EventLoopTest : public EachSelectorTest {};
INSTANTIATE_WITH_EACH_SELECTOR(EventLoopTest);

TEST_P(EventLoopTest, CallsInTheOrderTheyWereQueued) {
  EventLoop loop(loop_options());
  std::vector<int> order;
  struct Note {
    std::vector<int>& order;
    int name;
    static void call(void* self) {
      const auto& note = *static_cast<Note*>(self);
      note.order.push_back(note.name);
    }
  } second{order, 2};
  loop.call_soon([&] { order.push_back(1); });
  loop.call_soon(ReadyCall{&Note::call, &second});
  loop.call_soon([&] { order.push_back(3); });
  loop.post([&] {
    order.push_back(4);
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(order, (std::vector{1, 2, 3, 4}));
}

TEST_P(EventLoopTest, CallsThatBringEachOtherDoNotStarveTimers) {
  FakeClock clock;
  EventLoop loop(clock.loop_options(make_selector()));
  bool fired = false;
  Timer timer({[](void* argument) { *static_cast<bool*>(argument) = true; }, &fired});
  loop.arm(timer, clock.now());
  struct Chain {
    EventLoop& loop;
    const bool& fired;
    int rounds = 0;
    void step() {
      ++rounds;
      if (fired || rounds > 1000) return loop.stop();
      loop.call_soon([this] { step(); });
    }
  } chain{loop, fired};
  loop.call_soon([&] { chain.step(); });
  loop.run_forever();
  EXPECT_TRUE(fired);
  EXPECT_LE(chain.rounds, 65);
}

TEST_P(EventLoopTest, StopEndsTheRoundAndKeepsWhatIsQueuedForTheNextRun) {
  EventLoop loop(loop_options());
  std::vector<int> order;
  loop.call_soon([&] {
    loop.stop();
    loop.call_soon([&] {
      order.push_back(3);
      loop.stop();
    });
    order.push_back(1);
  });
  loop.call_soon([&] { order.push_back(2); });
  loop.run_forever();
  EXPECT_EQ(order, (std::vector{1, 2}));
  loop.run_forever();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST_P(EventLoopTest, ALoopThatDiesDestroysTheCallbacksItStillOwns) {
  auto called = std::make_shared<bool>(false);
  {
    EventLoop loop(loop_options());
    loop.call_soon([called] { *called = true; });
    loop.post([called] { *called = true; });
    EXPECT_EQ(called.use_count(), 3);
  }
  EXPECT_EQ(called.use_count(), 1);
  EXPECT_FALSE(*called);
}

TEST_P(EventLoopTest, ArmedWithNoDeadlineATimerForgetsTheOneItHad) {
  FakeClock clock;
  EventLoop loop(clock.loop_options(make_selector()));
  bool fired = false;
  Timer timer({[](void* argument) { *static_cast<bool*>(argument) = true; }, &fired});
  Timer end({[](void* argument) { static_cast<EventLoop*>(argument)->stop(); }, &loop});
  loop.arm(timer, clock.now() + 1s);
  loop.arm(timer, kNoDeadline);
  EXPECT_FALSE(timer.armed());
  loop.arm(end, clock.now() + 2s);
  loop.run_forever();
  EXPECT_FALSE(fired);
}

TEST_P(EventLoopTest, ATimerFiresAtItsDeadlineNeverBefore) {
  FakeClock clock;
  EventLoop loop(clock.loop_options(make_selector()));
  struct Context {
    EventLoop& loop;
    TimePoint fired{};
  } context{loop};
  Timer timer({[](void* argument) {
                 auto& c = *static_cast<Context*>(argument);
                 c.fired = c.loop.now();
                 c.loop.stop();
               },
               &context});
  const TimePoint deadline = clock.now() + 1234567ns;
  loop.arm(timer, deadline);
  loop.run_forever();
  EXPECT_EQ(context.fired, deadline);
}

TEST_P(EventLoopTest, CurrentIsTheLoopThatRunsAlsoInsideAnother) {
  EventLoop outer(loop_options());
  EventLoop inner(loop_options());
  std::vector<EventLoop*> seen;
  outer.call_soon([&] {
    seen.push_back(&EventLoop::current());
    inner.call_soon([&] {
      seen.push_back(&EventLoop::current());
      inner.stop();
    });
    inner.run_forever();
    seen.push_back(&EventLoop::current());
    outer.stop();
  });
  outer.run_forever();
  EXPECT_EQ(seen, (std::vector{&outer, &inner, &outer}));
}

using EventLoopDeathTest = testing::Test;

TEST(EventLoopDeathTest, RunInsideItselfIsABrokenInvariant) {
  EXPECT_DEATH(
      {
        EventLoop loop;
        loop.call_soon([&] { loop.run_forever(); });
        loop.run_forever();
      },
      "called from within the same loop");
}

TEST(EventLoopDeathTest, CurrentOutsideARunningLoopIsABrokenInvariant) {
  EXPECT_DEATH(EventLoop::current(), "outside a running loop");
}

TEST(EventLoopDeathTest, ACallbackThatThrowsEndsTheProcess) {
  EXPECT_DEATH(
      {
        EventLoop loop;
        loop.call_soon([] { throw std::runtime_error("from a callback"); });
        loop.run_forever();
      },
      "from a callback");
}

}  // namespace
}  // namespace gossamer
