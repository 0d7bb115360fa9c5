#include "crawler/frontier.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using TimePoint = Frontier::TimePoint;

constexpr TimePoint kStart{1h};

Frontier::Entry entry(UrlId id, HostId host, std::uint16_t depth = 0, std::uint8_t hops = 0) {
  return {.id = id,
          .host = host,
          .depth = depth,
          .hops = hops,
          .attempt = 1,
          .url = "https://h" + std::to_string(host) + ".example/" + std::to_string(id)};
}

// Memory of this process, in bytes.
std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t pages = 0;
  statm >> total >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Every URL that can be had at `now`, each released at once by a request that took no time.
std::vector<UrlId> drain(Frontier& frontier, TimePoint now) {
  std::vector<UrlId> ids;
  while (const auto next = frontier.pop(now)) {
    ids.push_back(next->id);
    frontier.release(next->host, now, 0us);
  }
  return ids;
}

TEST(Frontier, GivesBackWhatWasEntered) {
  Frontier frontier({});
  const Frontier::Entry entered{
      .id = 7, .host = 3, .depth = 5, .hops = 2, .attempt = 4, .url = "https://example.com/a?b"};
  frontier.add(entered);
  EXPECT_EQ(frontier.pending(), 1U);
  EXPECT_EQ(frontier.pop(kStart), entered);
  EXPECT_EQ(frontier.pending(), 0U);
  EXPECT_EQ(frontier.in_flight(), 1U);
  EXPECT_EQ(frontier.pop(kStart), std::nullopt);
  frontier.release(3, kStart, 0us);
  EXPECT_EQ(frontier.in_flight(), 0U);
}

TEST(Frontier, ShallowestFirstThenFirstInFirstOutWithinAHost) {
  Frontier frontier({});
  const std::vector<Frontier::Entry> entries{entry(1, 1, 2), entry(2, 1, 1), entry(3, 1, 2),
                                             entry(4, 1, 0), entry(5, 1, 1), entry(6, 1, 9)};
  for (const auto& e : entries) frontier.add(e);
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{4, 2, 5, 1, 3, 6}));
}

TEST(Frontier, HostsOfOneDepthTakeTurns) {
  Frontier frontier({});
  for (UrlId id = 1; id <= 9; ++id)
    frontier.add(entry(id, static_cast<HostId>((id - 1) / 3)));  // 1-3, 4-6, 7-9
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{1, 4, 7, 2, 5, 8, 3, 6, 9}));
}

TEST(Frontier, HostsOfOneDepthTakeTurnsWithSeveralConnections) {
  Frontier frontier({.per_host = 3});
  for (UrlId id = 1; id <= 9; ++id) frontier.add(entry(id, static_cast<HostId>((id - 1) / 3)));
  std::vector<UrlId> ids;
  while (const auto next = frontier.pop(kStart)) ids.push_back(next->id);
  EXPECT_EQ(ids, (std::vector<UrlId>{1, 4, 7, 2, 5, 8, 3, 6, 9}));
}

TEST(Frontier, ShallowestHostFirst) {
  Frontier frontier({});
  frontier.add(entry(1, 1, 3));
  frontier.add(entry(2, 2, 1));
  frontier.add(entry(3, 3, 2));
  frontier.add(entry(4, 1, 0));  // makes host 1 the most urgent
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{4, 2, 3, 1}));
}

TEST(Frontier, ConnectionLimitHoldsUntilRelease) {
  Frontier frontier({.per_host = 2});
  for (UrlId id = 1; id <= 4; ++id) frontier.add(entry(id, 1));
  EXPECT_TRUE(frontier.pop(kStart));
  EXPECT_TRUE(frontier.pop(kStart));
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.next_ready(), std::nullopt) << "time does not stand in the way";
  frontier.release(1, kStart, 0us);
  EXPECT_TRUE(frontier.pop(kStart));
  EXPECT_FALSE(frontier.pop(kStart));
}

TEST(Frontier, RestsForTheLargestOfDelayCrawlDelayAndThrottledResponseTime) {
  struct Case {
    std::chrono::milliseconds delay, crawl_delay, response_time;
    double throttle;
    std::chrono::milliseconds rest;
  };
  for (const Case& c : {Case{0ms, 0ms, 200ms, 1.0, 200ms}, Case{0ms, 0ms, 200ms, 0.0, 0ms},
                        Case{0ms, 0ms, 200ms, 2.5, 500ms}, Case{300ms, 0ms, 200ms, 1.0, 300ms},
                        Case{300ms, 1000ms, 200ms, 1.0, 1000ms}, Case{300ms, 100ms, 2000ms, 1.0, 2000ms}}) {
    Frontier frontier({.delay = c.delay, .throttle = c.throttle});
    frontier.set_crawl_delay(1, c.crawl_delay);
    frontier.add(entry(1, 1));
    frontier.add(entry(2, 1));
    ASSERT_TRUE(frontier.pop(kStart));
    const TimePoint released = kStart + c.response_time;
    frontier.release(1, released, c.response_time);
    if (c.rest > 0ms) {
      EXPECT_FALSE(frontier.pop(released + c.rest - 1ms));
    }
    EXPECT_EQ(frontier.next_ready(), released + c.rest);
    EXPECT_TRUE(frontier.pop(released + c.rest));
  }
}

TEST(Frontier, NoRestWhereNoRequestWasSent) {
  Frontier frontier({.delay = 10s});
  frontier.add(entry(1, 1));
  frontier.add(entry(2, 1));
  ASSERT_TRUE(frontier.pop(kStart));
  frontier.release(1, kStart, std::nullopt);
  EXPECT_TRUE(frontier.pop(kStart));
}

TEST(Frontier, DelayAlsoSpacesRequestsOnSeveralConnections) {
  Frontier frontier({.per_host = 2, .delay = 1s});
  for (UrlId id = 1; id <= 3; ++id) frontier.add(entry(id, 1));
  EXPECT_TRUE(frontier.pop(kStart));
  EXPECT_FALSE(frontier.pop(kStart + 999ms));
  EXPECT_TRUE(frontier.pop(kStart + 1s));
}

TEST(Frontier, AHostIsNotForgottenWhileItRests) {
  Frontier frontier({.delay = 10s});
  frontier.add(entry(1, 1));
  ASSERT_TRUE(frontier.pop(kStart));
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.active_hosts(), 1U);
  EXPECT_EQ(frontier.next_ready(), std::nullopt) << "nothing waits";
  frontier.add(entry(2, 1));
  EXPECT_FALSE(frontier.pop(kStart + 9s));
  EXPECT_TRUE(frontier.pop(kStart + 10s));
  frontier.release(1, kStart + 10s, 0us);
  EXPECT_FALSE(frontier.pop(kStart + 20s));
  EXPECT_EQ(frontier.active_hosts(), 0U) << "memory goes by active hosts";
}

TEST(Frontier, BackOffOutlastsOtherRests) {
  Frontier frontier({.delay = 1s});
  frontier.add(entry(1, 1));
  frontier.add(entry(2, 1));
  ASSERT_TRUE(frontier.pop(kStart));
  frontier.back_off(1, kStart + 60s);
  frontier.release(1, kStart, 0us);
  frontier.back_off(1, kStart + 30s);
  EXPECT_FALSE(frontier.pop(kStart + 59s));
  EXPECT_EQ(frontier.next_ready(), kStart + 60s);
  EXPECT_TRUE(frontier.pop(kStart + 60s));
}

TEST(Frontier, RequestsBesideTheQueueTakeTheHostsTurns) {
  Frontier frontier({.delay = 1s});
  frontier.add(entry(1, 1));
  EXPECT_TRUE(frontier.take_turn(1, kStart));
  EXPECT_FALSE(frontier.take_turn(1, kStart));
  EXPECT_EQ(frontier.turn_at(1), std::nullopt) << "until a release";
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.release(1, kStart, 0us);
  EXPECT_FALSE(frontier.take_turn(1, kStart));
  EXPECT_EQ(frontier.turn_at(1), kStart + 1s);
  EXPECT_TRUE(frontier.pop(kStart + 1s));
  EXPECT_TRUE(frontier.take_turn(2, kStart + 1s)) << "a host without URLs";
}

TEST(Frontier, RefusedTurnKeepsTheHostsPlace) {
  Frontier frontier({.delay = 1s});
  for (UrlId id = 1; id <= 4; ++id) frontier.add(entry(id, static_cast<HostId>(id % 2)));
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{1, 2}));
  EXPECT_FALSE(frontier.take_turn(1, kStart)) << "it rests";
  EXPECT_EQ(drain(frontier, kStart + 1s), (std::vector<UrlId>{3, 4}));
}

TEST(Frontier, RefusedTurnsTakeNoMemory) {
  Frontier frontier({.delay = 1s});
  frontier.add(entry(1, 1));
  frontier.add(entry(2, 1));
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{1}));
  const std::size_t before = resident();
  for (int i = 0; i < 1'000'000; ++i) ASSERT_FALSE(frontier.take_turn(1, kStart));
  EXPECT_LT(resident(), before + 4'000'000);
  EXPECT_EQ(frontier.active_hosts(), 1U);
  EXPECT_EQ(drain(frontier, kStart + 1s), (std::vector<UrlId>{2}));
}

TEST(Frontier, RetriesWaitWithoutHoldingTheHost) {
  Frontier frontier({});
  frontier.add(entry(1, 1));
  frontier.add(entry(2, 1));
  auto first = frontier.pop(kStart);
  ASSERT_TRUE(first);
  frontier.release(1, kStart, 0us);
  ++first->attempt;
  frontier.add_retry(*first, kStart + 5s);
  EXPECT_EQ(frontier.pending(), 2U);
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{2}));
  EXPECT_EQ(frontier.next_ready(), kStart + 5s);
  EXPECT_FALSE(frontier.pop(kStart + 4999ms));
  EXPECT_EQ(frontier.pop(kStart + 5s), first);
  EXPECT_EQ(frontier.pending(), 0U);
}

TEST(Frontier, ABetterLinkMovesAUrlForward) {
  Frontier frontier({});
  frontier.add(entry(1, 1, 2));
  frontier.add(entry(2, 1, 5));
  frontier.add(entry(3, 1, 3));
  frontier.improve(entry(2, 1, 4));
  frontier.improve(entry(2, 1, 2));
  EXPECT_EQ(frontier.pending(), 3U);
  EXPECT_EQ(frontier.pop(kStart), entry(1, 1, 2));
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart), entry(2, 1, 2));
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{3})) << "given out once";
  EXPECT_EQ(frontier.active_hosts(), 0U);
}

TEST(Frontier, FewerHopsAtTheSameDepthAreABetterLink) {
  Frontier frontier({});
  frontier.add(entry(1, 1, 2, 3));
  frontier.improve(entry(1, 1, 2, 0));
  EXPECT_EQ(frontier.pop(kStart), entry(1, 1, 2, 0));
  frontier.release(1, kStart, 0us);
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.active_hosts(), 0U);
}

TEST(Frontier, ARetryOfAnImprovedUrlIsNotTakenForItsOldRecord) {
  Frontier frontier({});
  frontier.add(entry(1, 1, 5));
  frontier.improve(entry(1, 1, 2));
  auto taken = frontier.pop(kStart);
  ASSERT_TRUE(taken);
  frontier.release(1, kStart, 0us);
  ++taken->attempt;
  frontier.add_retry(*taken, kStart + 1s);
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.pop(kStart + 1s), taken);
}

TEST(Frontier, LongQueuesComeOutInOrderAndWhole) {
  Frontier frontier({.throttle = 0});
  std::mt19937 random(7);
  std::vector<Frontier::Entry> entries;
  for (UrlId id = 1; id <= 20'000; ++id) {
    entries.push_back(entry(id, 1));
    entries.back().url.append(random() % 5000, 'x');
    frontier.add(entries.back());
  }
  for (const auto& expected : entries) {
    ASSERT_EQ(frontier.pop(kStart), expected);
    frontier.release(1, kStart, 0us);
  }
}

// Random operations under a clock that jumps, against a model that knows for every host when it may be asked.
// Whatever happens: no host before its time or beyond its limit, every URL exactly once an attempt, and never
// a wait in vain.
class FrontierProperty : public testing::TestWithParam<int> {};

TEST_P(FrontierProperty, PolitenessAndAccountsHoldUnderRandomOperations) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const Frontier::Options options{.per_host = 1 + upto(3),
                                  .delay = std::chrono::milliseconds(upto(2) * upto(50)),
                                  .throttle = upto(3) / 2.0};
  Frontier frontier(options);
  constexpr int kHosts = 12;
  constexpr UrlId kBesideTheQueue = 0;

  struct HostModel {
    TimePoint not_before = TimePoint::min();
    std::chrono::microseconds delay{0};
    int in_flight = 0;
  };
  std::vector<HostModel> hosts(kHosts);
  for (auto& host : hosts) host.delay = options.delay;
  struct UrlModel {
    Frontier::Entry best;
    TimePoint not_before = TimePoint::min();
    bool retried = false;
  };
  std::map<UrlId, UrlModel> waiting;
  std::vector<std::pair<Frontier::Entry, TimePoint>> in_flight;
  TimePoint now = kStart;
  UrlId next_id = 1;

  const auto askable = [&](const UrlModel& url) {
    const HostModel& host = hosts[url.best.host];
    return url.not_before <= now && host.not_before <= now && host.in_flight < options.per_host;
  };

  for (int step = 0; step < 5'000; ++step) {
    do {
      const int what = upto(100);
      if (what < 30) {
        const auto added = entry(next_id++, static_cast<HostId>(upto(kHosts)),
                                 static_cast<std::uint16_t>(upto(6)), static_cast<std::uint8_t>(upto(3)));
        frontier.add(added);
        waiting[added.id].best = added;
      } else if (what < 38 && !waiting.empty()) {
        UrlModel& url = std::next(waiting.begin(), upto(static_cast<int>(waiting.size())))->second;
        if (url.retried || (url.best.depth == 0 && url.best.hops == 0)) break;
        if (url.best.depth > 0 && upto(2) == 0) {
          --url.best.depth;
        } else if (url.best.hops > 0) {
          --url.best.hops;
        } else {
          break;
        }
        frontier.improve(url.best);
      } else if (what < 65) {
        const bool possible = std::ranges::any_of(waiting, [&](const auto& w) { return askable(w.second); });
        const auto taken = frontier.pop(now);
        ASSERT_EQ(taken.has_value(), possible) << "step " << step;
        if (!taken) {
          const auto next = frontier.next_ready();
          if (next) {
            ASSERT_GT(*next, now) << "a caller would spin";
          }
          break;
        }
        const auto known = waiting.find(taken->id);
        ASSERT_NE(known, waiting.end()) << "given out twice";
        ASSERT_EQ(*taken, known->second.best);
        ASSERT_TRUE(askable(known->second));
        int shallowest = taken->depth;
        for (const auto& [id, url] : waiting) {
          if (askable(url)) shallowest = std::min<int>(shallowest, url.best.depth);
        }
        ASSERT_EQ(taken->depth, shallowest);
        HostModel& host = hosts[taken->host];
        ++host.in_flight;
        if (options.per_host > 1) host.not_before = std::max(host.not_before, now + host.delay);
        waiting.erase(known);
        in_flight.emplace_back(*taken, now);
      } else if (what < 90 && !in_flight.empty()) {
        const auto at = in_flight.begin() + upto(static_cast<int>(in_flight.size()));
        auto [done, since] = *at;
        in_flight.erase(at);
        HostModel& host = hosts[done.host];
        --host.in_flight;
        if (upto(10) == 0) {
          frontier.release(done.host, now, std::nullopt);
        } else {
          const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - since);
          frontier.release(done.host, now, took);
          const auto throttled =
              std::chrono::duration_cast<std::chrono::microseconds>(took * options.throttle);
          host.not_before = std::max(host.not_before, now + std::max(host.delay, throttled));
        }
        if (upto(5) == 0 && done.id != kBesideTheQueue) {
          ++done.attempt;
          const TimePoint again = now + std::chrono::milliseconds(upto(100));
          frontier.add_retry(done, again);
          waiting[done.id] = {.best = done, .not_before = again, .retried = true};
        }
      } else if (what < 92) {
        const auto host = static_cast<HostId>(upto(kHosts));
        const TimePoint until = now + std::chrono::milliseconds(upto(200));
        frontier.back_off(host, until);
        hosts[host].not_before = std::max(hosts[host].not_before, until);
      } else if (what < 93) {
        const auto id = static_cast<HostId>(upto(kHosts));
        HostModel& host = hosts[id];
        const bool full = host.in_flight >= options.per_host;
        const bool allowed = !full && host.not_before <= now;
        ASSERT_EQ(frontier.take_turn(id, now), allowed);
        if (allowed) {
          ++host.in_flight;
          if (options.per_host > 1) host.not_before = std::max(host.not_before, now + host.delay);
          in_flight.emplace_back(entry(kBesideTheQueue, id), now);
        } else {
          ASSERT_EQ(frontier.turn_at(id), full ? std::nullopt : std::optional(host.not_before));
        }
      } else if (what < 94) {
        const auto host = static_cast<HostId>(upto(kHosts));
        const std::chrono::milliseconds delay(upto(30));
        frontier.set_crawl_delay(host, delay);
        hosts[host].delay = std::max(options.delay, delay);
      } else {
        now += std::chrono::milliseconds(upto(30));
      }
    } while (false);
    ASSERT_EQ(frontier.pending(), waiting.size());
    ASSERT_EQ(frontier.in_flight(), in_flight.size());
  }

  // Following next_ready() alone, everything comes out.
  while (!waiting.empty() || !in_flight.empty()) {
    while (const auto taken = frontier.pop(now)) {
      ASSERT_EQ(waiting.erase(taken->id), 1U);
      in_flight.emplace_back(*taken, now);
    }
    const auto next = frontier.next_ready();
    if (!in_flight.empty()) {
      frontier.release(in_flight.back().first.host, now, 0us);
      in_flight.pop_back();
    } else {
      ASSERT_TRUE(next);
      ASSERT_GT(*next, now);
      now = *next;
    }
  }
  EXPECT_FALSE(frontier.pop(now + 1h));
  EXPECT_EQ(frontier.active_hosts(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FrontierProperty, testing::Range(1, 13));

}  // namespace
}  // namespace gossamer
