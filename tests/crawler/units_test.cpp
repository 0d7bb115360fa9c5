#include "crawler/cli/units.h"

#include <gtest/gtest.h>
#include <string>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(Units, Durations) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("1.5m"), 90s);
  EXPECT_EQ(parse_duration("0.5s"), 500ms);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("2d"), 48h);
  EXPECT_EQ(parse_duration("0"), 0ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  for (const char* bad : {"", "5", "s", "-1s", "1 s", "1s ", "1e3s", "1.2.3s", "1sec",
                          "99999999999999999999s", "nan", "infs"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Units, Sizes) {
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("32M"), 32U << 20U);
  EXPECT_EQ(parse_size("1.5K"), 1536U);
  EXPECT_EQ(parse_size("2k"), 2048U);
  EXPECT_EQ(parse_size("1G"), 1U << 30U);
  EXPECT_EQ(parse_size("1GB"), 1U << 30U);
  EXPECT_EQ(parse_size("1GiB"), 1U << 30U);
  EXPECT_EQ(parse_size("7B"), 7U);
  for (const char* bad : {"", "M", "-1", "1 M", "1m", "1X", "iB", "1iB", "99999999T"})
    EXPECT_FALSE(parse_size(bad)) << bad;
}

TEST(Units, ExactSpellingsParseBack) {
  for (const auto duration :
       {0ms, 1ms, 999ms, 1000ms, 1500ms, 90'000ms, 3'600'000ms, 86'400'000ms, 86'400'001ms}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration) << format_duration(duration);
  }
  for (const std::uint64_t size : {0ULL, 1ULL, 1000ULL, 1024ULL, 1ULL << 20, (32ULL << 20) + 1, 5ULL << 40}) {
    EXPECT_EQ(parse_size(format_size(size)), size) << format_size(size);
  }
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_size(32U << 20U), "32M");
}

TEST(Units, ForPeople) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.00 kB");
  EXPECT_EQ(human_bytes(1'530'000'000), "1.53 GB");
  EXPECT_EQ(human_bytes(15'300'000), "15.3 MB");
  EXPECT_EQ(human_bytes(999'999), "1.00 MB");
  EXPECT_EQ(human_duration(840ms), "0.8s");
  EXPECT_EQ(human_duration(59'600ms), "1m00s");
  EXPECT_EQ(human_duration(65s), "1m05s");
  EXPECT_EQ(human_duration(2h + 5min), "2h05m");
  EXPECT_EQ(human_duration(49h), "2d01h");
}

}  // namespace
}  // namespace gossamer
