#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(FakeClock, JumpsToTheNextDeadlineInsteadOfWaiting) {
  FakeClock clock;
  EventLoop loop(clock.loop_options());
  const TimePoint start = clock.now();
  Timer timer({[](void* argument) { static_cast<EventLoop*>(argument)->stop(); }, &loop});
  loop.arm(timer, start + 365 * 24h);

  const TimePoint real_start = Clock::steady().now();
  loop.run_forever();

  EXPECT_EQ(clock.now() - start, 365 * 24h);
  EXPECT_LT(Clock::steady().now() - real_start, 1h);
}

TEST(FakeClock, StandsStillWhileThereIsWorkToDo) {
  FakeClock clock;
  EventLoop loop(clock.loop_options());
  const TimePoint start = clock.now();
  bool fired = false;
  Timer timer({[](void* argument) { *static_cast<bool*>(argument) = true; }, &fired});
  loop.arm(timer, start + 1s);
  struct Countdown {
    EventLoop& loop;
    int left;
    void step() {
      if (--left == 0) return loop.stop();
      loop.call_soon(ReadyCall{[](void* self) { static_cast<Countdown*>(self)->step(); }, this});
    }
  } countdown{loop, 1000};
  loop.call_soon([&] { countdown.step(); });

  loop.run_forever();

  EXPECT_FALSE(fired);
  EXPECT_EQ(clock.now(), start);
  loop.disarm(timer);
}

TEST(FakeClock, WithoutTimersWaitsForAPostFromAnotherThread) {
  FakeClock clock;
  EventLoop loop(clock.loop_options());
  std::thread poster([&] { loop.post([&] { loop.stop(); }); });
  loop.run_forever();
  poster.join();
}

}  // namespace
}  // namespace gossamer
