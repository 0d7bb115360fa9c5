// Callbacks that are destroyed: with their loop, or as they are cancelled.
#include <csignal>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/net/loop/socket_pair.h"
#include "tests/support/each_selector.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

class CallbacksEndTest : public EachSelectorTest {};
INSTANTIATE_WITH_EACH_SELECTOR(CallbacksEndTest);

TEST_P(CallbacksEndTest, ALoopThatDiesDestroysWhatItOwns) {
  const auto kept = std::make_shared<int>(0);
  const Ends ends = make_ends();
  {
    EventLoop loop(loop_options());
    loop.call_soon([kept] { ++*kept; });
    loop.call_later(1h, [kept] { ++*kept; });
    EXPECT_TRUE(loop.on_readable(ends.a.get(), [kept] { ++*kept; }));
    loop.on_signal(SIGUSR1, [kept] { ++*kept; });
    EXPECT_EQ(kept.use_count(), 5);
  }
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_EQ(*kept, 0);
}

// Owned by its callbacks, as a connection of a server may be.
struct OwnedConnection : std::enable_shared_from_this<OwnedConnection> {
  OwnedConnection(Fd end, int* number) : fd(std::move(end)), living(number) { ++*living; }
  ~OwnedConnection() {
    reader->cancel();
    timer->cancel();
    --*living;
  }
  void start(EventLoop& loop) {
    reader = *loop.on_readable(fd.get(), [self = shared_from_this()] {});
    timer = loop.call_later(1h, [self = shared_from_this()] {});
  }
  Fd fd;
  int* living;
  std::optional<CallHandle> reader, timer;
};

TEST_P(CallbacksEndTest, WhatOnlyItsCallbacksOwnMayCancelThemAsTheLoopDies) {
  int living = 0;
  {
    EventLoop loop(loop_options());
    Ends ends = make_ends();
    std::make_shared<OwnedConnection>(std::move(ends.a), &living)->start(loop);
    std::make_shared<OwnedConnection>(std::move(ends.b), &living)->start(loop);
    EXPECT_EQ(living, 2);
  }
  EXPECT_EQ(living, 0);
}

// Does something as it is destroyed.
struct AtEnd {
  explicit AtEnd(std::function<void()> call) : what(std::move(call)) {}
  AtEnd(AtEnd&& other) noexcept : what(std::exchange(other.what, nullptr)) {}
  AtEnd& operator=(AtEnd&&) = delete;
  ~AtEnd() {
    if (what) what();
  }
  std::function<void()> what;
};

TEST_P(CallbacksEndTest, ACallbackDestroyedWithItsLoopMayStillUseIt) {
  std::vector<std::string> log;
  {
    EventLoop loop(loop_options());
    CallHandle later = loop.call_later(1h, [end = AtEnd([&] { log.emplace_back("later"); })] {});
    loop.call_soon([end = AtEnd([&, later]() mutable {
                      later.cancel();
                      log.emplace_back("soon");
                    })] {});
    loop.post([end = AtEnd([&] {
                 loop.call_soon([last = AtEnd([&] { log.emplace_back("queued at the end"); })] {});
                 loop.call_later(1h, [last = AtEnd([&] { log.emplace_back("timed at the end"); })] {});
               })] {});
  }
  EXPECT_THAT(log, testing::UnorderedElementsAre("later", "soon", "queued at the end", "timed at the end"));
}

TEST_P(CallbacksEndTest, ACancelledCallbackMayCancelItselfAsItIsDestroyed) {
  std::optional<CallHandle> call;
  int ended = 0;
  EventLoop loop(loop_options());
  call = loop.call_soon([end = AtEnd([&] {
                           ++ended;
                           call->cancel();
                         })] {});
  call->cancel();
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace gossamer
