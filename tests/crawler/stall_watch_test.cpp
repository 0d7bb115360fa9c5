#include "crawler/stall_watch.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1h};

UrlInFlight waiting(CrawlPhase phase, TimePoint since) {
  return {.url = "http://example.com/slow",
          .phase = phase,
          .since = since,
          .begun = kStart,
          .last_byte = std::nullopt,
          .address = "192.0.2.1:80"};
}

CrawlState state_at(Duration after) {
  CrawlState state;
  state.now = kStart + after;
  state.last_settled = kStart;
  state.pending = 5;
  return state;
}

TEST(StallWatch, TellsUrlPhaseAndTimeAfterAMinute) {
  StallWatch watch;
  auto state = state_at(59s);
  state.in_flight.push_back(waiting(CrawlPhase::headers, kStart + 1s));
  auto report = watch.look(state);
  EXPECT_EQ(report.text, "");
  EXPECT_EQ(report.look_at, kStart + 60s);
  state.now = kStart + 60s;
  report = watch.look(state);
  EXPECT_EQ(report.text,
            "no URL ended and no byte came for 1m00s; 1 in flight, 5 pending:\n"
            "  headers for    59s  http://example.com/slow  192.0.2.1:80\n");
}

TEST(StallWatch, TellsOnceThatScratchFilesCannotBeUsed) {
  StallWatch watch;
  auto state = state_at(0s);
  state.scratch_error = "/tmp: No space left on device";
  EXPECT_EQ(
      watch.look(state).text,
      "scratch files cannot be used, so memory may grow beyond --memory: /tmp: No space left on device\n");
  state.now += 1s;
  EXPECT_EQ(watch.look(state).text, "");
  state.scratch_error.clear();
  EXPECT_EQ(watch.look(state).text, "");
  state.scratch_error = "/tmp: Permission denied";
  EXPECT_NE(watch.look(state).text, "");
}

TEST(StallWatch, RepeatsAtGrowingIntervals) {
  StallWatch watch;
  auto state = state_at(0s);
  state.in_flight.push_back(waiting(CrawlPhase::headers, kStart));
  std::vector<std::int64_t> minutes;
  for (int looks = 0; looks < 12; ++looks) {
    const auto report = watch.look(state);
    ASSERT_GT(report.look_at, state.now);
    if (!report.text.empty()) minutes.push_back((state.now - kStart) / 1min);
    state.now = report.look_at;
  }
  EXPECT_EQ(minutes, (std::vector<std::int64_t>{1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363}));
}

TEST(StallWatch, AByteOrAnEndedUrlIsProgress) {
  StallWatch watch;
  auto state = state_at(60s);
  state.in_flight.push_back(waiting(CrawlPhase::body, kStart));
  state.in_flight.front().last_byte = kStart + 30s;
  EXPECT_EQ(watch.look(state).look_at, kStart + 90s);
  state.now = kStart + 90s;
  state.last_settled = kStart + 40s;
  EXPECT_EQ(watch.look(state).look_at, kStart + 100s);
  state.now = kStart + 100s;
  EXPECT_NE(watch.look(state).text, "");
  state.in_flight.front().last_byte = kStart + 101s;  // it goes on: the next stall starts anew
  state.now = kStart + 102s;
  EXPECT_EQ(watch.look(state).look_at, kStart + 161s);
}

TEST(StallWatch, RestingHostsAreNoStall) {
  StallWatch watch;
  auto state = state_at(60s);
  state.hosts = 3;
  state.next = kStart + 300s;
  EXPECT_EQ(watch.look(state).text, "all 3 hosts rest; the next may be asked in 4m00s\n");
  state.now += 1s;
  EXPECT_EQ(watch.look(state).text, "");
  state.now = kStart + 290s;
  state.hosts = 1;
  EXPECT_EQ(watch.look(state).text, "the only host with URLs rests; it may be asked in 10s\n");
}

TEST(StallWatch, PausedIsSilent) {
  StallWatch watch;
  auto state = state_at(10min);
  state.mode = CrawlState::Mode::paused;
  EXPECT_EQ(watch.look(state).text, "");
  state.mode = CrawlState::Mode::running;
  state.now += 1h;
  state.paused_hosts = 2;
  EXPECT_EQ(watch.look(state).text, "5 URLs pending, at 2 paused hosts\n");
}

}  // namespace
}  // namespace gossamer
