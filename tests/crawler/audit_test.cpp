// Each rule: kept to the microsecond, and broken by one.
#include "crawler/audit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/crawler/request_log.h"

namespace gossamer::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Audit, DelayCountsFromTheEndOfARequest) {
  JobOptions options = polite();
  options.delay = 1s;
  EXPECT_THAT(RequestLog(options).add({.start = 1'001'000}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(options).add({.start = 1'000'999}).broken(), ElementsAre("delay"));
}

TEST(Audit, Throttle) {
  JobOptions options = polite();
  options.throttle = 2.5;
  EXPECT_THAT(RequestLog(options).add({.start = 3'500}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(options).add({.start = 3'499}).broken(), ElementsAre("throttle"));
}

TEST(Audit, RestASiteAskedFor) {
  const RequestLog::Request busy{.start = 5'000, .duration = 10, .status = 429, .rest = 3'000'000};
  RequestLog kept(polite());
  EXPECT_THAT(kept.add(busy).add({.start = 3'005'010}).broken(), IsEmpty());
  EXPECT_EQ(kept.hosts.at(1).back_off.times, 1u);
  EXPECT_EQ(kept.hosts.at(1).back_off.longest, 3s);
  EXPECT_THAT(RequestLog(polite()).add(busy).add({.start = 3'005'009}).broken(), ElementsAre("rest"));
}

// Whatever the crawl believed that it had to rest.
TEST(Audit, RetryAfterOfABusyHostHoldsForTheHost) {
  for (const int status : {429, 503}) {
    const RequestLog::Request busy{
        .start = 5'000, .duration = 10, .status = status, .rest = 1'000'000, .retry_after = 3'000'000};
    RequestLog kept(polite());
    EXPECT_THAT(kept.add(busy).add({.start = 3'005'010, .url = 2}).broken(), IsEmpty());
    EXPECT_EQ(kept.hosts.at(1).retry_after.times, 1u);
    EXPECT_EQ(kept.hosts.at(1).retry_after.longest, 3s);
    EXPECT_THAT(RequestLog(polite()).add(busy).add({.start = 3'005'009, .url = 2}).broken(),
                ElementsAre("rest"));
  }
}

TEST(Audit, RetryAfterOfAnErrorHoldsForFurtherAttemptsAtItsUrl) {
  for (const int status : {408, 425, 500, 502, 504}) {
    const RequestLog::Request failing{
        .start = 5'000, .duration = 10, .status = status, .retry_after = 3'000'000};
    const auto with_next = [&](const RequestLog::Request& next) {
      return RequestLog(polite()).add(failing).add({.start = 6'000, .url = 2}).add(next).broken();
    };
    EXPECT_THAT(with_next({.start = 3'005'010, .attempt = 2}), IsEmpty()) << status;
    EXPECT_THAT(with_next({.start = 3'005'009, .attempt = 2}), ElementsAre("rest")) << status;
    EXPECT_THAT(with_next({.start = 3'005'009, .attempt = 1}), IsEmpty()) << "--retry-failed";
  }
  EXPECT_THAT(RequestLog(polite())
                  .add({.start = 5'000, .duration = 10, .status = 404, .retry_after = 3'000'000})
                  .add({.start = 6'000, .attempt = 2})
                  .broken(),
              IsEmpty());
}

TEST(Audit, ConnectionsToAHost) {
  EXPECT_THAT(RequestLog(polite()).add({.start = 1'000}).broken(), IsEmpty());
  RequestLog broken(polite());
  EXPECT_THAT(broken.add({.start = 999}).broken(), ElementsAre("robots", "per-host"));
  EXPECT_EQ(broken.hosts.at(1).pace.most_at_once, 2u);
}

TEST(Audit, ConnectionsToAHostThatMayHaveTwo) {
  JobOptions options = polite();
  options.per_host = 2;
  const auto with_third_at = [&](std::int64_t start) {
    return RequestLog(options)
        .add({.start = 2'000, .duration = 500})
        .add({.start = 2'100, .duration = 300})
        .add({.start = start})
        .broken();
  };
  EXPECT_THAT(with_third_at(2'400), IsEmpty());
  EXPECT_THAT(with_third_at(2'399), ElementsAre("per-host"));
}

TEST(Audit, DelayOnSeveralConnectionsCountsFromTheStart) {
  JobOptions options = polite();
  options.per_host = 2;
  options.delay = 1ms;
  const auto with_second_at = [&](std::int64_t start) {
    return RequestLog(options)
        .add({.start = 5'000, .duration = 9'000})
        .add({.start = start, .duration = 9'000})
        .broken();
  };
  EXPECT_THAT(with_second_at(6'000), IsEmpty());
  EXPECT_THAT(with_second_at(5'999), ElementsAre("delay"));
}

TEST(Audit, WhatWasGivenOutOnAnotherConnectionIsExcused) {
  JobOptions options = polite();
  options.per_host = 2;
  options.throttle = 1;
  // When the answer of 5000 to 6000 came, one more request can have been on its way; a second cannot.
  RequestLog log(options);
  log.add({.start = 5'000, .duration = 1'000}).add({.start = 6'001, .duration = 5'000});
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_THAT(log.add({.start = 6'002, .duration = 5'000}).broken(), ElementsAre("throttle"));
}

TEST(Audit, ConnectionsToAnAddressOfSeveralHosts) {
  JobOptions options = polite();
  options.per_ip = 1;
  const auto with_second_at = [&](std::int64_t start, const std::string& address) {
    return RequestLog(options)
        .add({.start = 5'000, .duration = 100, .host = 1, .address = "192.0.2.1:80"})
        .add({.start = start, .host = 2, .address = address})
        .broken();
  };
  EXPECT_THAT(with_second_at(5'100, "192.0.2.1:8080"), IsEmpty());
  EXPECT_THAT(with_second_at(5'099, "192.0.2.1:8080"), ElementsAre("per-ip"));
  EXPECT_THAT(with_second_at(5'099, "192.0.2.2:80"), IsEmpty());
}

TEST(Audit, DelayOfAnAddress) {
  JobOptions options = polite();
  options.ip_delay = 1s;
  for (const int per_ip : {0, 1, 4}) {
    options.per_ip = per_ip;
    const auto with_second_at = [&](std::int64_t start) {
      return RequestLog(options)
          .add({.start = 2'000'000, .host = 1, .address = "[2001:db8::1]:80"})
          .add({.start = start, .host = 2, .address = "[2001:db8::1]:443"})
          .broken();
    };
    EXPECT_THAT(with_second_at(3'000'000), IsEmpty());
    EXPECT_THAT(with_second_at(2'999'999), ElementsAre("ip-delay"));
  }
}

TEST(Audit, RateOfTheWholeCrawl) {
  JobOptions options = polite();
  options.rate = 3;  // both robots.txt, at 0, are two of them
  const auto with_fourth_at = [&](std::int64_t start) {
    return RequestLog(options).add({.start = 500'000, .host = 1}).add({.start = start, .host = 2}).broken();
  };
  EXPECT_THAT(with_fourth_at(1'000'000), IsEmpty());
  EXPECT_THAT(with_fourth_at(999'999), ElementsAre("rate"));
}

TEST(Audit, RateBelowOneASecond) {
  RateRule rule(0.25);
  Violations violations;
  const auto at = [](std::int64_t us) {
    return AskedAt{.id = 1, .started_at = kStart + microseconds(us), .ended_at = kStart + microseconds(us)};
  };
  rule.judge(at(0), violations);
  rule.judge(at(4'000'000), violations);
  EXPECT_EQ(violations.count(), 0u);
  rule.judge(at(7'999'999), violations);
  EXPECT_EQ(violations.count(), 1u);
}

}  // namespace
}  // namespace gossamer::testing
