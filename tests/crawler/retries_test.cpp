// What a later run keeps of an earlier one: attempts, rests, cookies.
#include <gtest/gtest.h>
#include <string>

#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

TEST(Retries, AreCountedOverRestarts) {
  CrawlSite site;
  site.add("/", {.status = 503});
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/") crawl.stop();
  };
  for (int run = 0; run < 5; ++run) ASSERT_TRUE(site.crawl().has_value());
  site.during = nullptr;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "failed http_5xx");
  EXPECT_EQ(site.query("SELECT group_concat(attempt) FROM fetches WHERE kind = 'page'"), "1,2,3");
  EXPECT_EQ(site.query("SELECT count(*) FROM retries"), "0");
}

TEST(Retries, OfFailedUrlsBeginAnew) {
  CrawlSite site;
  site.add("/", "<a href=/late>l</a><a href=/never>n</a>");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/late"), "failed http_4xx");
  site.add("/late", "here now");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/late"), "failed http_4xx") << "not unasked";
  site.options.retry_failed = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/late"), "done");
  EXPECT_EQ(site.state("/never"), "failed http_4xx");
}

TEST(Retries, AHostKeepsTheRestItAskedForOverARestart) {
  CrawlSite site;
  site.add("/", "<a href=/crowded>c</a><a href=/other>o</a>");
  site.add("/crowded", {.status = 429, .retry_after = "3600"});
  site.add("/other", "o");
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/crowded") crawl.stop();
  };
  ASSERT_TRUE(site.crawl().has_value());
  site.during = nullptr;
  site.add("/crowded", "there is room");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/crowded"), "done");
  EXPECT_EQ(site.state("/other"), "done");
}

TEST(Retries, AnswersOfOneMomentAreOneReasonToRest) {
  CrawlSite site;
  site.options.per_host = 16;
  site.options.per_ip = 0;
  std::string links;
  for (int i = 0; i < 16; ++i) {
    links += "<a href=/" + std::to_string(i) + ">x</a>";
    site.add("/" + std::to_string(i), {.status = 503});
  }
  site.add("/", links);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'failed'"), "16");
  EXPECT_EQ(site.query("SELECT max(rest) < 16000000 FROM fetches"), "1") << "three times round, not 48 times";
}

TEST(Cookies, GoBackToTheSiteAndSurviveARestart) {
  CrawlSite site;
  site.add("/", {.body = "<a href=/inside>i</a>", .set_cookie = "key=42; Path=/; Max-Age=86400"});
  site.add("/inside", {.body = "<a href=/deeper>d</a>", .wants_cookie = "key=42"});
  site.add("/deeper", {.body = "deep", .wants_cookie = "key=42"});
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/deeper") crawl.stop();
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT name || '=' || value FROM cookies"), "key=42");
  site.during = nullptr;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/deeper"), "done");
}

TEST(Cookies, AreNeitherKeptNorSentIfNotWanted) {
  CrawlSite site;
  site.options.no_cookies = true;
  site.add("/", {.body = "<a href=/inside>i</a>", .set_cookie = "key=42; Path=/"});
  site.add("/inside", {.body = "in", .wants_cookie = "key=42"});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/inside"), "failed http_4xx");
  EXPECT_EQ(site.query("SELECT count(*) FROM cookies"), "0");
}

}  // namespace
}  // namespace gossamer
