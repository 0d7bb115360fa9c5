#include "crawler/known_hosts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>

namespace gossamer {
namespace {

std::string origin_of(HostId id) { return fmt::format("https://host-{:06}.example", id); }

TEST(KnownHosts, EachIsFoundUnderItsIdAndStaysInPlace) {
  constexpr HostId kHosts = 50'000;
  KnownHosts hosts;
  const KnownHosts::Host* first = nullptr;
  for (HostId id = 1; id <= kHosts; ++id) {
    const std::string origin = origin_of(id);
    EXPECT_EQ(hosts.find(origin), std::nullopt);
    ASSERT_EQ(hosts.add(origin), id);
    EXPECT_EQ(hosts.find(origin), id);
    if (id == 1) first = &hosts[1];
  }
  for (HostId id = 1; id <= kHosts; ++id) {
    ASSERT_EQ(hosts.find(origin_of(id)), id);
    ASSERT_EQ(hosts[id].origin, origin_of(id));
  }
  EXPECT_EQ(hosts.find(origin_of(kHosts + 1)), std::nullopt);
  EXPECT_EQ(hosts.size(), kHosts);
  EXPECT_EQ(first, &hosts[1]);
  EXPECT_EQ(first->origin, origin_of(1));
}

TEST(KnownHosts, AHostTakesLessThanAHundredBytes) {
  KnownHosts hosts;
  // Just after the table of ids has grown.
  for (HostId id = 1; id <= 49'200; ++id) hosts.add(origin_of(id));
  EXPECT_LT(hosts.memory_bytes(), 100 * hosts.size());
}

TEST(KnownHosts, OriginsOfAnyLength) {
  KnownHosts hosts;
  for (const std::size_t length : {0, 1, 16'383, 16'384, 16'385, 100'000}) {
    const std::string origin(length, 'a');
    const HostId id = hosts.add(origin);
    hosts[id].seed = true;
    EXPECT_EQ(hosts[id].origin, origin);
    EXPECT_EQ(hosts.find(origin), id);
  }
  EXPECT_EQ(hosts[1].origin, "");
}

}  // namespace
}  // namespace gossamer
