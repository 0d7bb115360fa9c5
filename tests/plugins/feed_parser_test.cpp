#include "plugins/feed/feed_parser.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/html/plain_text.h"
#include "tests/support/test_feed.h"

namespace gossamer {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TestFeed;

TEST(FeedParser, OtherXmlGivesNothing) {
  for (const std::string_view xml :
       {"<svg><title>x</title><a href='x'/></svg>", "<urlset><url/></urlset>", "<a><b>"}) {
    const TestFeed other{std::string(xml)};
    EXPECT_EQ(other.page.title, "");
    EXPECT_EQ(other.page.damage, "");
    EXPECT_THAT(other.page.items, IsEmpty());
    EXPECT_THAT(other.page.links, IsEmpty());
  }
  EXPECT_EQ(TestFeed("<html><body>Not found", "application/rss+xml").page.damage,
            "feed: no feed: its root element is <html>");
}

TEST(FeedParser, OfADamagedFeedTheEntriesBeforeTheBreakAreKept) {
  const std::string good = "<rss><channel><title>T</title>\n<item><title>1</title><link>/1</link></item>";
  for (const std::string_view rest : {"\n<item><title>2</title></wrong>", "\n<item><title>2"}) {
    const TestFeed feed(good + std::string(rest));
    EXPECT_THAT(feed.page.damage, HasSubstr("feed: line 3")) << rest;
    EXPECT_EQ(feed.page.title, "T");
    EXPECT_EQ(feed.page.items.size(), 1U) << rest;
    EXPECT_THAT(feed.links(), ElementsAre("alternate https://example.com/1"));
  }
}

TEST(FeedParser, AControlCharacterCostsNothingButItself) {
  const TestFeed feed(
      "<rss><channel>\n<item><title>1 \x0b</title></item><item><title>2</title></item></channel></rss>");
  EXPECT_THAT(feed.page.damage, HasSubstr("feed: line 2, byte 30: "));
  ASSERT_EQ(feed.page.items.size(), 2U);
  EXPECT_THAT(feed.page.items[0], HasSubstr("1 \ufffd"));
}

TEST(FeedParser, DecodesAsItIsDeclared) {
  EXPECT_EQ(
      TestFeed(
          "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>caf\xE9</title></channel></rss>")
          .page.title,
      "café");
  const TestFeed transport(
      "<?xml version='1.0' encoding='utf-8'?><rss><channel><title>\xCF</title></channel></rss>",
      "application/rss+xml; charset=windows-1251");
  EXPECT_EQ(transport.page.title, "П");
  EXPECT_EQ(transport.page.encoding, "windows-1251");
}

TEST(FeedParser, IsBounded) {
  std::string xml = "<rss><channel><item><title>" + std::string(1 << 20, 'x') + "</title><description>" +
                    std::string(1 << 20, 'y') + "</description>";
  for (int i = 0; i < 1000; ++i) xml += "<category>c</category><enclosure url='x'/>";
  const TestFeed feed(xml + "</item></channel></rss>");
  EXPECT_EQ(feed.item(0)["title"].get<std::string>().size(), 4096U);
  EXPECT_EQ(feed.item(0)["summary"].get<std::string>().size(), 64U << 10);
  EXPECT_EQ(feed.item(0)["categories"].size(), 64U);
  EXPECT_EQ(feed.page.links.size(), 64U);

  const auto refused =
      FeedParser(true).parse({.content_type = "text/xml", .body = feed.body, .max_items = 1000});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().error_class, ErrorClass::too_large);
  EXPECT_TRUE(FeedParser(false).parse({.content_type = "text/xml", .body = feed.body, .max_items = 1000}));
}

TEST(FeedParser, ABaseOfNoUsableLengthIsIgnored) {
  const std::string base = "https://b.example/" + std::string(20'000, 'x') + "/";
  EXPECT_THAT(TestFeed("<feed xml:base='" + base + "'><entry><link href='1'/></entry></feed>").links(),
              ElementsAre("alternate https://example.com/f/1"));
  std::string nested = "<feed>";
  for (int i = 0; i < 5; ++i) nested += "<x xml:base='" + std::string(5000, 'y') + "/'>";
  nested += "<entry><link href='1'/></entry>";
  EXPECT_LT(TestFeed(nested).page.links[0].url.size(), 17'000U);
}

TEST(FeedParser, APageOfManyLinksIsReadInParts) {
  std::string xml = "<rss><channel>";
  for (int i = 0; i < 100; ++i) xml += "<item><link>/" + std::to_string(i) + "</link></item>";
  xml += "</channel></rss>";
  std::size_t first = 0;
  int parts = 0;
  for (; first < 100; ++parts) {
    const auto part = FeedParser(false).parse({.url = "https://example.com/",
                                               .content_type = "text/xml",
                                               .body = xml,
                                               .first_link = first,
                                               .link_memory = 1000});
    ASSERT_TRUE(part.has_value());
    ASSERT_FALSE(part->links.empty());
    EXPECT_EQ(part->link_count, 100U);
    EXPECT_EQ(part->links[0].url, "https://example.com/" + std::to_string(first));
    first += part->links.size();
  }
  EXPECT_GT(parts, 5);
}

TEST(FeedParser, ClaimsFeedsAndXml) {
  const FeedParser parser(false);
  for (const std::string_view type :
       {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"})
    EXPECT_TRUE(parser.claims(type)) << type;
  EXPECT_FALSE(parser.claims("text/html"));
  EXPECT_FALSE(parser.claims("image/svg+xml"));
}

TEST(FeedParser, KnowsAFeedByItsRoot) {
  for (const std::string_view feed :
       {"<rss>", "\xEF\xBB\xBF<?xml version='1.0'?><!-- c -->\n<feed xmlns='x'><broken",
        "<r:RDF xmlns:r='x'>"})
    EXPECT_TRUE(FeedParser::is_feed(feed)) << feed;
  EXPECT_TRUE(FeedParser::is_feed("<!--" + std::string(100'000, 'x') + "--><rss>"));
  for (const std::string_view other :
       {"<!DOCTYPE html><html><rss>", "<html>", "rss", "", "<?xml version='1.0'?><urlset>", "<p><rss>"})
    EXPECT_FALSE(FeedParser::is_feed(other)) << other;
}

TEST(PlainText, IsTheTextOfHtml) {
  EXPECT_EQ(plain_text("a<br>b <i>c</i><b>d</b> &amp; <p>e</p>\n\n<!-- no --><style>no</style>f&nbsp;g", 100),
            "a b cd & e f\u00A0g");
  EXPECT_EQ(plain_text("<p> x </p>", 100), "x");
  EXPECT_EQ(plain_text("a < b, c<d", 100), "a < b, c");
  EXPECT_EQ(plain_text("äöü", 3), "ä");
  EXPECT_EQ(plain_text("", 100), "");
}

}  // namespace
}  // namespace gossamer
