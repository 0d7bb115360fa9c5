#include "net/base/live_objects.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "net/loop/event_loop.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

#ifndef NDEBUG
TEST(LiveObjects, CountLoopsDescriptorsAndArmedTimers) {
  {
    EventLoop loop;
    EXPECT_EQ(live_objects(LiveKind::loop), 1);
    const long of_the_loop = live_objects(LiveKind::fd);
    EXPECT_GT(of_the_loop, 0);
    Fd one(::dup(0));
    Fd two = std::move(one);
    EXPECT_EQ(live_objects(LiveKind::fd), of_the_loop + 1);
    ::close(two.release());
    EXPECT_EQ(live_objects(LiveKind::fd), of_the_loop);

    CallHandle later = loop.call_later(1h, [] {});
    EXPECT_EQ(live_objects(LiveKind::armed_timer), 1);
    later.cancel();
    EXPECT_EQ(live_objects(LiveKind::armed_timer), 0);
  }
  EXPECT_EQ(live_objects(LiveKind::loop), 0);
  EXPECT_EQ(live_objects(LiveKind::fd), 0);
}
#endif

}  // namespace
}  // namespace gossamer
