#include <gmock/gmock.h>
#include <string>
#include <utility>

#include "tests/plugins/html_page.h"

namespace gossamer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

TEST(HtmlParser, ClaimsHtmlAndXhtml) {
  EXPECT_TRUE(HtmlParser().claims(""));
  EXPECT_TRUE(HtmlParser().claims("text/html"));
  EXPECT_TRUE(HtmlParser().claims("application/xhtml+xml"));
  EXPECT_FALSE(HtmlParser().claims("text/plain"));
  EXPECT_FALSE(HtmlParser().claims("application/xml"));
}

TEST(HtmlParser, FindsTheLinksOfEveryElement) {
  EXPECT_THAT(
      links_of("<a href=1><map><area href=2></map><link rel=next href=3><iframe src=4></iframe>"
               "<form action=5><img src=6><input type=image src=7><script src=8></script>"
               "<video src=9 poster=10><audio src=11><source src=12><track src=13></audio></video>"
               "<object data=14></object><embed src=15>"
               "<meta http-equiv=refresh content='3; url=16'>"),
      ElementsAre("a 1", "area 2", "link 3", "iframe 4", "form 5", "img 6", "input 7", "script 8", "video 9",
                  "video 10", "audio 11", "source 12", "track 13", "object 14", "embed 15", "meta 16"));
  EXPECT_THAT(links_of("<frameset><frame src=1><noframes><a href=no></a></noframes></frameset>"),
              ElementsAre("frame 1"));
}

TEST(HtmlParser, AnImageElementIsAnImgAndAFormInAFormIsNone) {
  EXPECT_THAT(links_of("<image src=a srcset='b 2x'>"), ElementsAre("img a", "img b"));
  EXPECT_THAT(links_of("<form action=a><form action=b></form><form action=c></form>"),
              ElementsAre("form a", "form c"));
  EXPECT_THAT(TestPage("<form action='a'/><form action='b'/>", "application/xhtml+xml").links(),
              ElementsAre("form a", "form b"));
}

TEST(HtmlParser, DecodesAndStripsUrls) {
  EXPECT_THAT(links_of("<a href=' /a?b&amp;c=1&copy=2&lt;\n'>"), ElementsAre("a /a?b&c=1&copy=2<"));
  EXPECT_THAT(links_of("<a href='a\r\nb\0c'>"s), ElementsAre("a a\nb\uFFFDc"));
  EXPECT_THAT(links_of("<A HREF=x HREF=y>"), ElementsAre("a x"));
  EXPECT_THAT(links_of("<a href=/x/>"), ElementsAre("a /x/"));
}

TEST(HtmlParser, AnEmptyUrlIsALinkOnlyWhereItMeansThePage) {
  EXPECT_THAT(
      links_of("<a href><area href=''><form action=''><img src=''><link rel=next href=''><iframe src=''>"),
      ElementsAre("a ", "area ", "form "));
  EXPECT_THAT(links_of("<a name=x>y</a><form><img alt=z>"), IsEmpty());
}

TEST(HtmlParser, TakesImageCandidatesAndPings) {
  EXPECT_THAT(links_of("<img src=a srcset='b 1x, c 2x,d,, e 1w, no (x,y) 1w, data:image/png,x 3x'>"),
              ElementsAre("img a", "img b", "img c", "img d", "img e", "img data:image/png,x"));
  EXPECT_THAT(links_of("<img srcset='a 1.5x, b .5x, c 1e-1x, d -0x, e 100w 50h, f 1h 1w, g ,h 1x,i'>"),
              ElementsAre("img a", "img b", "img c", "img d", "img e", "img f", "img g", "img h", "img i"));
  EXPECT_THAT(
      links_of(
          "<img srcset='a foo, b 1x 2w, c 0w, d -1x, e 1.5w, f 50h, g 1.x, h x, i 1x 1x, j +1x, k 1h 1x, "
          "l 1w 1w, m 1e x, n 1X, o 2x'>"),
      ElementsAre("img o"))
      << "a candidate with a wrong descriptor is none";
  EXPECT_THAT(links_of("<img srcset='a 1w(, b 2x'><img srcset='c 1x (, d 2x'>"), IsEmpty());
  EXPECT_THAT(links_of("<picture><source srcset='a,b 2x'></picture>"), ElementsAre("source a,b"));
  EXPECT_THAT(links_of("<a href=a ping=' p1\tp2 '>"), ElementsAre("a a", "ping p1", "ping p2"));
}

TEST(HtmlParser, OnlyTheFirstRefreshThatAsksForSomethingCounts) {
  EXPECT_THAT(
      links_of(
          "<meta http-equiv=refresh content='x; url=no'><meta http-equiv=REFRESH content='0;URL=\"a&amp;b\"'>"
          "<meta http-equiv=refresh content='0;url=late'>"),
      ElementsAre("meta a&b"));
  EXPECT_THAT(links_of("<meta http-equiv=refresh content=5>"), IsEmpty());
  EXPECT_THAT(
      links_of("<meta http-equiv=refresh content='0;url=http://['>"
               "<meta http-equiv=refresh content='5;url=/ok'><meta http-equiv=refresh content='5;url=no'>"),
      ElementsAre("meta /ok"))
      << "one that leads nowhere counts as none";
  EXPECT_THAT(links_of("<base href=about:blank><meta http-equiv=refresh content='0;url=x'>"
                       "<meta http-equiv=refresh content='5;url=http://h/'>"),
              ElementsAre("meta http://h/"));
}

TEST(HtmlParser, TextThatIsNoMarkupHoldsNoLinks) {
  EXPECT_THAT(links_of("<!-- <a href=1> --><script>'<a href=2>'</script><style><a href=3></style>"
                       "<textarea><a href=4></textarea><title><a href=5></title><xmp><a href=6></xmp>"
                       "<iframe><a href=7></iframe><noembed><a href=8></noembed><a href=yes>"),
              ElementsAre("a yes"));
  EXPECT_THAT(links_of("<script><!--<script></script><a href=no>--></script><a href=yes>"),
              ElementsAre("a yes"));
  EXPECT_THAT(links_of("<plaintext><a href=no></plaintext>"), IsEmpty());
}

TEST(HtmlParser, ElementsWithLongNamesAreReadAsData) {
  EXPECT_THAT(
      links_of("<blockquote><a href=1></blockquote><figcaption><foreignobject><x-very-long-name><a href=2>"),
      ElementsAre("a 1", "a 2"));
}

TEST(HtmlParser, NoscriptCountsAndTemplatesDoNot) {
  EXPECT_THAT(links_of("<noscript><a href=1></noscript>"), ElementsAre("a 1"));
  EXPECT_THAT(
      links_of("<template><a href=1><template></template><a href=2><base href=x></template><a href=3>"),
      ElementsAre("a 3"));
  EXPECT_THAT(
      links_of(
          "<template shadowrootmode=open><a href=1><template><a href=2></template></template><a href=3>"),
      ElementsAre("a 1", "a 3"));
  EXPECT_THAT(links_of("<template><svg><script href=x /></svg></template><a href=1>"), ElementsAre("a 1"));
  EXPECT_THAT(links_of("<template><svg></template><style><a href=no></style><a href=1>"), ElementsAre("a 1"));
  EXPECT_THAT(links_of("</template><a href=1>"), ElementsAre("a 1"));
}

TEST(HtmlParser, TextOfALinkIsCollapsed) {
  EXPECT_EQ(text_of_link("<a href=x>plain text</a>"), "plain text");
  EXPECT_EQ(text_of_link("<a href=x>\n  two\t\t<b>bold</b>\r\n words <img>! </a>"), "two bold words !");
  EXPECT_EQ(text_of_link("<a href=x>a&nbsp;b &lt;c&#62;&#x20;&#10;d</a>"), "a\u00A0b <c> d");
  EXPECT_EQ(text_of_link("<a href=x>a<script>no</script><!--no--><textarea>no</textarea>b</a>"), "ab");
  EXPECT_EQ(text_of_link("<a href=x>a<template>no<p></template>b</a>"), "ab");
  EXPECT_EQ(text_of_link("<a href=x>outer<a href=y>inner</a>"), "outer");
  EXPECT_EQ(text_of_link("<a href=x>open"), "open");
  EXPECT_EQ(text_of_link("<a href=x> \n </a>"), "");
  EXPECT_EQ(text_of_link("<a href=x>a\0b</a>"s), "ab");
}

TEST(HtmlParser, TextOfALinkIsAtMost256BytesAndCutBetweenCharacters) {
  EXPECT_EQ(text_of_link("<a href=x>" + std::string(300, 'a') + "</a>"), std::string(256, 'a'));
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  EXPECT_EQ(text_of_link("<a href=x>x" + umlauts + "</a>"), "x" + umlauts.substr(0, 254));
  EXPECT_EQ(text_of_link("<a href=x>" + std::string(255, 'a') + " b</a>"), std::string(255, 'a'));
}

TEST(HtmlParser, NofollowIsATokenOfRel) {
  const TestPage test(
      "<a href=1 rel='external NoFollow'><a href=2 rel=nofollowed><a href=3><area href=4 rel=nofollow>");
  std::vector<bool> nofollow;
  for (const Link& link : test.page.links) nofollow.push_back(link.nofollow);
  EXPECT_THAT(nofollow, ElementsAre(true, false, false, true));
  EXPECT_EQ(test.page.links.front().rel, "external NoFollow");
}

TEST(HtmlParser, FindsTheMetadata) {
  const TestPage test(
      "<!DOCTYPE html><HTML lang=' de-AT '><head><title>\n Fish &amp;\tchips </title><title>no</title>"
      "<base target=x><base href=' /b/ '><base href=no><link rel='Canonical' href='/c?a&amp;b'><link "
      "rel=canonical href=no>"
      "<meta name=Description content='some  &quot;words&quot; '><meta name=description content=no>");
  EXPECT_EQ(test.page.title, "Fish & chips");
  EXPECT_EQ(test.page.base, "/b/");
  EXPECT_EQ(test.page.canonical, "/c?a&b");
  EXPECT_EQ(test.page.description, "some \"words\"");
  EXPECT_EQ(test.page.language, "de-AT");
  EXPECT_EQ(test.page.encoding, "UTF-8");
  EXPECT_FALSE(test.page.robots.noindex);
  EXPECT_FALSE(test.page.robots.nofollow);
}

TEST(HtmlParser, TitleIsTheFirstAndNotThatOfASvg) {
  EXPECT_EQ(title_of("<svg><title>no</title></svg><title>yes</title>"), "yes");
  EXPECT_EQ(title_of("<title></title><title>no</title>"), "");
  EXPECT_EQ(title_of("<title>a<b>c</title>"), "a<b>c");
  EXPECT_EQ(title_of("<title>open"), "open");
  EXPECT_EQ(title_of("<title>a\0b</title>"s), "a\uFFFDb");
  EXPECT_EQ(title_of("<template><title>no</title></template><title>yes</title>"), "yes");
  EXPECT_EQ(title_of("<title>" + std::string(5000, 'x') + "</title>").size(), 4096u);
}

TEST(HtmlParser, MetaRobotsCountTogether) {
  const auto robots = [](std::string html) {
    const TestPage test(std::move(html));
    return std::pair(test.page.robots.noindex, test.page.robots.nofollow);
  };
  EXPECT_EQ(robots("<meta name=robots content=noindex>"), std::pair(true, false));
  EXPECT_EQ(robots("<meta name=ROBOTS content='index, NoFollow'>"), std::pair(false, true));
  EXPECT_EQ(robots("<meta name=robots content=none>"), std::pair(true, true));
  EXPECT_EQ(robots("<meta name=robots content=noindex><meta name=robots content=nofollow>"),
            std::pair(true, true));
  EXPECT_EQ(robots("<meta name=robots content='max-snippet:-1,all'>"), std::pair(false, false));
  EXPECT_EQ(robots("<meta name=googlebot content=none>"), std::pair(false, false));
}

TEST(HtmlParser, KeywordsMayBeWrittenWithCharacterReferences) {
  EXPECT_TRUE(TestPage("<meta name='&#114;obots' content=noindex>").page.robots.noindex);
  EXPECT_EQ(TestPage("<meta name='&#100;escription' content=d>").page.description, "d");
  EXPECT_THAT(links_of("<meta http-equiv='&#82;efresh' content='0;url=x'>"), ElementsAre("meta x"));
  EXPECT_THAT(links_of("<template shadowrootmode='&#111;pen'><a href=x></template>"), ElementsAre("a x"));
}

TEST(HtmlParser, ForeignContentIsReadAsSuch) {
  EXPECT_THAT(
      links_of(
          "<svg><style><![CDATA[ > <a href=no> ]]></style><script>1<2</script><a xlink:href=1><image href=2>"
          "</svg><style><a href=no></style>"),
      ElementsAre("a 1", "image 2"));
  EXPECT_THAT(links_of("<svg><![CDATA[<a href=no>]]></svg><![CDATA[<a href=yes>]]>"), IsEmpty());
  EXPECT_THAT(links_of("<svg><![CDATA[x]]></svg><![CDATA[> <a href=yes>]]>"), ElementsAre("a yes"));
  // HTML again inside foreignObject, and once an HTML element breaks out of an unclosed <svg>.
  EXPECT_THAT(links_of("<svg><foreignObject><style><a href=no></style></foreignObject></svg>"), IsEmpty());
  EXPECT_THAT(links_of("<svg><path><div><style><a href=no></style><a href=yes>"), ElementsAre("a yes"));
  EXPECT_THAT(links_of("<svg/><style><a href=no></style>"), IsEmpty());
  EXPECT_THAT(links_of("<math><mi><style><a href=no></style></mi></math><a href=yes>"), ElementsAre("a yes"));
}

TEST(HtmlParser, WhatIsForeignDependsOnTheNamespace) {
  const std::string frame = "<iframe src=x></iframe>";  // of HTML only
  for (const std::string inside :
       {"<svg><mi>", "<math><desc>", "<svg><annotation-xml encoding=text/html>", "<math><annotation-xml>",
        "<svg></math>", "<math></svg>", "<svg><math></math>", "<svg><svg></svg>", "<math><math></math>",
        "<svg><foreignObject></foreignObject>", "<svg><font x=color>", "<math><svg><foreignObject>",
        "<svg><desc/>", "<svg></b>", "<math></table>"})
    EXPECT_THAT(links_of(inside + frame), IsEmpty()) << inside;
  for (const std::string html :
       {"<svg><desc>", "<math><mtext>", "<math><annotation-xml encoding=Text/HTML>",
        "<math><annotation-xml encoding='application/xhtml+xml'>", "<svg><foreignObject></desc>",
        "<math><annotation-xml><svg><foreignObject>", "<svg><g></svg>", "<math><semantics></math>",
        "<svg><font color=red>", "<math><font SIZE=1>", "<svg><font face>",
        "<math><annotation-xml><svg></math>", "<div><svg></div>", "<svg></p>", "<svg></br>"})
    EXPECT_THAT(links_of(html + frame), ElementsAre("iframe x")) << html;
  EXPECT_THAT(links_of("<math><a href=no><image href=no></math><math><annotation-xml><svg><a href=1>"),
              ElementsAre("a 1"))
      << "only SVG has links";
}

TEST(HtmlParser, XhtmlElementsMayCloseThemselves) {
  const TestPage test(
      "<?xml version='1.0'?><html xml:lang='fr'><head><script src='s'/><title>x &amp; y</title></head>"
      "<body><a href='1'/><style><![CDATA[<a href='no'>]]></style><a href='2'>t</a></body></html>",
      "application/xhtml+xml");
  EXPECT_THAT(test.links(), ElementsAre("script s", "a 1", "a 2"));
  EXPECT_EQ(test.page.title, "x & y");
  EXPECT_EQ(test.page.language, "fr");
  EXPECT_THAT(links_of("<script src=s /><a href=no></script><a href=yes>"), ElementsAre("script s", "a yes"));
}

TEST(HtmlParser, InXhtmlTextIsOfTheSameElements) {
  const TestPage test(
      "<a "
      "href='x'>a<script>//<![CDATA[\nno\n//]]></script><style>no</style><textarea>no<b>no</b>no</textarea>"
      "<title>no</title><template>no</template><script/>b<title>no</title>c</a>"
      "<script>no<a href='y'>d</a></script>",
      "application/xhtml+xml");
  EXPECT_THAT(test.links(), ElementsAre("a x", "a y"));
  EXPECT_EQ(test.page.links[0].text, "a b c");
}

TEST(HtmlParser, OtherEncodingsAreDecodedFirst) {
  const TestPage latin("<title>caf\xE9</title><a href='/\xE9'>\x80</a>", "text/html; charset=iso-8859-1");
  EXPECT_EQ(latin.page.encoding, "windows-1252");
  EXPECT_EQ(latin.page.title, "café");
  EXPECT_THAT(latin.links(), ElementsAre("a /é"));
  EXPECT_EQ(latin.page.links.front().text, "€");

  std::string utf16 = "\xFF\xFE";
  for (const char c : "<a href=x>y</a>"s) utf16 += {c, '\0'};
  const TestPage wide(utf16, "text/html");
  EXPECT_EQ(wide.page.encoding, "UTF-16LE");
  EXPECT_THAT(wide.links(), ElementsAre("a x"));
}

TEST(HtmlParser, ViewsSurviveAMoveOfThePage) {
  TestPage test("<title>a&lt;b</title><a href='?x&amp;y'>caf\xE9 &gt;</a>", "text/html; charset=latin1");
  const ParsedPage moved = std::move(test.page);
  EXPECT_EQ(moved.title, "a<b");
  EXPECT_EQ(moved.links.front().url, "?x&y");
  EXPECT_EQ(moved.links.front().text, "café >");
}

TEST(HtmlParser, TextOfALinkIsSpacedWhereLinesBreak) {
  EXPECT_EQ(text_of_link("<a href=x><div>x</div><div>y</div></a>"), "x y");
  EXPECT_EQ(text_of_link("<a href=x>a<br>b<BLOCKQUOTE>c</blockquote>d</a>"), "a b c d");
  EXPECT_EQ(text_of_link("<a href=x><table><tr><td>1<td>2</table></a>"), "1 2");
  EXPECT_EQ(text_of_link("<a href=x>i<b>n</b><custom-element>l</custom-element><img>ine</a>"), "inline");
  EXPECT_EQ(text_of_link("<a href=x><p>one</p></a>"), "one");
  EXPECT_EQ(text_of_link("<a href=x><p></p> one<p> </a>"), "one");
  EXPECT_EQ(text_of_link("<a href=x>" + std::string(255, 'a') + "<br>b</a>"), std::string(255, 'a'));
}

TEST(Links, FollowedAndAssetsAreApart) {
  const auto kind = [](LinkTag tag, std::string_view rel = "") {
    const Link link{"u", rel, "", tag, false};
    return std::string(is_followed(link) ? "followed" : "") + (is_asset(link) ? "asset" : "");
  };
  for (const LinkTag tag :
       {LinkTag::a, LinkTag::area, LinkTag::iframe, LinkTag::frame, LinkTag::meta_refresh})
    EXPECT_EQ(kind(tag), "followed") << to_string(tag);
  for (const LinkTag tag : {LinkTag::img, LinkTag::input, LinkTag::image, LinkTag::script, LinkTag::video,
                            LinkTag::audio, LinkTag::source, LinkTag::track, LinkTag::object, LinkTag::embed})
    EXPECT_EQ(kind(tag), "asset") << to_string(tag);
  for (const LinkTag tag : {LinkTag::form, LinkTag::ping, LinkTag::other})
    EXPECT_EQ(kind(tag), "") << to_string(tag);
  for (const std::string_view rel : {"next", "PREV", "x alternate", "canonical\tx"})
    EXPECT_EQ(kind(LinkTag::link, rel), "followed") << rel;
  for (const std::string_view rel :
       {"stylesheet", "alternate stylesheet", "shortcut icon", "manifest", "preload"})
    EXPECT_EQ(kind(LinkTag::link, rel), "asset") << rel;
  for (const std::string_view rel : {"", "dns-prefetch", "nextt", "author"})
    EXPECT_EQ(kind(LinkTag::link, rel), "") << rel;
}

}  // namespace
}  // namespace gossamer
