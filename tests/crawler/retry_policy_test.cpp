#include "crawler/retry_policy.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace gossamer {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr auto kNow =
    sys_days(year_month_day(year(1994), month(11), day(6))) + hours(8) + minutes(49) + seconds(37);

constexpr double kMost = 0.9999999;

RetryPolicy policy(const std::vector<std::string>& settings) { return *RetryPolicy::parse(settings); }

TEST(RetryPolicy, PausesAreSpreadOverADoublingTime) {
  const RetryPolicy policy;
  EXPECT_EQ(policy.pause(1, 503, std::nullopt, std::nullopt, 0), 0ms);
  EXPECT_EQ(policy.pause(1, 503, std::nullopt, std::nullopt, 0.5), 1s);
  EXPECT_EQ(policy.pause(2, 503, std::nullopt, std::nullopt, 0.5), 2s);
  EXPECT_EQ(policy.pause(2, 503, std::nullopt, std::nullopt, kMost), 3999ms);
  EXPECT_EQ(policy.pause(3, 503, std::nullopt, std::nullopt, 0.5), std::nullopt) << "three attempts";
  const RetryPolicy many = *RetryPolicy::parse({"100"});
  EXPECT_EQ(many.pause(20, 503, std::nullopt, std::nullopt, 0.5), 150s) << "half of the longest";
  EXPECT_EQ(many.pause(100, 503, std::nullopt, std::nullopt, 0.5), 150s);
  EXPECT_EQ(many.pause(101, 503, std::nullopt, std::nullopt, 0.5), std::nullopt);
}

TEST(RetryPolicy, OnlyWhatMayPassIsTriedAgain) {
  const RetryPolicy policy;
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(policy.pause(1, status, std::nullopt, std::nullopt, 0)) << status;
  }
  for (const int status : {200, 301, 304, 400, 401, 403, 404, 410, 501}) {
    EXPECT_FALSE(policy.pause(1, status, std::nullopt, std::nullopt, 0)) << status;
  }
  for (const ErrorClass error :
       {ErrorClass::dns, ErrorClass::connect, ErrorClass::timeout, ErrorClass::truncated}) {
    EXPECT_TRUE(policy.pause(1, 0, error, std::nullopt, 0)) << to_string(error);
  }
  for (const ErrorClass error : {ErrorClass::tls, ErrorClass::protocol, ErrorClass::too_large,
                                 ErrorClass::decode, ErrorClass::refused, ErrorClass::parse}) {
    EXPECT_FALSE(policy.pause(1, 0, error, std::nullopt, 0)) << to_string(error);
  }
}

TEST(RetryPolicy, AttemptsAreSetForAllKindsOrForOne) {
  EXPECT_TRUE(policy({}).pause(5, 429, std::nullopt, std::nullopt, 0)) << "a crowded server gets more time";
  EXPECT_FALSE(policy({}).pause(6, 429, std::nullopt, std::nullopt, 0));
  EXPECT_FALSE(policy({"0"}).pause(1, 503, std::nullopt, std::nullopt, 0));
  EXPECT_FALSE(policy({"9"}).pause(1, 0, ErrorClass::tls, std::nullopt, 0))
      << "not what never passes by itself";
  EXPECT_TRUE(policy({"tls=1"}).pause(1, 0, ErrorClass::tls, std::nullopt, 0));
  EXPECT_FALSE(policy({"4", "timeout=1"}).pause(2, 0, ErrorClass::timeout, std::nullopt, 0));
  EXPECT_TRUE(policy({"4", "timeout=1"}).pause(4, 0, ErrorClass::dns, std::nullopt, 0));
  for (const char* const bad : {"", "-1", "101", "x", "1.5", "tls=", "=1", "http_4xx=1", "timeout"}) {
    const auto parsed = RetryPolicy::parse({bad});
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().error_class, ErrorClass::invalid_input);
  }
}

TEST(RetryPolicy, AHostThatAsksForRestGetsMoreEachTime) {
  EXPECT_EQ(RetryPolicy::host_rest(1, 0), 1s);
  EXPECT_EQ(RetryPolicy::host_rest(1, kMost), 1999ms);
  EXPECT_EQ(RetryPolicy::host_rest(3, 0), 4s);
  EXPECT_EQ(RetryPolicy::host_rest(1000, 0), 150s);
}

TEST(RetryPolicy, RetryAfterIsHonouredUpToItsLimit) {
  const auto pause = [](std::string_view retry_after) {
    return RetryPolicy().pause(1, 429, std::nullopt, parse_retry_after(retry_after, system_clock::now()),
                               0.5);
  };
  EXPECT_EQ(pause("7"), 7s);
  EXPECT_EQ(pause("0"), 1s);
  EXPECT_EQ(pause("301"), 301s);
  EXPECT_EQ(pause("86400"), 24h);
  EXPECT_EQ(pause("86401"), std::nullopt) << "not in this run";
  EXPECT_EQ(pause("99999999999999999999"), std::nullopt);
  EXPECT_EQ(pause("Fri, 31 Dec 1999 23:59:59 GMT"), 1s);
  EXPECT_EQ(pause("-5"), 1s);
}

TEST(RetryPolicy, RetryAfterMayBeADate) {
  const auto pause = [](std::string_view retry_after, system_clock::time_point now = kNow) {
    return RetryPolicy().pause(1, 503, std::nullopt, parse_retry_after(retry_after, now), 0.5);
  };
  EXPECT_EQ(pause("Sun, 06 Nov 1994 08:51:37 GMT"), 120s);
  EXPECT_EQ(pause("Sun, 06 Nov 1994 08:51:37 GMT", kNow + 120s), 1s);
  EXPECT_EQ(pause("Mon, 07 Nov 1994 08:49:37 GMT"), 24h);
  EXPECT_EQ(pause("Mon, 07 Nov 1994 08:49:38 GMT"), std::nullopt);
  EXPECT_EQ(pause("Fri, 31 Dec 9999 23:59:59 GMT"), std::nullopt);
}

TEST(RetryPolicy, RetryAfterNeverEndsBeforeTheTimeTheSiteNamed) {
  const auto now = kNow - std::chrono::microseconds(1);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), milliseconds(1));
}

TEST(RetryPolicy, DatesOfHttpHaveThreeForms) {
  for (const char* const date : {"Sun, 06 Nov 1994 08:49:47 GMT", "Sunday, 06-Nov-94 08:49:47 GMT",
                                 "Sun Nov  6 08:49:47 1994", "Sun Nov 06 08:49:47 1994"}) {
    EXPECT_EQ(parse_retry_after(date, kNow), seconds(10)) << date;
  }
  EXPECT_EQ(parse_retry_after("Thu, 29 Feb 1996 00:00:60 GMT", kNow),
            sys_days(year_month_day(year(1996), month(3), day(1))) - kNow - hours(24) + seconds(60));
}

TEST(RetryPolicy, YearsOfTwoDigitsLieAtMostFiftyYearsAhead) {
  const auto until = [](int full_year) {
    return sys_days(year_month_day(year(full_year), month(11), day(6))) + hours(9) - kNow;
  };
  EXPECT_EQ(parse_retry_after("Friday, 06-Nov-44 09:00:00 GMT", kNow), until(2044));
  EXPECT_EQ(parse_retry_after("Friday, 06-Nov-00 09:00:00 GMT", kNow), until(2000));
  EXPECT_EQ(parse_retry_after("Friday, 06-Nov-45 09:00:00 GMT", kNow), milliseconds(0)) << "1945";
}

TEST(RetryPolicy, WhatIsNeitherSecondsNorADateIsNoRetryAfter) {
  for (const char* const value : {"",
                                  " ",
                                  "soon",
                                  "1.5",
                                  "+5",
                                  "7 ",
                                  "0x10",
                                  "Sun",
                                  "Sun,",
                                  "Sun, 06 Nov 1994",
                                  "Sun, 06 Nov 1994 08:51:37",
                                  "Sun, 06 Nov 1994 08:51:37 UTC",
                                  "Sun, 06 Nov 1994 08:51:37 GMT ",
                                  "Sun, 6 Nov 1994 08:51:37 GMT",
                                  "Sun, 31 Nov 1994 08:51:37 GMT",
                                  "Sun, 00 Nov 1994 08:51:37 GMT",
                                  "Sun, 06 nov 1994 08:51:37 GMT",
                                  "Sun, 06 Nov 1994 24:51:37 GMT",
                                  "Sun, 06 Nov 1994 08:60:37 GMT",
                                  "Sun, 06 Nov 1994 08:51:61 GMT",
                                  "Sun, 06-Nov 1994 08:51:37 GMT",
                                  "Sun Nov  6 08:49:47 94",
                                  ", 06 Nov 1994 08:51:37 GMT"}) {
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value;
  }
}

TEST(RetryPolicy, EveryErrorHasAClassOfTheLedger) {
  EXPECT_EQ(ledger_class({ErrorClass::refused, Phase::none, ""}), ErrorClass::connect);
  EXPECT_EQ(ledger_class({ErrorClass::io, Phase::none, ""}), ErrorClass::connect);
  EXPECT_EQ(ledger_class({ErrorClass::invalid_input, Phase::none, ""}), ErrorClass::protocol);
  EXPECT_EQ(ledger_class({ErrorClass::timeout, Phase::dns, ""}), ErrorClass::dns);
  EXPECT_EQ(ledger_class({ErrorClass::timeout, Phase::headers, ""}), ErrorClass::timeout);
  EXPECT_EQ(ledger_class({ErrorClass::tls, Phase::none, ""}), ErrorClass::tls);
}

TEST(RetryPolicy, WhatWeRefuseOurselvesIsNotTriedAgain) {
  EXPECT_EQ(retry_class({ErrorClass::refused, Phase::none, ""}), std::nullopt);
  EXPECT_EQ(retry_class({ErrorClass::io, Phase::none, ""}), ErrorClass::connect);
}

}  // namespace
}  // namespace gossamer
