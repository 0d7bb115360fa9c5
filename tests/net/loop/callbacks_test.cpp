// The calls of the loop that give a handle: call_soon, call_later, call_at, on_readable, on_writable,
// on_signal.
#include <array>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "tests/net/loop/socket_pair.h"
#include "tests/support/each_selector.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

void write_to(const Fd& fd, std::string_view bytes) {
  ASSERT_EQ(::write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}
std::optional<char> read_byte(const Fd& fd) {
  char byte = 0;
  if (::read(fd.get(), &byte, 1) != 1) return std::nullopt;
  return byte;
}

class CallbacksTest : public EachSelectorTest {
 protected:
  // Runs the loop until it has nothing more to do for a second.
  void run_until_idle() {
    loop_.call_later(1s, [this] { loop_.stop(); });
    loop_.run_forever();
  }
  FakeClock clock_;
  EventLoop loop_{clock_.loop_options(make_selector())};
};
INSTANTIATE_WITH_EACH_SELECTOR(CallbacksTest);

TEST_P(CallbacksTest, CallSoonCanBeCancelledUntilItIsMade) {
  std::vector<int> made;
  CallHandle first = loop_.call_soon([&] { made.push_back(1); });
  CallHandle second = loop_.call_soon([&] {
    made.push_back(2);
    loop_.stop();
  });
  EXPECT_TRUE(first.active());
  first.cancel();
  EXPECT_FALSE(first.active());
  EXPECT_TRUE(second.active());
  loop_.run_forever();
  EXPECT_THAT(made, ElementsAre(2));
  EXPECT_FALSE(second.active());
  second.cancel();
}

TEST_P(CallbacksTest, CallLaterAndCallAtCallAtTheirTimeInItsOrder) {
  const TimePoint start = clock_.now();
  std::vector<std::pair<int, Duration>> made;
  const auto note = [&](int name) { made.emplace_back(name, clock_.now() - start); };
  loop_.call_later(20ms, [&] { note(2); });
  loop_.call_at(start + 10ms, [&] { note(1); });
  CallHandle cancelled = loop_.call_later(15ms, [&] { note(0); });
  const CallHandle last = loop_.call_later(30ms, [&] {
    note(3);
    loop_.stop();
  });
  cancelled.cancel();
  EXPECT_FALSE(cancelled.active());
  EXPECT_TRUE(last.active());
  loop_.run_forever();
  EXPECT_THAT(made, ElementsAre(std::pair(1, 10ms), std::pair(2, 20ms), std::pair(3, 30ms)));
  EXPECT_FALSE(last.active());
}

TEST_P(CallbacksTest, ATimeLongPastIsDueAtOnce) {
  const TimePoint start = clock_.now();
  loop_.call_at(TimePoint::min(), [&] { loop_.stop(); });
  loop_.run_forever();
  EXPECT_EQ(clock_.now(), start);
}

TEST_P(CallbacksTest, ATimedCallMayCancelOneThatIsDueWithIt) {
  bool made = false;
  std::optional<CallHandle> other;
  loop_.call_later(1ms, [&] { other->cancel(); });
  other = loop_.call_later(1ms, [&] { made = true; });
  run_until_idle();
  EXPECT_FALSE(made);
}

TEST_P(CallbacksTest, OnReadableIsLevelTriggeredAndEndsWhenCancelled) {
  const Ends ends = make_ends();
  std::string got;
  auto reading = loop_.on_readable(ends.a.get(), [&] { got += read_byte(ends.a).value_or('?'); });
  ASSERT_TRUE(reading);
  write_to(ends.b, "abc");
  run_until_idle();
  EXPECT_EQ(got, "abc") << "one byte was read at each call, and the rest reported again";
  reading->cancel();
  EXPECT_FALSE(reading->active());
  write_to(ends.b, "d");
  run_until_idle();
  EXPECT_EQ(got, "abc");
}

TEST_P(CallbacksTest, TheDirectionsOfADescriptorAreIndependent) {
  const Ends ends = make_ends();
  int writable = 0;
  std::string got;
  std::optional<CallHandle> writing;
  auto reading = loop_.on_readable(ends.a.get(), [&] { got += read_byte(ends.a).value_or('?'); });
  writing = *loop_.on_writable(ends.a.get(), [&] {
    if (++writable == 3) writing->cancel();
  });
  write_to(ends.b, "x");
  run_until_idle();
  EXPECT_EQ(writable, 3);
  EXPECT_EQ(got, "x");
  write_to(ends.b, "y");
  run_until_idle();
  EXPECT_EQ(got, "xy") << "the other direction goes on";
  reading->cancel();
}

TEST_P(CallbacksTest, ACallbackMayCancelItselfAndCloseItsDescriptor) {
  Ends ends = make_ends();
  const auto kept = std::make_shared<int>(0);
  std::optional<CallHandle> reading;
  reading = *loop_.on_readable(ends.a.get(), [&, copy = kept] {
    reading->cancel();
    ends.a.reset();
    ++*copy;  // it lives to its end
  });
  write_to(ends.b, "x");
  run_until_idle();
  EXPECT_EQ(*kept, 1);
  EXPECT_EQ(kept.use_count(), 1) << "and no longer";
}

TEST_P(CallbacksTest, ACallbackMayCancelOneThatIsReadyWithIt) {
  const Ends one = make_ends();
  const Ends two = make_ends();
  std::optional<CallHandle> handles[2];
  int made = 0;
  const auto cancel_both = [&] {
    ++made;
    for (auto& handle : handles) handle->cancel();
  };
  handles[0] = *loop_.on_readable(one.a.get(), cancel_both);
  handles[1] = *loop_.on_readable(two.a.get(), cancel_both);
  write_to(one.b, "x");
  write_to(two.b, "x");
  run_until_idle();
  EXPECT_EQ(made, 1);
}

TEST_P(CallbacksTest, ADescriptorNumberMayBeUsedAgain) {
  for (int i = 0; i < 3; ++i) {
    const Ends ends = make_ends();
    int calls = 0;
    std::optional<CallHandle> reading;
    reading = *loop_.on_readable(ends.a.get(), [&] {
      ++calls;
      reading->cancel();
    });
    write_to(ends.b, "x");
    run_until_idle();
    EXPECT_EQ(calls, 1);
  }
}

TEST_P(CallbacksTest, WhatCannotBeWatchedIsAnError) {
  const auto reading = loop_.on_readable(-1, [] {});
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().error_class, ErrorClass::io);
}

TEST_P(CallbacksTest, SignalsAreDeliveredOnTheLoopUntilCancelled) {
  int received = 0;
  std::optional<CallHandle> waiting;
  waiting = loop_.on_signal(SIGUSR1, [&] {
    EXPECT_EQ(&EventLoop::current(), &loop_);
    if (++received == 2) {
      waiting->cancel();
      loop_.stop();
    }
  });
  std::signal(SIGUSR2, SIG_IGN);
  CallHandle other = loop_.on_signal(SIGUSR2, [] {});
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  loop_.run_forever();
  EXPECT_EQ(received, 2);
  other.cancel();
  EXPECT_EQ(std::signal(SIGUSR2, SIG_DFL), SIG_IGN) << "the handler that stood before is back";
}

#ifndef NDEBUG
TEST_P(CallbacksTest, ACallThatHoldsTheLoopForLongIsReportedByItsName) {
  testing::internal::CaptureStderr();
  loop_.call_soon([&] { clock_.advance(50ms); });
  run_until_idle();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");

  for (int way = 0; way < 3; ++way) {
    const auto hold = [&] { clock_.advance(63ms); };
    testing::internal::CaptureStderr();
    if (way == 0) loop_.call_soon(hold);
    if (way == 1) loop_.call_later(1ms, hold);
    if (way == 2) loop_.post(hold);
    run_until_idle();
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                testing::AllOf(HasSubstr("stood still for 63 ms"), HasSubstr("CallbacksTest"),
                               HasSubstr("callbacks_test.cpp:")));
  }
}
#endif

class CallbacksDeathTest : public EachSelectorTest {};
INSTANTIATE_WITH_EACH_SELECTOR(CallbacksDeathTest);

TEST_P(CallbacksDeathTest, ASecondReaderOfADescriptorIsABrokenInvariant) {
  EXPECT_DEATH(
      {
        EventLoop loop(loop_options());
        const Ends ends = make_ends();
        (void)loop.on_readable(ends.a.get(), [] {});
        (void)loop.on_readable(ends.a.get(), [] {});
      },
      "has a callback for this direction already");
}

TEST_P(CallbacksDeathTest, ACallbackThatThrowsIsNamed) {
  const auto run_one = [](const std::function<void(EventLoop&)>& queue) {
    EventLoop loop;
    queue(loop);
    loop.run_forever();
  };
  const std::string line = "gossamer: a callback threw an exception: disk full .*callbacks_test.cpp:";
  const auto fails = [] { throw std::runtime_error("disk full"); };
  EXPECT_DEATH(run_one([&](EventLoop& loop) { loop.call_soon(fails); }), line);
  EXPECT_DEATH(run_one([&](EventLoop& loop) { loop.call_later(1ms, fails); }), line);
  EXPECT_DEATH(run_one([&](EventLoop& loop) { loop.post(fails); }), line);
  EXPECT_DEATH(run_one([&](EventLoop& loop) { loop.call_soon([] { throw 7; }); }),
               "one that is no std::exception .*callbacks_test.cpp:");
}

}  // namespace
}  // namespace gossamer
