#include "crawler/crawl_state.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

CrawlState busy() {
  CrawlState state;
  state.now = TimePoint(1h);
  state.elapsed = 65s;
  state.discovered = 5678;
  state.done = 1200;
  state.failed = 30;
  state.filtered = 4;
  state.pending = 4444;
  state.pages = 1190;
  state.bytes = 4'560'000;
  state.pages_per_second = 18.46;
  state.memory = {{"frontier", 12'300'000}, {"URLs", 64'000}};
  state.hosts = 3;
  state.resting_hosts = 1;
  state.paused_hosts = 1;
  state.capped_delays = 1;
  state.memory_used = 150'000'000;
  state.memory_budget = 256 << 20;
  state.top_hosts = {
      {.origin = "https://a.example", .pending = 4000, .in_flight = 1, .rests_until = state.now - 1s},
      {.origin = "https://b.example", .pending = 400, .paused = true, .rests_until = state.now + 12s}};
  state.in_flight = {{.url = "https://a.example/" + std::string(200, 'x'),
                      .phase = CrawlPhase::body,
                      .since = state.now - 12s,
                      .begun = state.now - 20s,
                      .last_byte = state.now - 12s,
                      .address = "192.0.2.1:443",
                      .received = 12'300},
                     {.url = "https://c.example/", .since = state.now, .begun = state.now, .last_byte = {}}};
  return state;
}

TEST(CrawlState, IsShownInAFewLines) {
  EXPECT_EQ(
      format_state(busy()),
      "running for 1m05s: 5,678 discovered, 1,200 done (1,190 pages), 30 failed, 4 filtered, 4,444 pending; "
      "18.5 pages/s, 4.56 MB\n"
      "memory: 150 MB in use, --memory 256M; frontier 12.3 MB, URLs 64.0 kB\n"
      "hosts: 3 with URLs, 1 resting, 1 paused\n"
      "crawl-delay: 1 host asked for more than the 5m00s that are kept; `gossamer stats --hosts` names the "
      "delays\n"
      "  https://a.example                             4,000 pending, 1 in flight\n"
      "  https://b.example                               400 pending, paused, rests 12s more\n"
      "in flight: 2\n"
      "  body    for    12s  https://a.example/" +
          std::string(79, 'x') +
          "...  192.0.2.1:443  12.3 kB\n"
          "  turn    for   0.0s  https://c.example/\n");
}

TEST(CrawlState, TellsHowLongItIsPaused) {
  CrawlState state = busy();
  state.mode = CrawlState::Mode::paused;
  state.paused_since = state.now - 5s;
  EXPECT_TRUE(format_state(state).starts_with("paused for 5.0s: ")) << format_state(state);
  EXPECT_NE(state_json(state).find("\"paused_for\":5.0"), std::string::npos);
  EXPECT_NE(state_json(state).find("\"elapsed\":65.0"), std::string::npos);
}

TEST(CrawlState, TheNumberOfLinesIsBounded) {
  CrawlState state = busy();
  state.in_flight.resize(1000, state.in_flight.back());
  const std::string text = format_state(state, 20);
  EXPECT_TRUE(text.ends_with("  and 980 more\n")) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 7 + 20 + 1);
}

TEST(CrawlState, AsJsonItIsOneObject) {
  const auto json = nlohmann::json::parse(state_json(busy()));
  EXPECT_EQ(json["state"], "running");
  EXPECT_EQ(json["hosts"]["top"][1]["rests_for"], 12.0);
  EXPECT_EQ(json["memory"]["frontier"], 12'300'000);
  EXPECT_EQ(json["in_flight"][0]["waits_for"], "body");
  EXPECT_EQ(json["in_flight"][0]["for"], 12.0);
  EXPECT_EQ(json["in_flight"][0]["in_flight_for"], 20.0);
  EXPECT_EQ(json["in_flight"][1]["address"], nullptr);
  EXPECT_EQ(json["next_in"], nullptr);
}

TEST(CrawlState, AFetchWaitsForWhatItsProgressSays) {
  FetchProgress progress;
  EXPECT_EQ(phase_of(progress), CrawlPhase::turn);
  progress.phase = Phase::send;
  EXPECT_EQ(phase_of(progress), CrawlPhase::sending);
  progress.phase = Phase::body;
  EXPECT_EQ(phase_of(progress), CrawlPhase::body);
  progress.held = true;
  EXPECT_EQ(phase_of(progress), CrawlPhase::memory);
}

}  // namespace
}  // namespace gossamer
