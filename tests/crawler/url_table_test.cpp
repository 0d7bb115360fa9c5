#include "crawler/url_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gossamer {
namespace {

using Effect = UrlTable::Effect;
using Known = UrlTable::Known;
using State = UrlTable::State;

constexpr Known queued(std::uint16_t depth, std::uint8_t hops = 0) {
  return {.state = State::queued, .reason = {}, .depth = depth, .hops = hops};
}
constexpr Known filtered(FilterReason reason, std::uint16_t depth = 1) {
  return {.state = State::filtered, .reason = reason, .depth = depth, .hops = 0};
}

TEST(UrlTable, KeepsEveryField) {
  UrlTable table;
  const Known all{.state = State::filtered,
                  .reason = FilterReason::content_type,
                  .depth = 65535,
                  .hops = 255,
                  .nofollow = true};
  table.add(1, all);
  table.add(2, queued(3, 4));
  table.add(1'000'000, filtered(FilterReason::scope));
  EXPECT_EQ(table.get(1), all);
  EXPECT_EQ(table.get(2), queued(3, 4));
  EXPECT_EQ(table.get(1'000'000), filtered(FilterReason::scope));
  EXPECT_EQ(table.get(3).state, State::unknown);
  EXPECT_EQ(table.get(2'000'000).state, State::unknown);
  EXPECT_EQ(table.size(), 3U);
}

TEST(UrlTable, StatesChange) {
  UrlTable table;
  table.add(1, queued(3, 4));
  table.set_state(1, State::in_flight);
  EXPECT_EQ(table.get(1), (Known{.state = State::in_flight, .reason = {}, .depth = 3, .hops = 4}));
  table.set_filtered(1, FilterReason::robots);
  EXPECT_EQ(table.get(1).reason, FilterReason::robots);
  table.set_state(1, State::done);
  EXPECT_EQ(table.get(1).reason, std::nullopt);
  EXPECT_THROW(table.set_state(99'999, State::done), std::out_of_range);
}

TEST(UrlTable, RefusalsByTheLinkArePromotable) {
  UrlTable table;
  table.add(1, filtered(FilterReason::nofollow, 4));
  table.add(2, filtered(FilterReason::depth, 4));
  EXPECT_EQ(table.further_link(1, 2, 1, {}), Effect::promoted);
  EXPECT_EQ(table.get(1), queued(2, 1));
  EXPECT_EQ(table.further_link(2, 9, 0, {}), Effect::promoted);
  EXPECT_EQ(table.get(2), queued(9));
}

TEST(UrlTable, RefusalsByTheUrlAreFinalForLinks) {
  UrlTable table;
  for (const auto reason : {FilterReason::scope, FilterReason::pattern, FilterReason::robots,
                            FilterReason::trap, FilterReason::content_type}) {
    table.add(1, filtered(reason));
    EXPECT_EQ(table.further_link(1, 1, 0, {}), Effect::none);
    EXPECT_EQ(table.get(1), filtered(reason));
  }
}

TEST(UrlTable, WhatIsRefusedRemembersItsBestLink) {
  UrlTable table;
  for (const auto reason : {FilterReason::scope, FilterReason::pattern, FilterReason::trap}) {
    table.add(1, {.state = State::filtered, .reason = reason, .depth = 3, .nofollow = true});
    EXPECT_EQ(table.further_link(1, 1, 0, FilterReason::nofollow), Effect::none);
    EXPECT_EQ(table.further_link(1, 1, 0, FilterReason::trap), Effect::none);
    EXPECT_EQ(table.further_link(1, 5, 0, FilterReason::depth), Effect::relinked) << "may be followed";
    EXPECT_EQ(table.get(1), filtered(reason, 5));
    EXPECT_EQ(table.further_link(1, 6, 0, {}), Effect::none);
    EXPECT_EQ(table.further_link(1, 2, 0, {}), Effect::relinked) << "shallower";
    EXPECT_EQ(table.get(1), filtered(reason, 2));
  }
  table.add(2, filtered(FilterReason::depth, 9));
  EXPECT_EQ(table.further_link(2, 8, 0, FilterReason::depth), Effect::relinked);
  EXPECT_EQ(table.get(2), filtered(FilterReason::depth, 8));
  for (const auto reason : {FilterReason::robots, FilterReason::content_type}) {
    table.add(1, filtered(reason, 9));
    EXPECT_EQ(table.further_link(1, 2, 0, {}), Effect::none);
  }
}

TEST(UrlTable, ASeedOverrulesWhatTheScopeRefusedAndNothingElse) {
  UrlTable table;
  for (const auto reason : {FilterReason::scope, FilterReason::pattern, FilterReason::trap,
                            FilterReason::nofollow, FilterReason::depth}) {
    table.add(1, filtered(reason, 4));
    EXPECT_EQ(table.further_link(1, 0, 1, {}, true), Effect::promoted) << to_string(reason);
    EXPECT_EQ(table.get(1), queued(0, 1));
  }
  for (const auto reason : {FilterReason::robots, FilterReason::content_type}) {
    table.add(1, filtered(reason));
    EXPECT_EQ(table.further_link(1, 0, 0, {}, true), Effect::none) << to_string(reason);
    EXPECT_EQ(table.get(1), filtered(reason));
  }
}

TEST(UrlTable, ATrapOfALinkEndsWithABetterLink) {
  UrlTable table;
  table.add(1, {.state = State::filtered, .reason = FilterReason::trap, .depth = 9, .of_link = true});
  EXPECT_EQ(table.further_link(1, 9, 0, FilterReason::trap), Effect::none) << "another link of the kind";
  EXPECT_TRUE(table.get(1).of_link);
  EXPECT_EQ(table.further_link(1, 2, 0, {}), Effect::promoted);
  EXPECT_EQ(table.get(1), queued(2, 0));
  table.add(2, {.state = State::filtered, .reason = FilterReason::trap, .depth = 9});
  EXPECT_EQ(table.further_link(2, 9, 0, {}), Effect::none) << "the URL itself";
  table.add(3, {.state = State::filtered, .reason = FilterReason::trap, .depth = 9, .of_link = true});
  table.set_filtered(3, FilterReason::robots);
  EXPECT_EQ(table.further_link(3, 2, 0, {}), Effect::none);
}

TEST(UrlTable, OnlyABetterLinkImprovesAndOnlyWhatIsQueued) {
  UrlTable table;
  table.add(1, queued(3, 2));
  EXPECT_EQ(table.further_link(1, 4, 0, {}), Effect::none);
  EXPECT_EQ(table.further_link(1, 3, 2, {}), Effect::none);
  EXPECT_EQ(table.further_link(1, 1, 0, FilterReason::nofollow), Effect::none);
  EXPECT_EQ(table.further_link(1, 3, 1, {}), Effect::improved);
  EXPECT_EQ(table.further_link(1, 2, 5, {}), Effect::improved);
  EXPECT_EQ(table.get(1), queued(2, 5));
  for (const auto state : {State::in_flight, State::waiting, State::done, State::failed}) {
    table.set_state(1, state);
    EXPECT_EQ(table.further_link(1, 0, 0, {}), Effect::none);
  }
}

// Whichever link came first, the reason is the same in the end.
TEST(UrlTable, ATooDeepLinkOutranksANofollowLink) {
  UrlTable table;
  table.add(1, {.state = State::filtered, .reason = FilterReason::nofollow, .depth = 1, .nofollow = true});
  EXPECT_EQ(table.further_link(1, 5, 0, FilterReason::depth), Effect::reason_depth);
  EXPECT_EQ(table.get(1), filtered(FilterReason::depth, 5)) << "by the link that may be followed";
  EXPECT_EQ(table.further_link(1, 5, 0, FilterReason::nofollow), Effect::none);
  EXPECT_EQ(table.get(1).reason, FilterReason::depth);
}

TEST(UrlTable, FindsRedirectLoops) {
  UrlTable table;
  EXPECT_THAT(table.add_redirect(1, 2), testing::IsEmpty());
  EXPECT_THAT(table.add_redirect(2, 3), testing::IsEmpty());
  EXPECT_THAT(table.add_redirect(9, 1), testing::IsEmpty());
  EXPECT_THAT(table.add_redirect(3, 1), testing::UnorderedElementsAre(1, 2, 3)) << "9 only leads to the loop";
  EXPECT_THAT(table.add_redirect(8, 3), testing::IsEmpty());
  EXPECT_THAT(table.add_redirect(7, 7), testing::ElementsAre(7));
}

TEST(UrlTable, LongChainsAreFollowedInEveryOrder) {
  constexpr UrlId kLength = 100'000;
  UrlTable backwards;
  for (UrlId id = kLength; id > 1; --id) ASSERT_THAT(backwards.add_redirect(id - 1, id), testing::IsEmpty());
  EXPECT_EQ(backwards.add_redirect(kLength, 1).size(), kLength);
  UrlTable forwards;
  for (UrlId id = 1; id < kLength; ++id) ASSERT_THAT(forwards.add_redirect(id, id + 1), testing::IsEmpty());
  EXPECT_EQ(forwards.add_redirect(kLength, 1).size(), kLength);
  EXPECT_THAT(forwards.add_redirect(2 * kLength, 1), testing::IsEmpty());
}

UrlTable::Options small(std::string directory = testing::TempDir()) {
  return {.resident = 16 * PagedFile::kPageBytes, .scratch_directory = std::move(directory)};
}

TEST(UrlTable, WhatDoesNotFitInMemoryIsOnDisk) {
  UrlTable table(small());
  constexpr UrlId kUrls = 200'000;
  for (UrlId id = 1; id <= kUrls; ++id) table.add(id, queued(static_cast<std::uint16_t>(id), 1));
  for (UrlId id = 3; id <= kUrls; id += 3) table.set_state(id, State::done);
  for (UrlId id = 7; id < kUrls; id += 7) ASSERT_THAT(table.add_redirect(id, id + 7), testing::IsEmpty());
  EXPECT_EQ(table.add_redirect(kUrls / 7 * 7 + 7, 7).size(), kUrls / 7 + 1);
  for (UrlId id = 1; id <= kUrls; ++id) {
    const Known expected{.state = id % 3 == 0 ? State::done : State::queued,
                         .reason = {},
                         .depth = static_cast<std::uint16_t>(id),
                         .hops = 1};
    ASSERT_EQ(table.get(id), expected) << id;
  }
  EXPECT_LT(table.memory_bytes(), 16 * PagedFile::kPageBytes + 20'000);
  EXPECT_EQ(table.trouble(), std::nullopt);
}

TEST(UrlTable, KeepsInMemoryWhatTheDiskDoesNotTake) {
  UrlTable table(small("/no/such/directory"));
  for (UrlId id = 1; id <= 100'000; ++id) table.add(id, queued(static_cast<std::uint16_t>(id)));
  for (UrlId id = 1; id <= 100'000; ++id) ASSERT_EQ(table.get(id).depth, static_cast<std::uint16_t>(id));
  ASSERT_TRUE(table.trouble());
  EXPECT_THAT(table.trouble()->message, testing::HasSubstr("/no/such/directory"));
}

TEST(UrlTable, NamingASitemapReopensOnceWhatCameByALinkAndHasNoPage) {
  UrlTable table;
  table.add(1, {.state = State::failed, .depth = 3});
  table.add(2, {.state = State::done, .depth = 3});
  table.set_moved(2);
  table.add(3, {.state = State::done, .depth = 3});
  for (const UrlId id : {1u, 2u}) {
    const State state = table.get(id).state;
    EXPECT_EQ(table.name_sitemap(id, 0, FilterReason::pattern, true), Effect::none) << "dropped";
    EXPECT_EQ(table.name_sitemap(id, 1, {}, true), Effect::reopened);
    EXPECT_EQ(table.get(id), (Known{.state = State::queued, .depth = 0, .hops = 1}));
    table.set_state(id, state);
    EXPECT_EQ(table.name_sitemap(id, 0, {}, true), Effect::none);
  }
  EXPECT_EQ(table.name_sitemap(3, 0, {}, true), Effect::reread);
  EXPECT_EQ(table.get(3), (Known{.state = State::done, .depth = 0, .reread = true}));
  table.set_state(3, State::done);
  EXPECT_EQ(table.get(3), (Known{.state = State::done, .depth = 0}));
  EXPECT_EQ(table.name_sitemap(3, 0, {}, true), Effect::none);
}

TEST(UrlTable, NamingASitemapIsKeptUntilOneInFlightIsThere) {
  UrlTable table;
  table.add(1, {.state = State::in_flight, .depth = 3});
  EXPECT_EQ(table.name_sitemap(1, 0, {}, true), Effect::relinked);
  EXPECT_EQ(table.get(1), (Known{.state = State::in_flight, .depth = 0}));
  EXPECT_EQ(table.name_sitemap(1, 0, {}, true), Effect::none);
}

TEST(UrlTable, NamingASitemapTakesASeedsPlaceFromNone) {
  UrlTable table;
  table.add(1, {.state = State::queued, .depth = 0, .hops = 1});
  EXPECT_EQ(table.name_sitemap(1, 0, {}, true), Effect::none);
  table.add(2, {.state = State::queued, .depth = 1});
  EXPECT_EQ(table.name_sitemap(2, 0, {}, true), Effect::improved);
}

TEST(UrlTable, ALoopIsOpenedWhereItsTargetIsAskedAgain) {
  UrlTable table;
  EXPECT_TRUE(table.add_redirect(1, 2, 7).empty());
  EXPECT_TRUE(table.add_redirect(2, 3, 8).empty());
  EXPECT_TRUE(table.add_redirect(9, 1).empty());
  EXPECT_FALSE(table.add_redirect(3, 1).empty());
  EXPECT_EQ(table.redirect_cookies(1), 7u);
  table.turn_redirect(3, 1, 5);
  EXPECT_EQ(table.redirect_cookies(3), 5u);
  EXPECT_TRUE(table.add_redirect(1, 4).empty()) << "9 -> 1 -> 4 and 2 -> 3 -> 1";
  EXPECT_EQ(table.add_redirect(4, 2), (std::vector<UrlId>{4, 2, 3, 1}));
  table.turn_redirect(4, 2, 6);
  EXPECT_EQ(table.add_redirect(2, 9), (std::vector<UrlId>{2, 9, 1, 4}));
}

TEST(UrlTable, ARedirectThatIsRecordedTwiceMakesNoLoop) {
  UrlTable table;
  for (UrlId id = 1; id <= 3; ++id) table.add(id, {.state = State::done});
  EXPECT_TRUE(table.add_redirect(1, 2).empty());
  EXPECT_TRUE(table.add_redirect(1, 2).empty());
  EXPECT_TRUE(table.add_redirect(2, 3).empty());
  EXPECT_TRUE(table.add_redirect(1, 1).empty());
  EXPECT_EQ(table.add_redirect(3, 1), (std::vector<UrlId>{3, 1, 2}));
}

}  // namespace
}  // namespace gossamer
