#include "crawler/page_twins.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "crawler/simhash.h"

namespace gossamer {
namespace {

PageTwins twins_with(const std::vector<std::string>& settings) {
  return PageTwins(TrapLimits::parse(settings).value());
}

// A page with `words` words of its own; the first `changed` are others than in the page of changed = 0.
std::string page(int words, int changed, std::string_view head = "") {
  std::string html = fmt::format("<html><head>{}</head><body><p>", head);
  for (int i = 0; i < words; ++i)
    html += fmt::format("{}{} ", i < changed ? "other" : "word", i * 7919 % 1009);
  return html + "</p></body></html>";
}

std::uint64_t hash_of(const std::string& html) { return simhash_of_html(html).value(); }

TEST(PageTwins, TheFirstPageWithADigestIsTheTwin) {
  PageTwins twins = twins_with({});
  EXPECT_EQ(twins.twin_of(1, 1, 10, 20, {}), std::nullopt);
  EXPECT_EQ(twins.twin_of(2, 1, 10, 20, {}), 1U);
  EXPECT_EQ(twins.twin_of(3, 1, 10, 20, {}), 1U);
  EXPECT_EQ(twins.twin_of(4, 1, 10, 21, {}), std::nullopt);
  EXPECT_EQ(twins.twin_of(5, 1, 11, 20, {}), std::nullopt);
  EXPECT_EQ(twins.twin_of(6, 2, 10, 20, {}), std::nullopt) << "of another host";
  EXPECT_EQ(twins.twin_of(1, 1, 10, 20, {}), std::nullopt) << "fetched again it is not its own twin";
}

TEST(PageTwins, OffFindsNone) {
  PageTwins twins = twins_with({"twins=off", "near-twins=3"});
  EXPECT_FALSE(twins.wants_simhash());
  EXPECT_EQ(twins.twin_of(1, 1, 10, 20, {}), std::nullopt);
  EXPECT_EQ(twins.twin_of(2, 1, 10, 20, {}), std::nullopt);
}

TEST(PageTwins, NearTwinsDifferInFewBits) {
  EXPECT_FALSE(twins_with({}).wants_simhash());
  PageTwins twins = twins_with({"near-twins=3"});
  EXPECT_TRUE(twins.wants_simhash());
  EXPECT_EQ(twins.twin_of(1, 1, 1, 1, 0xff), std::nullopt);
  EXPECT_EQ(twins.twin_of(2, 1, 2, 2, 0xf8), 1U) << "three bits";
  EXPECT_EQ(twins.twin_of(3, 1, 3, 3, 0xf0), std::nullopt) << "four";
  EXPECT_EQ(twins.twin_of(4, 2, 4, 4, 0xff), std::nullopt) << "of another host";
  EXPECT_EQ(twins.twin_of(5, 1, 1, 1, {}), 1U) << "without a hash, by the digest";
  EXPECT_EQ(twins.twin_of(1, 1, 9, 9, 0xff), std::nullopt) << "changed and fetched again";
}

TEST(PageTwins, OnlyTheLastPagesOfAHostAreCompared) {
  PageTwins twins = twins_with({"near-twins=1"});
  for (UrlId id = 1; id <= 33; ++id)
    EXPECT_EQ(twins.twin_of(id, 1, id, id, id * 0x9e3779b97f4a7c15u), std::nullopt);
  EXPECT_EQ(twins.twin_of(50, 1, 50, 50, 2 * 0x9e3779b97f4a7c15u), 2U);
  EXPECT_EQ(twins.twin_of(51, 1, 51, 51, 0x9e3779b97f4a7c15u), std::nullopt) << "the first is forgotten";
}

TEST(PageTwins, ChainsEndAtAPageOfItsOwn) {
  EXPECT_EQ(twins_of_links(0, false), 0U);
  EXPECT_EQ(twins_of_links(0, true), 1U);
  EXPECT_EQ(twins_of_links(7, true), 8U);
  EXPECT_EQ(twins_of_links(7, false), 0U);
}

TEST(SimHash, IsOfTheWordsAlone) {
  const auto expected = hash_of(page(200, 0));
  EXPECT_EQ(hash_of(page(200, 0, "<script>var x = 'word';</script><style>p { }</style><!-- a b c -->")),
            expected);
  std::string other_markup = page(200, 0);
  for (std::size_t at = 0; (at = other_markup.find("word0 ", at)) != std::string::npos; at += 20)
    other_markup.replace(at, 6, "<b class=x>WORD0</b>\n\t");
  EXPECT_EQ(hash_of(other_markup), expected) << "letter case, white space and tags";
  EXPECT_EQ(hash_of(page(200, 0) + "<template>more words that nobody sees at all</template>"), expected);
}

TEST(SimHash, FollowsTheText) {
  const auto original = hash_of(page(400, 0));
  EXPECT_LE(simhash_distance(original, hash_of(page(400, 2))), 6);
  EXPECT_GE(simhash_distance(original, hash_of(page(400, 400))), 16);
  EXPECT_NE(original, hash_of(page(400, 100)));
}

TEST(SimHash, OfFewWordsThereIsNone) {
  EXPECT_EQ(simhash_of_html(""), std::nullopt);
  EXPECT_EQ(simhash_of_html(page(SimHash::kFewestShingles + 1, 0)), std::nullopt);
  EXPECT_NE(simhash_of_html(page(SimHash::kFewestShingles + 2, 0)), std::nullopt);
}

TEST(SimHash, PiecesOfTextAreOneText) {
  SimHash pieces;
  SimHash whole;
  std::string text;
  for (int i = 0; i < 40; ++i) {
    pieces.add(fmt::format("w{}", i));
    text += fmt::format("w{} ", i);
  }
  whole.add(text);
  EXPECT_EQ(pieces.hash(), whole.hash());
}

}  // namespace
}  // namespace gossamer
