#include "crawler/retry_policy.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

using std::chrono::milliseconds;

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
  EXPECT_EQ(RetryPolicy::pause(1, 429, std::nullopt, "86400"), RetryPolicy::kLongestPause);
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "Fri, 31 Dec 1999 23:59:59 GMT"), milliseconds(1000));
  EXPECT_EQ(RetryPolicy::pause(1, 503, std::nullopt, "-5"), milliseconds(1000));
}

TEST(RetryPolicy, EveryErrorHasAClassOfTheLedger) {
  EXPECT_EQ(ledger_class(ErrorClass::refused), ErrorClass::connect);
  EXPECT_EQ(ledger_class(ErrorClass::io), ErrorClass::connect);
  EXPECT_EQ(ledger_class(ErrorClass::invalid_input), ErrorClass::protocol);
  EXPECT_EQ(ledger_class(ErrorClass::tls), ErrorClass::tls);
}

}  // namespace
}  // namespace gossamer
