// In debug builds a step of a coroutine that holds the loop for long is reported by the coroutine's name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

#ifndef NDEBUG

Task<> parse_a_large_page(FakeClock* clock) {
  co_await sleep_for(1ms);
  clock->advance(63ms);  // works that long
}

Task<> crawl(FakeClock* clock, bool at_once) {
  if (at_once) clock->advance(70ms);
  co_await parse_a_large_page(clock);
}

std::string said_by(bool at_once) {
  FakeClock clock;
  EventLoop loop(clock.loop_options());
  testing::internal::CaptureStderr();
  run(loop, crawl, &clock, at_once);
  return testing::internal::GetCapturedStderr();
}

TEST(LongStep, IsReportedByTheCoroutineThatWasResumed) {
  const std::string said = said_by(false);
  EXPECT_THAT(said, AllOf(HasSubstr("stood still for 63 ms"), HasSubstr("parse_a_large_page"),
                          HasSubstr("long_step_test.cpp:")));
  EXPECT_THAT(said, testing::Not(HasSubstr("crawl(")));
}

TEST(LongStep, IsReportedByTheFirstCoroutineOfATask) {
  EXPECT_THAT(said_by(true), AllOf(HasSubstr("stood still for 70 ms"), HasSubstr("crawl(")));
}

#endif

}  // namespace
}  // namespace gossamer
