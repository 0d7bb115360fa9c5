#pragma once

#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "net/loop/event_loop.h"

namespace gossamer {

// A test that runs over each selector: derive the fixture and declare it by INSTANTIATE_WITH_EACH_SELECTOR.
// --gtest_filter='*/poll' then runs the tests over one of them.
class EachSelectorTest : public testing::TestWithParam<SelectorKind> {
 protected:
  static std::unique_ptr<Selector> make_selector() { return gossamer::make_selector(GetParam()); }
  static EventLoop::Options loop_options() { return {.selector = make_selector()}; }
};

inline void PrintTo(SelectorKind kind, std::ostream* out) { *out << to_string(kind); }

inline std::string selector_name(const testing::TestParamInfo<SelectorKind>& info) {
  return std::string(to_string(info.param));
}

#define INSTANTIATE_WITH_EACH_SELECTOR(fixture) \
  INSTANTIATE_TEST_SUITE_P(, fixture, testing::ValuesIn(kSelectorKinds), selector_name)

}  // namespace gossamer
