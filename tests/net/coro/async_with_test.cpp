#include "net/coro/async_with.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "net/coro/task_group.h"
#include "tests/net/coro/noted_tasks.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// Takes a second to be closed.
struct Connection {
  Log* log;
  std::string failure{};
  Task<> close() {
    co_await sleep_for(1s);
    log->push_back("closed");
    if (!failure.empty()) throw std::runtime_error(failure);
  }
};

TEST(AsyncWith, ClosesAfterTheBodyAndGivesItsValue) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    const int value = co_await async_with(Connection{&log}, [](Connection& connection) -> Task<int> {
      connection.log->push_back("used");
      co_return 3;
    });
    EXPECT_EQ(value, 3);
    EXPECT_EQ(log, (Log{"used", "closed"}));
  });
}

TEST(AsyncWith, ClosesWhenTheBodyThrows) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    try {
      co_await async_with(Connection{&log}, [](Connection&) -> Task<> { co_await thrower(1s, "broken"); });
    } catch (const std::runtime_error& error) {
      log.push_back(error.what());
    }
    EXPECT_EQ(log, (Log{"closed", "broken"}));
  });
}

TEST(AsyncWith, ClosesWhenTheTaskIsCancelledAndThenEndsAsCancelled) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    const TimePoint start = EventLoop::current().now();
    const auto result =
        co_await with_timeout(2s, async_with(Connection{&log}, [](Connection& connection) -> Task<> {
                                co_await sleeper(connection.log, "body", 1h);
                              }));
    EXPECT_FALSE(result);
    EXPECT_EQ(log, (Log{"body cancelled", "closed"}));
    EXPECT_EQ(EventLoop::current().now() - start, 3s);
  });
}

TEST(AsyncWith, WhatTheCloseThrowsIsThrownOrReportedNeverLost) {
  run_in_fake_time([]() -> Task<> {
    Log log;
    try {
      co_await async_with(Connection{&log, "close"}, [](Connection&) -> Task<> { co_return; });
    } catch (const std::runtime_error& error) {
      log.push_back(error.what());
    }
    testing::internal::CaptureStderr();
    try {
      co_await async_with(Connection{&log, "close"},
                          [](Connection&) -> Task<> { co_await thrower(1s, "body"); });
    } catch (const std::runtime_error& error) {
      log.push_back(error.what());
    }
    const std::string told = testing::internal::GetCapturedStderr();
    EXPECT_EQ(told, "gossamer: the clean-up of async_with() failed and nobody looked at it: close\n");
    EXPECT_EQ(log, (Log{"closed", "close", "closed", "body"}));
  });
}

}  // namespace
}  // namespace gossamer
