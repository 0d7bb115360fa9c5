#include "crawler/cli/descriptor_limit.h"

#include <gtest/gtest.h>
#include <limits>
#include <sys/resource.h>

namespace gossamer {
namespace {

using Counts = ConnectionCounts;

TEST(DescriptorLimit, IdleConnectionsGiveWayFirst) {
  const Counts wanted{.concurrency = 64, .max_idle = 256};
  EXPECT_EQ(fit_descriptors(std::numeric_limits<std::uint64_t>::max(), wanted), wanted);
  EXPECT_EQ(fit_descriptors(1024, wanted), wanted);
  EXPECT_EQ(fit_descriptors(64 + 320, wanted), wanted);
  EXPECT_EQ(fit_descriptors(64 + 319, wanted), (Counts{64, 255}));
  EXPECT_EQ(fit_descriptors(64 + 64, wanted), (Counts{64, 0}));
  EXPECT_EQ(fit_descriptors(64 + 10, wanted), (Counts{10, 0}));
}

TEST(DescriptorLimit, OneConnectionIsAlwaysTried) {
  for (const std::uint64_t limit : {0, 30, 64, 65}) {
    EXPECT_EQ(fit_descriptors(limit, {.concurrency = 64, .max_idle = 256}), (Counts{1, 0})) << limit;
  }
}

TEST(DescriptorLimit, TheSoftLimitIsRaised) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{100, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  const Counts fitting = fit_descriptors({.concurrency = 100, .max_idle = 0});
  rlimit after{};
  ::getrlimit(RLIMIT_NOFILE, &after);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  EXPECT_EQ(fitting, fit_descriptors(before.rlim_max, {.concurrency = 100, .max_idle = 0}));
}

}  // namespace
}  // namespace gossamer
