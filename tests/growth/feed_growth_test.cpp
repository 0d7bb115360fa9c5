#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "plugins/charset_guess.h"
#include "plugins/feed/feed_parser.h"
#include "plugins/json_document.h"
#include "plugins/sitemap/sitemap_reader.h"
#include "tests/growth/growth.h"

namespace gossamer {
namespace {

constexpr std::size_t kUnits = 1 << 10;

TEST(Growth, OfFeeds) {
  const std::vector<WorstInput> feeds = {
      {"<rss>", "<item>", ""},
      {"<rss>", "<item/>", "</rss>"},
      {"<rss><channel><item>", "<link>x</link>", ""},
      {"<rss><channel>", "<item><title>x</title><link>/x</link></item>", ""},
      {"<rss><channel><item><title>", "&lt;", ""},
      {"<rss><channel><item><title>", "&amp;lt;b>", "</title></item>"},
      {"<rss><channel><item><description>", "&lt;!--", "</description></item>"},
      {"<rss><channel><item><description><![CDATA[", "<p>", "]]></description></item>"},
      {"<rss><channel><item><author>", "<name>x</name>", "</author></item>"},
      {"<rss><channel><item>", "<category>x</category>", ""},
      {"<feed>", "<entry xml:base='a/'>", ""},
      {"<feed>", "<entry xml:base='a/'><link href='x'/></entry>", ""},
      {"<feed><entry>", "<link href='x'/>", ""},
      {"<feed><entry><summary type='xhtml'>", "<p>x</p>", "</summary></entry>"},
      {"<feed><entry><summary type='xhtml'>", "x &amp; ", "</summary></entry>"},
      {"<feed ", "a ", ">"},
      {"<feed>", "<!-- x -->", ""},
      {"<other>", "<item/>", "</other>"},
      {"<rss><channel><item><title>", "\x01", "</title></item>"},
      {"<rss><channel><item><title>", "&#1;", "</title></item>"},
      {"<rss><channel>", "<!doctype", ""},
      {"<feed>", "<entry><source><author><name>x</name></author></source></entry>", "</feed>"},
      {"<feed><entry><source>", "<author/>", "</source></entry>"},
  };
  expect_near_linear(feeds, kUnits, [](const std::string& feed) {
    ASSERT_TRUE(
        FeedParser(true).parse({.url = "http://h.example/", .content_type = "text/xml", .body = feed}));
  });
}

TEST(Growth, OfSitemaps) {
  const std::vector<WorstInput> sitemaps = {
      {"<urlset><url><loc>", "\xE9", "</loc></url></urlset>"},
      {"<urlset><!--", "\xE2\x82", "--></urlset>"},
      {"<urlset><url><loc>", "<a>x</a>", "</loc></url></urlset>"},
      {"<urlset><url>", "<loc>x</loc>", "</url></urlset>"},
      {"<urlset>", "<url/>", "</urlset>"},
      {"http://h/", "\xE9", ""},
      {"http://h/\n", "\xE9\n", ""},
      {"", " ", "http://h/"},
      {"<?xml ", "encoding ", ">"},
      {std::string("\xFF\xFE", 2), std::string("\x00\xD8", 2), ""},
  };
  expect_near_linear(sitemaps, kUnits * 8, [](const std::string& sitemap) {
    SitemapReader reader([](const SitemapEntry&) {});
    for (std::size_t at = 0; at < sitemap.size(); at += 1000) {
      if (!reader.write(std::string_view(sitemap).substr(at, 1000))) return;
    }
    static_cast<void>(reader.finish().has_value());
  });
}

TEST(Growth, OfJson) {
  const std::vector<WorstInput> texts = {
      {"[0", ",0", "]"},
      {"[", "[],", "0]"},
      {"", "[", ""},
      {"", "{\"a\":", ""},
      {"{\"a\":0", ",\"a\":0", "}"},
      {"\"", "\\\"", "\""},
      {"\"", "\\u00e9", "\""},
      {"\"", "\\ud83d", "\""},
      {"[", "\"1e400\",", "1e400]"},
      {"\"", "\xE9", "\""},
      {"", "9", ""},
      {"0.", "1", ""},
      {"", " ", "0"},
      {"[", "\n", "x]"},
      {"", "\"", ""},
      {"\"", "x", ""},
  };
  expect_near_linear(texts, kUnits * 8, [](const std::string& text) {
    if (const auto document = JsonDocument::parse(text)) ASSERT_TRUE(document->find("/a/0"));
  });
  // Keys in an order that a sorted tree does not like.
  expect_near_linear(
      "{\"9\":0,\"8\":0,...", kUnits,
      [](std::size_t units) {
        std::string text = "{";
        for (std::size_t i = units; i > 0; --i) text += "\"" + std::to_string(1'000'000 + i) + "\":0,";
        return text + "\"\":0}";
      },
      [](const std::string& text) { ASSERT_TRUE(JsonDocument::parse(text)); });
  expect_near_linear(
      "a pointer of many tokens", kUnits,
      [](std::size_t units) {
        std::string pointer;
        for (std::size_t i = 0; i < units; ++i) pointer += "/~0";
        return pointer;
      },
      [](const std::string& pointer) {
        static const auto document = JsonDocument::parse("{}");
        ASSERT_TRUE(document->find(pointer));
      });
}

TEST(Growth, OfGuessedCharsets) {
  const std::vector<WorstInput> bodies = {
      {"", "\xE9", ""},    {"", "\xE9 a", ""}, {"", "<\xE9", ""},
      {"", "<b>\xE9", ""}, {"\xE9", "x", ""},  {"", "\x81\x40", ""},
  };
  expect_near_linear(bodies, kUnits,
                     [](const std::string& body) { static_cast<void>(guess_encoding(body)); });
}

}  // namespace
}  // namespace gossamer
