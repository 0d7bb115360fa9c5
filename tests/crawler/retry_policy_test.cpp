#include "crawler/retry_policy.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

using namespace std::chrono;

constexpr auto kNow =
    sys_days(year_month_day(year(1994), month(11), day(6))) + hours(8) + minutes(49) + seconds(37);

TEST(RetryPolicy, PausesDoubleAndEndAfterTheThirdAttempt) {
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, ""), milliseconds(1000));
  EXPECT_EQ(RetryPolicy::pause(2, 503, std::nullopt, ""), milliseconds(2000));
  EXPECT_EQ(RetryPolicy::pause(3, 503, std::nullopt, ""), std::nullopt);
}

TEST(RetryPolicy, OnlyWhatMayPassIsTriedAgain) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(RetryPolicy::pause(1, status, std::nullopt, "")) << status;
  }
  for (const int status : {200, 301, 304, 400, 401, 403, 404, 410, 501}) {
    EXPECT_FALSE(RetryPolicy::pause(1, status, std::nullopt, "")) << status;
  }
  for (const ErrorClass error :
       {ErrorClass::dns, ErrorClass::connect, ErrorClass::timeout, ErrorClass::truncated}) {
    EXPECT_TRUE(RetryPolicy::pause(1, 0, error, "")) << to_string(error);
  }
  for (const ErrorClass error : {ErrorClass::tls, ErrorClass::protocol, ErrorClass::too_large,
                                 ErrorClass::decode, ErrorClass::refused, ErrorClass::parse}) {
    EXPECT_FALSE(RetryPolicy::pause(1, 0, error, "")) << to_string(error);
  }
}

TEST(RetryPolicy, RetryAfterIsHonouredUpToItsLimit) {
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "7"), milliseconds(7000));
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "0"), milliseconds(1000));
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "301"), seconds(301));
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "86400"), hours(24));
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "86401"), std::nullopt) << "not in this run";
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "99999999999999999999"), std::nullopt);
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Fri, 31 Dec 1999 23:59:59 GMT"), milliseconds(1000));
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "-5"), milliseconds(1000));
}

TEST(RetryPolicy, RetryAfterMayBeADate) {
  const auto in_two_minutes = kNow + seconds(120);
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Sun, 06 Nov 1994 08:51:37 GMT", kNow), seconds(120));
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Sun, 06 Nov 1994 08:51:37 GMT", in_two_minutes),
            RetryPolicy::kFirstPause);
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Mon, 07 Nov 1994 08:49:37 GMT", kNow), hours(24));
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Mon, 07 Nov 1994 08:49:38 GMT", kNow), std::nullopt);
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Fri, 31 Dec 9999 23:59:59 GMT", kNow), std::nullopt);
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
  EXPECT_EQ(ledger_class(ErrorClass::refused), ErrorClass::connect);
  EXPECT_EQ(ledger_class(ErrorClass::io), ErrorClass::connect);
  EXPECT_EQ(ledger_class(ErrorClass::invalid_input), ErrorClass::protocol);
  EXPECT_EQ(ledger_class(ErrorClass::tls), ErrorClass::tls);
}

}  // namespace
}  // namespace gossamer
