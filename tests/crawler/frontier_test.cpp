#include "crawler/frontier.h"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "crawler/crawl_order.h"
#include "tests/crawler/frontier_support.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(Frontier, GivesBackWhatWasEntered) {
  Frontier frontier({});
  const Frontier::Entry entered{.id = 7,
                                .host = 3,
                                .depth = 5,
                                .hops = 2,
                                .attempt = 4,
                                .url = "https://example.com/a?b",
                                .priority = 9,
                                .twins = 6,
                                .refresh = true,
                                .sitemap = true};
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

TEST(Frontier, PriorityCountsBeforeDepth) {
  Frontier frontier({});
  for (UrlId id = 1; id <= 4; ++id) {
    auto e = entry(id, static_cast<HostId>(id % 2), static_cast<std::uint16_t>(id));
    e.priority = id == 3 ? 10 : 20;
    frontier.add(e);
  }
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{3, 1, 2, 4}));
}

TEST(Frontier, PriorityOfEachOrder) {
  EXPECT_LT(priority_of(CrawlOrder::breadth, 1, 0), priority_of(CrawlOrder::breadth, 2, 100));
  EXPECT_LT(priority_of(CrawlOrder::depth, 2, 0), priority_of(CrawlOrder::depth, 1, 100));
  EXPECT_LT(priority_of(CrawlOrder::best, 9, 1), priority_of(CrawlOrder::best, 0, 0));
  EXPECT_LT(priority_of(CrawlOrder::best, 9, 0), priority_of(CrawlOrder::best, 0, -1));
  EXPECT_EQ(priority_of(CrawlOrder::best, 0, INT64_MAX), 0);
  EXPECT_EQ(priority_of(CrawlOrder::best, 0, INT64_MIN), UINT16_MAX);
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
  frontier.give_back(1, kStart, kStart);
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

}  // namespace
}  // namespace gossamer
