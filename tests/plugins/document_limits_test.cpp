// What pages that are made for it, and some that are only large, cost a query.
#include <gmock/gmock.h>
#include <string>

#include "plugins/document.h"
#include "tests/plugins/test_document.h"

namespace gossamer {
namespace {

using testing::HasSubstr;

ErrorClass refusal(const std::string& html) {
  const auto parsed = Document::parse(html, "text/html; charset=utf-8");
  return parsed ? ErrorClass::not_found : parsed.error().error_class;
}

TEST(HostilePage, OfMoreThanTenMegabytesIsRefused) {
  EXPECT_EQ(refusal(std::string(11 << 20, 'x')), ErrorClass::too_large);
  EXPECT_EQ(refusal(std::string(10 << 20, 'x')), ErrorClass::not_found);
}

TEST(HostilePage, WithTooManyAttributesIsRefusedWhereverTheTagStands) {
  std::string attributes;
  for (int i = 0; i < 100'000; ++i) attributes += " a" + std::to_string(i);
  for (const std::string before : {"", "<p>", "<svg>", "<table>", "<template>", "<select>"})
    EXPECT_EQ(refusal(before + "<a" + attributes + ">x</a>"), ErrorClass::parse) << before;
  for (const std::string before : {"<textarea>", "<title>", "<plaintext>", "<xmp>", "<script>", "<!--"})
    EXPECT_EQ(refusal(before + "<a" + attributes + ">x</a>"), ErrorClass::not_found) << before;

  const auto tag_with = [](int count) {
    std::string tag = "<a";
    for (int i = 0; i < count; ++i) tag += " a" + std::to_string(i) + "=v";
    return tag + ">x</a>";
  };
  EXPECT_EQ(refusal(tag_with(512)), ErrorClass::not_found);
  EXPECT_EQ(refusal(tag_with(513)), ErrorClass::parse);
}

TEST(HostilePage, CannotGatherAttributesFromManyTags) {
  const auto page = [](int count) {
    std::string tags;
    for (int i = 0; i < count; ++i) tags += "<html a" + std::to_string(i) + ">";
    return tags;
  };
  EXPECT_EQ(refusal(page(512)), ErrorClass::not_found);
  EXPECT_EQ(refusal(page(513)), ErrorClass::parse);
}

TEST(HostilePage, CannotHaveLongAttributesRepeated) {
  const std::string bold = "<p><b title='" + std::string(1 << 20, 'x') + "'></p>";
  EXPECT_EQ(document(bold + repeat("<p>y</p>", 5)).css("b").size(), 6U);
  EXPECT_EQ(refusal(bold + repeat("<p>y</p>", 100)), ErrorClass::too_large);
}

TEST(HostilePage, NestedTooDeepIsRefused) {
  // html and body are around them
  EXPECT_EQ(document(repeat("<div>", 510)).css("div").size(), 510U);
  EXPECT_EQ(refusal(repeat("<div>", 511)), ErrorClass::parse);
  EXPECT_EQ(refusal(repeat("<b>", 1'000'000)), ErrorClass::parse);
  EXPECT_EQ(refusal(repeat("<p>", 100'000)), ErrorClass::not_found) << "each <p> closes the one before";
}

TEST(HostilePage, WithTooManyNodesIsRefused) {
  EXPECT_EQ(refusal(repeat("<p>", 1'100'000)), ErrorClass::too_large);
  EXPECT_EQ(refusal(repeat("<!>", 1'100'000)), ErrorClass::too_large);
  EXPECT_EQ(refusal(repeat("<!>x", 600'000)), ErrorClass::too_large);
  EXPECT_EQ(refusal(repeat("<i a b c d e>", 300'000)), ErrorClass::parse);
  EXPECT_EQ(refusal(repeat("<p a b c d e>", 300'000)), ErrorClass::too_large);
}

TEST(HostilePage, CannotMakeSelectorsTryEveryCombinationOfAncestors) {
  const Document page = document(repeat("<div>", 400) + repeat("<p>x</p>", 1000));
  EXPECT_TRUE(page.css(".no div div div div div div div p").empty());
  EXPECT_EQ(page.css("div div div div div div div p").size(), 1000U);
}

TEST(HostilePage, WithManySiblingsIsCountedInOneGo) {
  const Document page = document("<ul>" + repeat("<li>x", 200'000));
  EXPECT_EQ(page.css("li:nth-child(2n)").size(), 100'000U);
  EXPECT_EQ(page.css("li:nth-last-child(2n)").size(), 100'000U);
  EXPECT_EQ(page.css("li:nth-last-of-type(3n)").size(), 66'666U);
  EXPECT_EQ(page.css("li:last-child").size(), 1U);
}

TEST(HostilePage, CannotKeepASelectorBusyForEver) {
  const Document page = document(repeat("<p>x</p>", 100'000));
  const auto found = page.try_css("p:has(~ b i)");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().error_class, ErrorClass::too_large);
  EXPECT_THAT(found.error().message, HasSubstr("more than 20000000 steps"));
}

TEST(HostilePage, CannotKeepXPathBusyForEver) {
  const Document page = document(repeat("<div>", 200) + repeat("<a>x</a>", 50'000));
  EXPECT_EQ(page.xpath("//a").size(), 50'000U) << "a plain walk has a limit far away";
  EXPECT_EQ(page.xpath("//a/text()").size(), 50'000U);
  for (const std::string_view expression :
       {"//div/descendant::a", "//div//a/text()", "//a/following::a", "//a/ancestor::div//a", "//*[.=//*]"}) {
    const auto found = page.try_xpath(expression);
    ASSERT_FALSE(found.has_value()) << expression;
    EXPECT_EQ(found.error().error_class, ErrorClass::too_large);
    EXPECT_THAT(found.error().message, HasSubstr("operations on this page")) << expression;
  }
  const Document large = document(repeat("<div>", 200) + repeat("<a>x</a>", 300'000));
  EXPECT_EQ(large.xpath("//a").size(), 300'000U);
  const auto walked_twice = large.try_xpath("//div//a");
  ASSERT_FALSE(walked_twice.has_value());
  EXPECT_EQ(walked_twice.error().error_class, ErrorClass::too_large);
  EXPECT_EQ(large.css("div a").size(), 300'000U);
}

TEST(HostilePage, CannotMakeXPathReadItOverAndOver) {
  const Document page = document(repeat("<a>x</a>", 100'000));
  EXPECT_EQ(page.xpath("//a[contains(., 'x')]").size(), 100'000U);
  for (const std::string_view expression : {"//a[contains(/, 'y')]", "//a[string-length(/html) = 0]",
                                            "//a[/html = 'xxy']", "//a[. = /html/body]"}) {
    const auto found = page.try_xpath(expression);
    ASSERT_FALSE(found.has_value()) << expression;
    EXPECT_EQ(found.error().error_class, ErrorClass::too_large);
  }
}

TEST(HostilePage, CannotMakeAListOfSelectorsEndless) {
  const auto found = document(repeat("<p>", 100'000)).try_css(repeat("html, ", 400) + "p");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().error_class, ErrorClass::too_large);
}

// What a test of one element costs counts too.
TEST(HostilePage, CannotHideWorkFromASelectorInAttributesAndComments) {
  const std::string words = "<div class='" + repeat("x ", 200'000) + "'>";
  std::string attributes;
  for (int i = 0; i < 100; ++i) {
    attributes += "<div";
    for (int j = 0; j < 500; ++j) attributes += " a" + std::to_string(j);
    attributes += '>';
  }
  const std::string leaves = repeat("<p></p>", 10'000);
  const auto refused = [](const Document& page, std::string_view selector) {
    const auto found = page.try_css(selector);
    return !found && found.error().error_class == ErrorClass::too_large;
  };
  EXPECT_TRUE(refused(document(words + leaves), ".y p"));
  EXPECT_TRUE(refused(document(attributes + leaves), "p:lang(en)"));
  EXPECT_TRUE(refused(document("<div>" + repeat("<!---->", 100'000) + leaves), "div:empty > p"));
  EXPECT_TRUE(refused(document(repeat("<p></p>", 300) + repeat("<!---->", 100'000)), "p:has(~ q b)"));
}

TEST(Css, LooksAtEachSiblingOnce) {
  const Document page = document("<h2>x</h2>" + repeat("<p><b>x</b><i>x</i></p>\n", 20'000));
  EXPECT_EQ(page.css("h2 ~ p").size(), 20'000U);
  EXPECT_EQ(page.css("h2 ~ * i").size(), 20'000U);
  EXPECT_EQ(page.css("h3 ~ p, p ~ h2").size(), 0U);
  EXPECT_EQ(page.css("p ~ p b ~ i").size(), 19'999U);
  EXPECT_EQ(page.css("h2 + p ~ p + p ~ p:last-child").size(), 1U);
}

TEST(Css, ASiblingBeforeIsLookedForUnderEachParentAndScope) {
  const Document page = document("<ul><li id=a><li id=b><li id=c></ul><ul><li id=d><li id=e></ul>");
  EXPECT_EQ(page.css("li ~ li").size(), 3U);
  EXPECT_EQ(page.css("ul:has(> li ~ li ~ li)").size(), 1U);
  EXPECT_EQ(page.css("li:has(~ li ~ li)").size(), 1U);
  EXPECT_EQ(page.css("li:not(li ~ li)").size(), 2U);
}

TEST(Css, HasALaterSiblingWhereThereIsOne) {
  const Document page =
      document("<p id=a><i><p id=b><b></b><p id=c><div><p id=d><p id=e class=x></div><h1 id=f>");
  const auto ids = [&page](std::string_view selector) {
    std::string out;
    for (const Node& node : page.css(selector)) out += node.attr("id").value_or("?");
    return out;
  };
  EXPECT_EQ(ids("p:has(~ p)"), "abd");
  EXPECT_EQ(ids("p:has(~ .x)"), "d");
  EXPECT_EQ(ids("p:has(~ h1)"), "abc");
  EXPECT_EQ(ids("p:has(~ :last-child)"), "abcd");
  EXPECT_EQ(ids("p:has(~ :not(p, div))"), "abc");
  EXPECT_EQ(ids("p:has(~ :is(:scope ~ div))"), "abc");
  EXPECT_EQ(ids(":has(~ h1):has(~ p)"), "ab");
}

TEST(Css, LooksAtEachSiblingOnceForWhatIsToCome) {
  const Document page = document(repeat("<p><b>x</b><b>y</b></p>\n", 50'000) + "<h2>x</h2>");
  EXPECT_EQ(page.css("p:has(~ h2)").size(), 50'000U);
  EXPECT_EQ(page.css("p:has(~ h3)").size(), 0U);
  EXPECT_EQ(page.css("p:has(~ :not(p)) :has(~ b)").size(), 50'000U);
  EXPECT_EQ(page.css(":nth-child(2n)").size(), 75'001U) << "of each parent anew";
  const Document mixed = document(repeat("<dt>x</dt><dd>y</dd>\n", 20'000));
  EXPECT_EQ(mixed.css("body > :nth-of-type(2n)").size(), 20'000U) << "of each type";
  EXPECT_EQ(mixed.css("body > :nth-last-of-type(1)").size(), 2U);
  EXPECT_EQ(mixed.css("body > :only-of-type").size(), 0U);
}

}  // namespace
}  // namespace gossamer
