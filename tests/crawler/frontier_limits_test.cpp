// Limits beside those of a host: addresses, the rate, page budgets, pauses.

#include <gtest/gtest.h>

#include "crawler/frontier.h"
#include "tests/crawler/frontier_support.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

const IpAddress kAddress = *IpAddress::parse("192.0.2.1");
const IpAddress kOther = *IpAddress::parse("2001:db8::1");

// URL n belongs to host n; all hosts are at one address.
void add_hosts_at(Frontier& frontier, const IpAddress& address, HostId first, HostId last) {
  for (HostId host = first; host <= last; ++host) {
    frontier.set_address(host, address, kStart);
    frontier.add(entry(host, host));
  }
}

TEST(FrontierAddress, HostsOfOneAddressShareItsConnections) {
  Frontier frontier({.throttle = 0, .per_ip = 2});
  add_hosts_at(frontier, kAddress, 1, 4);
  frontier.add(entry(5, 5));
  EXPECT_EQ(frontier.pop(kStart)->id, 1U);
  EXPECT_EQ(frontier.pop(kStart)->id, 2U);
  EXPECT_EQ(frontier.pop(kStart)->id, 5U) << "a host whose address is not known is not limited";
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.next_ready(), std::nullopt) << "a release comes first";
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 3U);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.release(5, kStart, 0us);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.release(2, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 4U);
}

TEST(FrontierAddress, RestsBetweenTwoRequestsWhateverTheHost) {
  for (const int per_ip : {0, 1, 2}) {
    Frontier frontier({.throttle = 0, .per_ip = per_ip, .ip_delay = 1s});
    add_hosts_at(frontier, kAddress, 1, 3);
    TimePoint now = kStart;
    for (UrlId id = 1; id <= 3; ++id) {
      const auto next = frontier.pop(now);
      ASSERT_TRUE(next);
      EXPECT_EQ(next->id, id);
      frontier.release(next->host, now, 0us);
      EXPECT_FALSE(frontier.pop(now + 999ms));
      if (id == 3) break;
      EXPECT_EQ(frontier.next_ready(), now + 1s);
      now += 1s;
    }
  }
}

TEST(FrontierAddress, TheMostUrgentOfTheWaitingHostsComesNext) {
  Frontier frontier({.throttle = 0, .per_ip = 1});
  add_hosts_at(frontier, kAddress, 1, 3);
  EXPECT_EQ(frontier.pop(kStart)->id, 1U);
  EXPECT_FALSE(frontier.pop(kStart));
  for (HostId host = 4; host <= 6; ++host) frontier.set_address(host, kAddress, kStart);
  frontier.add(entry(4, 4, 7));
  auto urgent = entry(30, 3);
  urgent.priority = 0;
  auto less = entry(20, 2, 5);
  frontier.improve([&] {
    auto better = entry(3, 3);
    better.priority = 0;
    return better;
  }());
  frontier.add(less);
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 2U);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.release(2, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 3U);
  frontier.release(3, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 20U);
  frontier.release(2, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 4U);
}

TEST(FrontierAddress, AHostThatLeavesDoesNotLeaveTheOthersBehind) {
  Frontier frontier({.throttle = 0, .per_ip = 1});
  add_hosts_at(frontier, kAddress, 1, 3);
  EXPECT_EQ(frontier.pop(kStart)->id, 1U);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.release(1, kStart, 0us);  // host 2 stands for the address now
  frontier.pause_host(2);
  EXPECT_EQ(frontier.pop(kStart)->id, 3U);
  frontier.resume_host(2);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.set_address(2, kOther, kStart);
  EXPECT_EQ(frontier.pop(kStart)->id, 2U);
}

TEST(FrontierRate, ATurnInWhichNobodyWasAskedCostsNoTime) {
  Frontier frontier({.per_host = 4, .delay = 2s, .throttle = 0, .ip_delay = 3s, .rate = 0.1});
  add_hosts_at(frontier, kAddress, 1, 1);
  for (UrlId id = 2; id <= 4; ++id) frontier.add(entry(id, 1));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(frontier.pop(kStart));
    EXPECT_FALSE(frontier.pop(kStart)) << "while it may yet be used";
    frontier.give_back(1, kStart, kStart);
  }
  EXPECT_TRUE(frontier.pop(kStart));
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.next_ready(), kStart + 10s) << "the rate, after a request";
}

TEST(FrontierRate, ATurnGivenBackLateTakesNothingFromThoseAfterIt) {
  Frontier frontier({.per_host = 4, .throttle = 0, .rate = 1});
  for (UrlId id = 1; id <= 4; ++id) frontier.add(entry(id, 1));
  ASSERT_TRUE(frontier.pop(kStart));
  ASSERT_TRUE(frontier.pop(kStart + 1s));
  frontier.give_back(1, kStart, kStart + 1s);
  EXPECT_FALSE(frontier.pop(kStart + 1s));
  EXPECT_TRUE(frontier.pop(kStart + 2s));
}

TEST(FrontierAddress, ARequestThatMeetsAFullAddressIsGivenBack) {
  Frontier frontier({.throttle = 0, .per_ip = 1});
  add_hosts_at(frontier, kAddress, 1, 1);
  frontier.add(entry(2, 2));
  EXPECT_EQ(frontier.pop(kStart)->id, 1U);
  const auto second = frontier.pop(kStart);
  ASSERT_TRUE(second);
  EXPECT_FALSE(frontier.set_address(2, kAddress, kStart)) << "host 1 is being asked there";
  frontier.give_back(2, kStart, kStart);
  frontier.add_retry(*second, kStart);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.pop(kStart)->id, 2U);
}

TEST(FrontierAddress, TurnsBesideTheQueueKeepToIt) {
  Frontier frontier({.throttle = 0, .per_ip = 1, .ip_delay = 2s});
  add_hosts_at(frontier, kAddress, 1, 1);
  frontier.set_address(2, kAddress, kStart);
  EXPECT_TRUE(frontier.take_turn(2, kStart));
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.turn_at(1), std::nullopt);
  frontier.release(2, kStart, 0us);
  EXPECT_FALSE(frontier.take_turn(1, kStart + 1s));
  EXPECT_EQ(frontier.turn_at(1), kStart + 2s);
  EXPECT_TRUE(frontier.pop(kStart + 2s));
}

TEST(FrontierRate, NeverMoreThanTheRateInAnySecond) {
  for (const double rate : {0.5, 1.0, 3.0, 7.0, 1000.0}) {
    Frontier frontier({.per_host = 100, .throttle = 0, .rate = rate});
    for (UrlId id = 1; id <= 200; ++id) frontier.add(entry(id, static_cast<HostId>(id % 10)));
    std::vector<TimePoint> given;
    TimePoint now = kStart;
    for (int i = 0; i < 200; ++i) {
      if (i % 3 == 0) {
        EXPECT_TRUE(frontier.take_turn(77, now));
        frontier.release(77, now, 0us);
      } else {
        ASSERT_TRUE(frontier.pop(now));
      }
      given.push_back(now);
      EXPECT_FALSE(frontier.pop(now));
      EXPECT_FALSE(frontier.take_turn(78, now));
      const auto next = frontier.next_ready();
      ASSERT_TRUE(next);
      EXPECT_EQ(frontier.turn_at(78), next);
      EXPECT_FALSE(frontier.pop(*next - 1ns));
      now = *next;
    }
    for (std::size_t i = 1; i < given.size(); ++i) {
      const double seconds = std::chrono::duration<double>(given[i] - given[i - 1]).count();
      EXPECT_NEAR(seconds, 1 / rate, 1e-9);
    }
    const auto burst = static_cast<std::size_t>(std::max(rate, 1.0));
    for (std::size_t i = burst; i < given.size(); ++i) EXPECT_GE(given[i] - given[i - burst], 1s);
  }
}

TEST(FrontierPages, AHostThatHadItsPagesKeepsItsUrls) {
  Frontier frontier({.throttle = 0, .max_pages_per_host = 2});
  for (UrlId id = 1; id <= 4; ++id) frontier.add(entry(id, 1));
  for (UrlId id = 1; id <= 2; ++id) {
    EXPECT_EQ(frontier.pop(kStart)->id, id);
    frontier.count_page(1);
    frontier.release(1, kStart, 0us);
  }
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.next_ready(), std::nullopt);
  EXPECT_EQ(frontier.pending(), 2U);
  EXPECT_EQ(frontier.pending_exhausted(), 2U);
  frontier.add(entry(5, 1));
  EXPECT_EQ(frontier.pending_blocked(), 3U);
  EXPECT_TRUE(frontier.take_turn(1, kStart)) << "what is no page may still be asked for";
}

TEST(FrontierPages, UrlsInFlightCountUntilTheyTurnOutToBeNoPages) {
  Frontier frontier({.per_host = 4, .throttle = 0, .max_pages_per_host = 2});
  for (UrlId id = 1; id <= 9; ++id) frontier.add(entry(id, 1));
  EXPECT_TRUE(frontier.pop(kStart));
  EXPECT_TRUE(frontier.pop(kStart));
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.pending_exhausted(), 0U);
  frontier.release(1, kStart, 0us);
  EXPECT_TRUE(frontier.pop(kStart)) << "it was not a page";
  frontier.count_page(1);
  frontier.release(1, kStart, 0us);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.count_page(1);
  frontier.release(1, kStart, 0us);
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_EQ(frontier.pending_exhausted(), 6U);
}

TEST(FrontierPages, PagesOfAnEarlierRunCount) {
  Frontier frontier({.max_pages_per_host = 1});
  frontier.count_page(1);
  frontier.add(entry(1, 1));
  frontier.add(entry(2, 2));
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{2}));
  EXPECT_EQ(frontier.pending_exhausted(), 1U);
}

TEST(FrontierPause, NothingIsGivenOutUntilItEnds) {
  Frontier frontier({});
  frontier.add(entry(1, 1));
  frontier.pause();
  EXPECT_FALSE(frontier.pop(kStart));
  EXPECT_FALSE(frontier.take_turn(2, kStart));
  EXPECT_EQ(frontier.turn_at(2), std::nullopt);
  EXPECT_EQ(frontier.next_ready(), std::nullopt);
  frontier.resume();
  EXPECT_TRUE(frontier.next_ready());
  EXPECT_TRUE(frontier.pop(kStart));
}

TEST(FrontierPause, APausedHostWaitsAndItsUrlsAreCounted) {
  Frontier frontier({.throttle = 0});
  frontier.pause_host(1);
  frontier.add(entry(1, 1));
  frontier.add(entry(2, 1));
  frontier.add(entry(3, 2));
  EXPECT_EQ(frontier.pending_paused(), 2U);
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{3}));
  EXPECT_EQ(frontier.next_ready(), std::nullopt);
  EXPECT_FALSE(frontier.take_turn(1, kStart));
  frontier.resume_host(1);
  EXPECT_EQ(frontier.pending_paused(), 0U);
  EXPECT_EQ(frontier.pop(kStart)->id, 1U);
  frontier.pause_host(1);
  frontier.pause_host(1);
  frontier.release(1, kStart, 0us);
  EXPECT_EQ(frontier.pending_blocked(), 1U);
  EXPECT_FALSE(frontier.pop(kStart));
  frontier.resume_host(1);
  frontier.resume_host(1);
  EXPECT_EQ(drain(frontier, kStart), (std::vector<UrlId>{2}));
  EXPECT_EQ(frontier.active_hosts(), 0U);
}

}  // namespace
}  // namespace gossamer
