// What a later run keeps of an earlier one: attempts, rests, cookies.
#include <algorithm>
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

// Lets in who has a cookie: others are led to `by`, and back, and given it by the answer of `giver`.
void wall(CrawlSite& site, const std::string& by, const std::string& giver) {
  site.add("/", "<a href=/p>p</a>");
  site.redirect("/p", by);
  site.redirect("/wall", "/p");
  site.during = [&site, by, giver](Crawl&, std::string_view path) {
    const auto times = std::ranges::count(site.requests, "/p");
    CrawlSite::Answer answer{.status = 302, .location = by};
    if (giver == "/p") answer.set_cookie = "key=42; Path=/";
    if (times > 1) answer = {.body = "<a href=/inside>i</a>", .wants_cookie = "key=42"};
    if (path == "/p") site.add("/p", answer);
    if (giver == "/wall")
      site.add("/wall", {.status = 302, .location = "/p", .set_cookie = "key=42; Path=/"});
  };
  site.add("/inside", "in");
}

TEST(Cookies, AUrlThatLeadsBackToItselfIsAskedAgainWithThoseItSet) {
  for (const auto& [by, giver] : {std::pair("/p", "/p"), {"/wall", "/p"}, {"/wall", "/wall"}}) {
    CrawlSite site;
    wall(site, by, giver);
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/p"), "done") << by << giver;
    EXPECT_EQ(site.state("/inside"), "done");
    EXPECT_EQ(std::ranges::count(site.requests, "/p"), 2);
    EXPECT_EQ(site.query("SELECT group_concat(f.status) FROM fetches f, urls u WHERE f.url = u.id AND "
                         "u.url LIKE '%/p' AND attempt = 1"),
              "302,200");
    EXPECT_EQ(site.query("SELECT redirect_to IS NULL FROM urls WHERE url LIKE '%/p'"), "1");
    EXPECT_EQ(site.state("/wall"), std::string_view(by) == "/wall" ? "done" : "");
  }
}

TEST(Cookies, AUrlThatLeadsBackToItselfIsAskedAgainByTheNextRunToo) {
  for (const char* by : {"/p", "/wall"}) {
    for (const auto& [path, times] : {std::pair("/p", 2), {"/wall", 1}}) {
      CrawlSite site;
      wall(site, by, by);
      const auto answers = site.during;
      site.during = [&, at = std::string(path)](Crawl& crawl, std::string_view asked) {
        answers(crawl, asked);
        if (asked == at && std::ranges::count(site.requests, asked) == times) crawl.stop();
      };
      ASSERT_TRUE(site.crawl().has_value());
      site.during = answers;
      ASSERT_TRUE(site.crawl().has_value());
      EXPECT_EQ(site.state("/p"), "done") << by << path << times;
      EXPECT_EQ(site.state("/inside"), "done");
      EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "3");
    }
  }
}

TEST(Cookies, AUrlThatLeadsBackToItselfAndSetsNothingNewIsALoop) {
  for (const char* by : {"/p", "/wall"}) {
    for (const bool no_cookies : {true, false}) {
      CrawlSite site;
      wall(site, by, "");
      site.options.no_cookies = no_cookies;
      site.during = nullptr;
      const CrawlSite::Answer to{.status = 302, .location = by, .set_cookie = "key=42; Path=/"};
      site.add("/p", to);
      ASSERT_TRUE(site.crawl().has_value());
      EXPECT_EQ(site.state("/p"), "failed redirect");
      EXPECT_EQ(site.state("/wall"), std::string_view(by) == "/wall" ? "failed redirect" : "");
      EXPECT_EQ(std::ranges::count(site.requests, "/p"), no_cookies ? 1 : 2) << by;
    }
  }
}

TEST(Cookies, AUrlThatSetsAnotherEachTimeIsAskedAsOftenAsRedirectsAreFollowed) {
  for (const char* by : {"/p", "/wall"}) {
    CrawlSite site;
    wall(site, by, "");
    site.during = [&](Crawl&, std::string_view path) {
      if (path == "/p")
        site.add("/p", {.status = 302,
                        .location = by,
                        .set_cookie = "key=" + std::to_string(site.requests.size()) + "; Path=/"});
    };
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/p"), "failed redirect");
    EXPECT_EQ(site.requests.size(), 13u) << "robots.txt, the home page, and 11";
  }
}

TEST(Cookies, ARefreshMayHaveToBeLetInAnew) {
  CrawlSite site;
  wall(site, "/p", "/p");
  ASSERT_TRUE(site.crawl().has_value());
  site.during = [&](Crawl&, std::string_view path) {
    if (path != "/p") return;
    CrawlSite::Answer answer{.status = 302, .location = "/p", .set_cookie = "key=43; Path=/"};
    if (std::ranges::count(site.requests, "/p") > 3) answer = {.body = "new", .wants_cookie = "key=43"};
    site.add("/p", answer);
  };
  site.options.refresh = std::chrono::milliseconds(0);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/p"), "done");
  EXPECT_EQ(site.query("SELECT version FROM pages, urls WHERE pages.url = urls.id AND urls.url LIKE '%/p'"),
            "2");
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
