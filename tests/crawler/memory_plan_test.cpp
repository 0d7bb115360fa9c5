#include "crawler/memory_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gossamer {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

TEST(MemoryPlan, SharesNoMoreThanTheBudgetAndGivesEveryPartWhatItNeeds) {
  int planned = 0;
  for (const std::uint64_t mib : {64, 100, 128, 256, 300, 1024, 16'384}) {
    for (const int concurrency : {1, 64, 1000, 10'000}) {
      for (const int threads : {1, 4, 32}) {
        for (const std::uint64_t max_body : {std::uint64_t{0}, std::uint64_t{1} << 10, kMiB, 32 * kMiB}) {
          const auto plan = plan_memory(mib * kMiB, concurrency, threads, max_body);
          if (!plan) continue;
          ++planned;
          EXPECT_LE(plan->sum(), mib * kMiB);
          EXPECT_GE(plan->frontier, 4 * kMiB);
          EXPECT_GE(plan->seen_set, 8 * kMiB);
          EXPECT_GE(plan->hosts, 6 * kMiB);
          EXPECT_GE(plan->sqlite_cache, 2 * kMiB);
          EXPECT_GE(plan->url_table, kMiB);
          EXPECT_GE(plan->outcomes, 4 * kMiB);
          EXPECT_GE(plan->large_bodies, max_body * kBodyCopies);
          EXPECT_LE(plan->small_body, max_body);
          EXPECT_LE(plan->large_bodies + static_cast<std::uint64_t>(concurrency) * plan->small_body,
                    plan->bodies)
              << mib << ' ' << concurrency << ' ' << threads << ' ' << max_body;
        }
      }
    }
  }
  EXPECT_GT(planned, 150);
}

TEST(MemoryPlan, TheDefaultsFit) {
  const auto plan = plan_memory(kDefaultMemory, 64, 1, 32 * kMiB);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_GT(plan->seen_set, 40 * kMiB);
}

TEST(MemoryPlan, TheLeastMemoryRunsASmallCrawl) {
  EXPECT_TRUE(plan_memory(kLeastMemory, 8, 1, 4 * kMiB));
  EXPECT_FALSE(plan_memory(kLeastMemory - 1, 1, 1, kMiB));
}

TEST(MemoryPlan, AnErrorNamesTheFlagAndWhatIsEnough) {
  const auto plan = plan_memory(64 * kMiB, 64, 1, 32 * kMiB);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(plan.error().message, testing::HasSubstr("--memory 64M"));
  EXPECT_THAT(plan.error().message, testing::HasSubstr("--max-body 32M"));
  EXPECT_THAT(plan.error().message, testing::HasSubstr("or more; give --memory 256M"));
  EXPECT_THAT(plan_memory(1, 64, 1, 1000).error().message, testing::HasSubstr("--memory 1 is too little"));
  EXPECT_THAT(plan_memory(1, 64, 1, 1000).error().message, testing::HasSubstr("--max-body 1000 need"));
  const std::size_t at = plan.error().message.rfind("need ") + 5;
  const std::uint64_t enough = std::stoull(plan.error().message.substr(at));
  EXPECT_TRUE(plan_memory(enough * kMiB, 64, 1, 32 * kMiB));
  EXPECT_FALSE(plan_memory((enough - 1) * kMiB, 64, 1, 32 * kMiB));
}

}  // namespace
}  // namespace gossamer
