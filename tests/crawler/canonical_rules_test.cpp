#include "crawler/canonical_rules.h"

#include <gtest/gtest.h>
#include <random>

namespace gossamer {
namespace {

std::string spelt(std::string_view url, const CanonicalRules& rules) {
  return canonical_url(*Url::parse(url), rules);
}

const CanonicalRules kSorted{.sort_query = true};
const CanonicalRules kWithoutTracking{.drop_query = {"utm_*", "fbclid"}};
const CanonicalRules kWithoutSessions{.drop_session_ids = true};

TEST(CanonicalRules, ChangeNothingUnlessAsked) {
  EXPECT_EQ(spelt("http://h/a?b=1&a=2&utm_source=x&PHPSESSID=1", {}),
            "http://h/a?b=1&a=2&utm_source=x&PHPSESSID=1");
}

TEST(CanonicalRules, SortTheQuery) {
  EXPECT_EQ(spelt("http://h/?b=2&a=1&b=1&a", kSorted), "http://h/?a&a=1&b=1&b=2");
  EXPECT_EQ(spelt("http://h/?%62=1&a=?", kSorted), "http://h/?a=?&b=1");
  EXPECT_EQ(spelt("http://h/?a&&b", kSorted), spelt("http://h/?b&&a", kSorted));
  EXPECT_EQ(spelt("http://h/b/a", kSorted), "http://h/b/a");
  EXPECT_EQ(spelt("mailto:x?b&a", kSorted), "mailto:x?b&a");
}

TEST(CanonicalRules, DropParametersByName) {
  EXPECT_EQ(spelt("http://h/a?utm_source=x&id=1&utm_medium=y&fbclid=z#f", kWithoutTracking),
            "http://h/a?id=1");
  EXPECT_EQ(spelt("http://h/a?utm_source=x&fbclid", kWithoutTracking), "http://h/a");
  EXPECT_EQ(spelt("http://h/a?fbclid2=x&xutm_a&UTM_a", kWithoutTracking),
            "http://h/a?fbclid2=x&xutm_a&UTM_a");
  EXPECT_EQ(spelt("http://h/a?%75tm_source=x", kWithoutTracking), "http://h/a") << "in whatever spelling";
}

TEST(CanonicalRules, DropSessionIds) {
  EXPECT_EQ(spelt("http://h/a;jsessionid=1?b&PHPSESSID=2", kWithoutSessions), "http://h/a?b");
  EXPECT_EQ(spelt("http://h/(S(lit3py55t21z5v55vlm25s55))", kWithoutSessions), "http://h/");
  EXPECT_EQ(spelt("http://h/a/.;jsessionid=1/b", kWithoutSessions), "http://h/a/b");
  EXPECT_EQ(spelt("http://h/?s=section", kWithoutSessions), "http://h/?s=section");
}

// Strings made of the pieces that matter, from a fixed seed.
TEST(CanonicalRules, AreIdempotent) {
  constexpr std::string_view kPieces[] = {"a",
                                          "b=1",
                                          "b",
                                          "&",
                                          "&",
                                          "?",
                                          "/",
                                          "..",
                                          ".",
                                          "%2e",
                                          "utm_x=1",
                                          "%75",
                                          "%",
                                          "#",
                                          "fbclid",
                                          ";jsessionid=1",
                                          ";PHPSESSID=2",
                                          "CFID=3",
                                          "sid=",
                                          ";",
                                          "*"};
  const CanonicalRules all{
      .sort_query = true, .drop_query = {"utm_*", "fbclid", "b"}, .drop_session_ids = true};
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    std::string input = "http://h/";
    for (auto pieces = random() % 12; pieces > 0; --pieces) input += kPieces[random() % std::size(kPieces)];
    for (const CanonicalRules& rules : {kSorted, kWithoutTracking, kWithoutSessions, all}) {
      const std::string once = spelt(input, rules);
      ASSERT_EQ(spelt(once, rules), once) << input;
      ASSERT_EQ(Url::parse(once)->href(), once) << input;
    }
  }
}

}  // namespace
}  // namespace gossamer
