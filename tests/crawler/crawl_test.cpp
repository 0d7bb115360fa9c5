#include "crawler/crawl.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/feed/feed_parser.h"
#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

TEST(Crawl, FollowsLinksAndAccountsForEveryUrl) {
  CrawlSite site;
  site.add("/", R"(<a href=/a>a</a><a href=/b rel=nofollow>b</a><a href=/missing>m</a><a href=/private/x>p</a>
                   <a href=http://elsewhere.test/>e</a><a href="mailto:x@a.test">m</a>)");
  site.add("/a", "<title>A</title><a href=/#top>up</a>");
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /private/", .content_type = "text/plain"});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "done");
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/b"), "filtered nofollow");
  EXPECT_EQ(site.state("/missing"), "failed http_4xx");
  EXPECT_EQ(site.state("/private/x"), "filtered robots");
  EXPECT_EQ(site.query("SELECT state || ' ' || reason FROM urls WHERE url = 'http://elsewhere.test/'"),
            "filtered scope");
  EXPECT_EQ(site.query("SELECT other_links FROM pages WHERE url = 1"), "1");
  EXPECT_EQ(site.query("SELECT title FROM pages WHERE title <> ''"), "A");
  EXPECT_EQ(site.requests, (std::vector<std::string>{"/robots.txt", "/", "/a", "/missing"}));
}

TEST(Crawl, ALaterLinkWithoutNofollowPromotesTheUrl) {
  CrawlSite site;
  site.add("/", "<a href=/x rel=nofollow>x</a><a href=/a>a</a>");
  site.add("/a", "<a href=/x>x</a>");
  site.add("/x", "x");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/x"), "done");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "3");
}

TEST(Crawl, XRobotsTagIsObeyedIfItIsForEveryoneOrForUs) {
  CrawlSite site;
  site.add("/", "<a href=/all>a</a><a href=/ours>o</a><a href=/others>x</a><a href=/file>f</a>");
  site.add("/all", {.body = "<a href=/1>1</a>", .x_robots_tag = "noindex, nofollow"});
  site.add("/ours", {.body = "<meta name=gossamer content=noindex><a href=/2>2</a>",
                     .x_robots_tag = "Gossamer: nofollow"});
  site.add("/others", {.body = "<a href=/3>3</a>", .x_robots_tag = "googlebot: none"});
  site.add("/file", {.body = "x", .content_type = "application/pdf", .x_robots_tag = "noindex"});
  site.add("/3", "3");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/1"), "filtered nofollow");
  EXPECT_EQ(site.state("/2"), "filtered nofollow");
  EXPECT_EQ(site.state("/3"), "done");
  const auto noindex = [&site](std::string_view path) {
    return site.query(fmt::format(
        "SELECT noindex FROM pages JOIN urls ON urls.id = pages.url WHERE urls.url = '{}'", site.url(path)));
  };
  EXPECT_EQ(noindex("/all"), "1");
  EXPECT_EQ(noindex("/ours"), "1");
  EXPECT_EQ(noindex("/others"), "0");
  EXPECT_EQ(noindex("/file"), "1");
}

TEST(Crawl, EntriesOfFeedsAreFollowedAndAreItemsWhereWanted) {
  for (const bool feed_items : {false, true}) {
    CrawlSite site;
    site.parser = [feed_items] { return std::make_unique<FeedParser>(feed_items); };
    site.add("/", "<link rel=alternate type=application/rss+xml href=/feed>");
    site.add("/feed",
             {.body = "<rss><channel><title>News</title><item><title>One</title><link>/1</link></item>"
                      "<item><title>Two</title><link>/2</link></item>\n<item><title>Thr",
              .content_type = "application/rss+xml"});
    site.add("/1", "1");
    site.add("/2", "2");
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/1"), "done");
    EXPECT_EQ(site.state("/2"), "done");
    EXPECT_EQ(site.query("SELECT title FROM pages WHERE content_type LIKE '%rss%'"), "News");
    EXPECT_EQ(site.query("SELECT message FROM fetches WHERE message <> ''").substr(0, 12), "feed: line 2");
    EXPECT_EQ(site.query("SELECT group_concat(item ->> 'title') FROM items"), feed_items ? "One,Two" : "");
  }
}

TEST(Crawl, RedirectsAreOutcomesAndLoopsFail) {
  CrawlSite site;
  site.add("/",
           "<a href=/old>o</a><a href=/loop1>l</a><a href=/self>s</a><a href=/into>i</a>"
           "<a href=/latin>a</a>");
  site.redirect("/old", "/new");
  site.add("/new", "n");
  site.redirect("/loop1", "/loop2");
  site.redirect("/loop2", "/loop1");
  site.redirect("/self", "/self");
  site.redirect("/into", "/loop1");
  site.redirect("/latin", "/caf\xE9");
  site.add("/caf%E9", "c");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/old"), "done");
  EXPECT_EQ(site.state("/new"), "done");
  EXPECT_EQ(site.state("/caf%E9"), "done");
  EXPECT_EQ(site.state("/loop1"), "failed redirect");
  EXPECT_EQ(site.state("/loop2"), "failed redirect");
  EXPECT_EQ(site.state("/self"), "failed redirect");
  EXPECT_EQ(site.state("/into"), "done");
  EXPECT_THAT(
      site.query(
          "SELECT message FROM fetches JOIN urls ON urls.id = fetches.url WHERE urls.url LIKE '%/self'"),
      testing::HasSubstr("redirect loop"));
}

TEST(Crawl, WhatHasNoTypeIsReadAsHtml) {
  CrawlSite site;
  site.add("/", {.body = "<a href=/next>n</a>", .content_type = ""});
  site.add("/next", "n");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/next"), "done");
}

TEST(Crawl, AnAddressThatItRefusesIsTriedOnce) {
  CrawlSite site;
  site.add("/", "<a href=/next>n</a>");
  site.public_only = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "failed connect");
  EXPECT_EQ(site.query("SELECT group_concat(kind) FROM fetches"), "robots,page");
}

TEST(Crawl, TheEleventhHopFails) {
  CrawlSite site;
  site.add("/", "<a href=/hop0>h</a>");
  for (int hop = 0; hop < 12; ++hop)
    site.redirect(fmt::format("/hop{}", hop), fmt::format("/hop{}", hop + 1));
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/hop9"), "done");
  EXPECT_EQ(site.state("/hop10"), "failed redirect");
  EXPECT_EQ(site.state("/hop11"), "");
}

TEST(Crawl, TransientFailuresAreTriedThreeTimesAndEachAttemptIsStored) {
  CrawlSite site;
  site.add("/", "<a href=/down>d</a>");
  site.add("/down", {.status = 503});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/down"), "failed http_5xx");
  EXPECT_EQ(site.query("SELECT group_concat(attempt || ':' || status) FROM fetches WHERE url = 2"),
            "1:503,2:503,3:503");
}

TEST(Crawl, DifferencesThatAreDroppedMakeNoOtherPage) {
  CrawlSite site;
  site.options.canonical = {.sort_query = true, .drop_query = {"utm_*"}, .drop_session_ids = true};
  site.seeds = {"/?utm_source=seed"};
  site.add("/",
           "<a href='/a?y&x'>1</a><a href='/a?x&utm_medium=m&y'>2</a><a href='/a?x&PHPSESSID=1&y#f'>3</a>"
           "<a href=/moved>4</a>");
  site.add("/a?x&y", "page");
  site.redirect("/moved", "/a?utm_source=redirect&y&x");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "3");
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "2");
  EXPECT_EQ(site.requests, (std::vector<std::string>{"/robots.txt", "/", "/a?x&y", "/moved"}));
}

TEST(Crawl, APageOfVeryManyLinksIsOneOutcomeInParts) {
  CrawlSite site;
  std::string links;
  for (int i = 0; i < 20'000; ++i) links += fmt::format("<a href=/{0}>of {0}&amp;</a>", i);
  site.add("/", links + "<a href=/>self</a>");
  site.options.max_pages = 1;
  site.options.store_links = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM links JOIN urls ON links.to_url = urls.id WHERE tag = 'a' AND "
                       "url LIKE '%/' || replace(replace(text, 'of ', ''), '&', '') AND text LIKE 'of %'"),
            "20000");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "20001");
  EXPECT_EQ(site.query("SELECT count(*) FROM links"), "20001");
  EXPECT_EQ(site.query("SELECT links FROM pages"), "20001");
  EXPECT_EQ(site.state("/"), "done");
}

TEST(Crawl, LinksThatGrowByALongBaseAreEnteredInPieces) {
  CrawlSite site;
  std::string links = fmt::format("<base href=/{}/>", std::string(1000, 'x'));
  for (int i = 0; i < 1000; ++i) links += fmt::format("<a href={}>", i);
  site.add("/", links);
  site.options.max_pages = 1;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "1001");
  EXPECT_EQ(site.query("SELECT links FROM pages"), "1000");
}

TEST(Crawl, OfALegacyPageTheTextInUtf8IsBounded) {
  CrawlSite site;
  site.bounds.client.max_body = 1000;
  site.add("/", "<a href=/small>s</a><a href=/large>l</a>");
  site.add("/small", {.body = std::string(333, '\x80'), .content_type = "text/html; charset=windows-1252"});
  site.add("/large", {.body = std::string(334, '\x80'), .content_type = "text/html; charset=windows-1252"});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/small"), "done");
  EXPECT_EQ(site.state("/large"), "failed parse");
}

TEST(Crawl, UrlsThatNobodyIsAskedForTakeNoTime) {
  CrawlSite site;
  site.options.rate = 0.1;
  site.options.per_host = 2;
  site.options.ip_delay = std::chrono::seconds(1);
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /no", .content_type = "text/plain"});
  std::string links;
  for (int i = 0; i < 50; ++i) links += fmt::format("<a href=/no/{}>x</a>", i);
  site.add("/", links + "<a href=/yes>y</a>");
  site.add("/yes", "page");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE reason = 'robots'"), "50");
  EXPECT_EQ(
      site.query("SELECT count(*) || ' ' || ((max(started_at) - min(started_at)) / 1000000) FROM fetches"),
      "3 20");
}

TEST(Crawl, AResponseThatNoParserTakesIsARowWithoutItsBody) {
  CrawlSite site;
  site.add("/", "<a href=/big.pdf>p</a>");
  site.add("/big.pdf", {.body = std::string(5'000'000, 'x'), .content_type = "application/pdf"});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/big.pdf"), "done");
  EXPECT_EQ(site.query("SELECT body_complete || ' ' || content_type FROM pages WHERE url = 2"),
            "0 application/pdf");
}

TEST(Crawl, MaxPagesLeavesTheRestPendingForAResume) {
  CrawlSite site;
  site.add("/", "<a href=/a>a</a><a href=/b>b</a><a href=/c>c</a>");
  for (const char* path : {"/a", "/b", "/c"}) site.add(path, path);
  site.options.max_pages = 2;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "2");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "2");
}

TEST(Crawl, StoppedCrawlsResumeWhereTheyStood) {
  CrawlSite site;
  std::string links;
  for (int i = 0; i < 50; ++i) {
    links += fmt::format("<a href=/{}>x</a>", i);
    site.add(fmt::format("/{}", i), fmt::format("page {}", i));
  }
  site.add("/", links);
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/20") crawl.stop();
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_NE(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "0");
  site.during = nullptr;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "51");
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "51");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state <> 'done'"), "0");
  EXPECT_LE(std::ranges::count(site.requests, "/20"), 2);  // only what was in flight is asked for again
  EXPECT_EQ(std::ranges::count(site.requests, "/5"), 1);
}

// Fails when it is asked for the later links of a page.
class Moody : public Parser {
 public:
  std::string_view name() const override { return "moody"; }
  bool claims(std::string_view media_type) const override { return media_type == "text/html"; }
  Result<ParsedPage> parse(const PageBytes& page) const override {
    if (page.first_link > 0) return fail(ErrorClass::parse, "not again");
    return ParsedPage{};
  }
};

TEST(Crawl, APageWhoseLaterLinksCannotBeReadKeepsNone) {
  CrawlSite site;
  site.parser = [] { return std::make_unique<Moody>(); };
  site.options.store_links = true;
  std::string links;
  for (int i = 0; i < 5000; ++i) links += "<a href=/many>x</a>";
  site.add("/many", links);
  site.seeds = {"/many"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/many"), "failed parse");
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "0");
  EXPECT_EQ(site.query("SELECT count(*) FROM links WHERE from_url = (SELECT id FROM urls WHERE urls.url LIKE "
                       "'%/many')"),
            "0");
}

}  // namespace
}  // namespace gossamer
