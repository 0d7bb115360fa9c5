// In every test program: no coroutine frame, loop, descriptor or armed timer of ours may outlive its
// test. Counted in debug builds.
#include <gtest/gtest.h>

#include "net/base/live_objects.h"

namespace gossamer {
namespace {

class LiveObjectsListener final : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& test) override {
    EXPECT_EQ(live_objects(LiveKind::frame), 0) << "coroutine frames outlive " << test.name();
    EXPECT_EQ(live_objects(LiveKind::loop), 0) << "event loops outlive " << test.name();
    EXPECT_EQ(live_objects(LiveKind::fd), 0) << "file descriptors outlive " << test.name();
    EXPECT_EQ(live_objects(LiveKind::armed_timer), 0) << "armed timers outlive " << test.name();
  }
};

[[maybe_unused]] const bool installed = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new LiveObjectsListener);  // which owns it
  return true;
}();

}  // namespace
}  // namespace gossamer
