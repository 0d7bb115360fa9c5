// What the HTML parser makes of pages that are cut short, or larger and worse than any ought to be.
#include <gmock/gmock.h>
#include <string>
#include <string_view>

#include "tests/plugins/html_page.h"

namespace gossamer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HtmlParserLimits, TagsCutShortByTheEndOfThePageAreNoLinks) {
  for (const std::string_view html :
       {"<a href=x", "<a href='x", "<a href='x'", "<a href=", "<a ", "<a", "<", "</a", "<!", "<!-"})
    EXPECT_THAT(links_of(std::string(html)), IsEmpty()) << html;
}

TEST(HtmlParserLimits, AttributesPastThe512thAreReadOver) {
  std::string many = "<a";
  for (int i = 0; i < 512; ++i) many += " x" + std::to_string(i);
  EXPECT_THAT(links_of(many + " href=no><a href=yes>"), ElementsAre("a yes"));
}

TEST(HtmlParserLimits, ALinkWhoseRelMayHaveBeenReadOverIsNofollow) {
  std::string many = "<a href=x";
  for (int i = 0; i < 511; ++i) many += " x" + std::to_string(i);
  EXPECT_FALSE(TestPage(many + ">").page.links.at(0).nofollow);
  EXPECT_TRUE(TestPage(many + " rel=nofollow>").page.links.at(0).nofollow);
  EXPECT_FALSE(TestPage(many + " x><a href=y>").page.links.at(1).nofollow);
}

// Anything worse than linear in one of these would take hours, not milliseconds.
TEST(HtmlParserLimits, HostilePagesEndAndTheirTextIsBounded) {
  constexpr std::size_t kBytes = 1 << 20;
  for (const std::string_view piece : {"<div>",
                                       "<svg>",
                                       "<svg><desc>",
                                       "<template>",
                                       "<!--",
                                       "<!-- > ",
                                       "<svg><![CDATA[",
                                       "<svg><![CDATA[ >",
                                       "<",
                                       "</",
                                       "<!x",
                                       "<a href=\"",
                                       "<a href='x",
                                       "<a x=y ",
                                       "<a href=x>&nGt;",
                                       "<a href=x>y<b> z",
                                       "<a href='&CounterClockwiseContour'>",
                                       "<a href='&#",
                                       "<script><!--<script",
                                       "<script><!--<script>",
                                       "<script><!-->",
                                       "<textarea></textare",
                                       "<title>&amp",
                                       "<!DOCTYPE html PUBLIC '",
                                       "<img srcset='a (",
                                       "<img srcset=', ",
                                       "<link href=x rel='x ",
                                       "<a href=x ping='p ",
                                       "<meta http-equiv=refresh content='1",
                                       "<meta name=description content='  ",
                                       "<meta charset=",
                                       "\r",
                                       "&",
                                       "\xE9"}) {
    for (const std::string_view wrap : {"", "<a href='", "<a href=x>"}) {
      std::string html(wrap);
      while (html.size() < kBytes) html += piece;
      html += "'\">";
      const auto parsed = HtmlParser().parse({"https://example.com/", "text/html", html});
      ASSERT_TRUE(parsed.has_value()) << piece;
      std::size_t stored = 0;
      for (const auto& block : parsed->storage) stored += block->capacity();
      EXPECT_LE(stored, 2 * 3 * html.size() + 8192) << piece;  // a body decoded, and the attributes in it
    }
  }
}

TEST(HtmlParserLimits, MoreThanAMillionLinksAreRefused) {
  std::string html;
  for (int i = 0; i < 1'000'001; ++i) html += "<a href>";
  const auto refused = HtmlParser().parse({"https://example.com/", "text/html", html});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().error_class, ErrorClass::too_large);
}

}  // namespace
}  // namespace gossamer
