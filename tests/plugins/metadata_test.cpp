#include <gmock/gmock.h>
#include <string>
#include <utility>
#include <vector>

#include "plugins/html/html_parser.h"
#include "plugins/html/meta_robots.h"
#include "plugins/html/metadata_reader.h"

namespace gossamer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A page read by a crawler called GossamerBot, and the bytes its views need.
struct MetadataPage {
  explicit MetadataPage(std::string html, std::string content_type = "text/html; charset=utf-8")
      : body(std::move(html)), type(std::move(content_type)) {
    if (auto parsed = HtmlParser().parse({.url = "https://example.com/",
                                          .content_type = type,
                                          .body = body,
                                          .robots_agent = "GossamerBot"}))
      page = std::move(*parsed);
  }
  MetadataPage(const MetadataPage&) = delete;
  MetadataPage& operator=(const MetadataPage&) = delete;

  std::vector<std::string> hreflang() const {
    std::vector<std::string> found;
    for (const auto& [language, url] : page.hreflang)
      found.push_back(std::string(language) + " " + std::string(url));
    return found;
  }
  std::vector<std::string> open_graph() const {
    std::vector<std::string> found;
    for (const auto& [name, content] : page.open_graph)
      found.push_back(std::string(name) + "=" + std::string(content));
    return found;
  }

  std::string body;
  std::string type;
  ParsedPage page;
};

std::vector<std::string> json_ld_of(std::string html, std::string type = "text/html; charset=utf-8") {
  const MetadataPage page(std::move(html), std::move(type));
  return {page.page.json_ld.begin(), page.page.json_ld.end()};
}

TEST(Metadata, ACanonicalThatIsNoUrlCountsAsNone) {
  const MetadataPage test(
      "<link rel=canonical href='http://['><link rel=canonical href=/good><link rel=canonical href=/late>"
      "<link rel=alternate hreflang=de href='http://['>");
  EXPECT_EQ(test.page.canonical, "/good");
  EXPECT_TRUE(test.page.hreflang.empty());
}

TEST(Metadata, OfABaseThatResolvesNothingOnlyAbsoluteUrlsCount) {
  const MetadataPage test(
      "<base href=about:blank><link rel=canonical href=/x><link rel=canonical href=https://h.example/>"
      "<link rel=alternate hreflang=de href=y>");
  EXPECT_EQ(test.page.canonical, "https://h.example/");
  EXPECT_TRUE(test.page.hreflang.empty());
  EXPECT_EQ(MetadataPage("<base href=javascript:x><link rel=canonical href=/x>").page.canonical, "/x")
      << "that is no base";
}

TEST(Metadata, LanguageIsThatOfTheFirstHtmlTagThatHasOne) {
  EXPECT_EQ(MetadataPage("<html><html lang=de><html lang=fr>").page.language, "de");
}

TEST(Metadata, RobotsDirectivesMayStandBetweenSemicolons) {
  const RobotsDirectives both = parse_robots_directives("noindex;nofollow");
  EXPECT_TRUE(both.noindex && both.nofollow);
  const RobotsDirectives own =
      parse_x_robots_tag("other: noindex, gossamer: noarchive; nofollow", "gossamer");
  EXPECT_TRUE(!own.noindex && own.nofollow);
}

TEST(Metadata, HreflangIsOfAlternateLinks) {
  const MetadataPage page(
      "<link rel=alternate hreflang=de href=/de?a&amp;b><link rel='Alternate nofollow' hreflang=' x-default "
      "' "
      "href=' / '><link hreflang=fr href=no><link rel=alternate href=no><link rel=alternate hreflang='' "
      "href=no>"
      "<link rel=alternate hreflang=es><a rel=alternate hreflang=it href=no>"
      "<template><link rel=alternate hreflang=nl href=no></template>");
  EXPECT_THAT(page.hreflang(), ElementsAre("de /de?a&b", "x-default /"));
}

TEST(Metadata, OpenGraphKeepsThePropertiesInOrder) {
  const MetadataPage page(
      "<meta property='og:title' content=' Fish &amp;\n chips '><meta property=og:image content=1.png>"
      "<meta property=og:image content=2.png><meta property='article:tag' content=x>"
      "<meta name=twitter:card content=summary><meta name=og:type content=website>"
      "<meta name=description property=og:description content=both><meta property=og:none>"
      "<meta property='' content=no><meta name=keywords content=no><meta content=no>");
  EXPECT_THAT(page.open_graph(),
              ElementsAre("og:title=Fish & chips", "og:image=1.png", "og:image=2.png", "article:tag=x",
                          "twitter:card=summary", "og:type=website", "og:description=both"));
  EXPECT_EQ(page.page.description, "both");
}

TEST(Metadata, JsonLdIsTheRawTextOfItsScripts) {
  EXPECT_THAT(json_ld_of("<script type=application/ld+json>\n {\"a\": \"x &amp; <b>\"} </script>"
                         "<script type='Application/LD&#43;JSON; charset=utf-8'>[1,\r\n2]</script>"
                         "<script type=application/json>no</script><script>no</script>"
                         "<script type=application/ld+json> </script><title>t</title>"),
              ElementsAre("{\"a\": \"x &amp; <b>\"}", "[1,\n2]"));
  EXPECT_THAT(json_ld_of("<!-- <script type=application/ld+json>1</script> -->"
                         "<template><script type=application/ld+json>2</script></template>"
                         "<script type=application/ld+json>{\"cut\": "),
              IsEmpty());
  EXPECT_THAT(json_ld_of("<html><script type='application/ld+json'/><a href='x'>y</a>"
                         "<script type='application/ld+json'>1 &amp;<![CDATA[ & 2]]></script></html>",
                         "application/xhtml+xml"),
              ElementsAre("1 & & 2"));
}

TEST(Metadata, TextOfAJsonLdScriptIsNotThatOfTheLinkAroundIt) {
  const MetadataPage page("<a href=x>one<script type=application/ld+json>{}</script> two</a><a href=y>y</a>");
  ASSERT_EQ(page.page.links.size(), 2U);
  EXPECT_EQ(page.page.links[0].text, "one two");
  EXPECT_EQ(page.page.links[1].text, "y");
}

TEST(Metadata, IsBounded) {
  std::string html = "<meta property='" + std::string(MetadataReader::kMaxName + 1, 'x') + "' content=no>";
  for (int i = 0; i < 5000; ++i) {
    html += "<link rel=alternate hreflang=de href=x><meta property=og:title content='" +
            std::string(100, 'x') + "'><script type=application/ld+json>1</script>";
  }
  html += "<meta property=og:title content='" + std::string(10'000, 'y') + "'>";
  const MetadataPage many(html);
  EXPECT_EQ(many.page.hreflang.size(), MetadataReader::kMaxHreflang);
  EXPECT_EQ(many.page.open_graph.size(), MetadataReader::kMaxProperties);
  EXPECT_EQ(many.page.json_ld.size(), MetadataReader::kMaxJsonLd);
  EXPECT_EQ(many.page.links.size(), 5000U);
  const MetadataPage longer("<meta property=og:title content='" + std::string(10'000, 'y') + "'>");
  EXPECT_EQ(longer.page.open_graph[0].content.size(), MetadataReader::kMaxText);

  const std::string half(MetadataReader::kMaxJsonLdBytes / 2 + 1, '1');
  EXPECT_THAT(
      json_ld_of("<script type=application/ld+json>" + half + "</script><script type=application/ld+json>" +
                 half + "</script><script type=application/ld+json>2</script>"),
      ElementsAre(half, "2"));
}

// A page is read again from the first link that was not kept: one at least must be.
TEST(Metadata, DoesNotTakeTheMemoryOfTheLinks) {
  const std::string body = "<base href='" + std::string(1000, '&') + "'><a href='&amp;'>x</a><a href=y>";
  const auto page = HtmlParser().parse(
      {.url = "https://example.com/", .content_type = "text/html", .body = body, .link_memory = 100});
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->base.size(), 1000U);
  EXPECT_EQ(page->links.size(), 2U);
}

std::string robots(std::string_view html) {
  const MetadataPage page{std::string(html)};
  return std::string(page.page.robots.noindex ? "noindex " : "") +
         (page.page.robots.nofollow ? "nofollow" : "");
}

TEST(Metadata, RobotsOfTheOwnAgentCountToo) {
  EXPECT_EQ(robots("<meta name=gossamerbot content=noindex>"), "noindex ");
  EXPECT_EQ(robots("<meta name=' GossamerBot ' content=None>"), "noindex nofollow");
  EXPECT_EQ(robots("<meta name=robots content=nofollow><meta name=gossamerbot content=noindex>"),
            "noindex nofollow");
  EXPECT_EQ(robots("<meta name=googlebot content=none><meta name=gossamer content=none>"), "");
  EXPECT_EQ(robots("<meta name=robots content='unavailable_after: 2020-01-01, max-snippet:0, NOINDEX'>"),
            "noindex ");
}

std::string header(std::string_view value) {
  const RobotsDirectives found = parse_x_robots_tag(value, "GossamerBot");
  return std::string(found.noindex ? "noindex " : "") + (found.nofollow ? "nofollow" : "");
}

TEST(XRobotsTag, DirectivesBehindAnAgentAreItsOwn) {
  EXPECT_EQ(header("noindex, NoFollow"), "noindex nofollow");
  EXPECT_EQ(header("none"), "noindex nofollow");
  EXPECT_EQ(header("gossamerbot: noindex"), "noindex ");
  EXPECT_EQ(header("googlebot: noindex, nofollow"), "");
  EXPECT_EQ(header("nofollow, googlebot: noindex"), "nofollow");
  EXPECT_EQ(header("googlebot: noindex, nofollow, GossamerBot : nofollow, other: noindex"), "nofollow");
  EXPECT_EQ(header(""), "");
  EXPECT_EQ(header(":,,:"), "");
}

TEST(XRobotsTag, DirectivesWithAValueAreNoAgents) {
  EXPECT_EQ(header("unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow"), "nofollow");
  EXPECT_EQ(header("max-snippet: 20, noindex"), "noindex ");
  EXPECT_EQ(header("unavailable_after: Friday, 25 Jun 2010 15:00:00 PST, noindex"), "noindex ");
  EXPECT_EQ(header("googlebot: max-image-preview: large, noindex"), "");
}

}  // namespace
}  // namespace gossamer
