// What a crawl does with robots.txt as it is asked for, stored and asked for again.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "tests/crawler/crawl_site.h"
#include "tests/storage/job.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

TEST(RobotsOfACrawl, AFileThatCannotBeReadForbidsTheHost) {
  CrawlSite site;
  site.add("/", "never asked for");
  site.add("/robots.txt", {.status = 500});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "failed http_5xx");
  EXPECT_EQ(std::ranges::count(site.requests, "/"), 0);
}

TEST(RobotsOfACrawl, AFileThatCanNoLongerBeReadHoldsOn) {
  CrawlSite site;
  site.options.delay = std::chrono::minutes(55);
  std::string links;
  for (int i = 0; i < 30; ++i) {
    links += fmt::format("<a href=/{}>page</a>", i);
    site.add(fmt::format("/{}", i), "a page of a crawl of 28 hours");
  }
  site.add("/", links + "<a href=/private/b>b</a>");
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /private/", .content_type = "text/plain"});
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/") site.add("/robots.txt", {.status = 500});
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_GT(std::ranges::count(site.requests, "/robots.txt"), 2);
  EXPECT_EQ(site.state("/29"), "done");
  EXPECT_EQ(site.state("/private/b"), "filtered robots");
}

// The turn of a URL comes when what its host said of robots is too old, as it is in a day, or sooner while
// that fails.
TEST(RobotsOfACrawl, AHostThatRestsForLongerThanAFileCountsIsReadAllTheSame) {
  CrawlSite site;
  site.options.delay = 24h;
  site.add("/", "<a href=/a>a</a><a href=/private/b>b</a>");
  site.add("/a", "page");
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /private/", .content_type = "text/plain"});
  site.during = [&](Crawl& crawl, std::string_view path) {
    if (path == "/") site.add("/robots.txt", {.status = 500});
    if (site.requests.size() > 20) crawl.stop();
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "done");
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/private/b"), "filtered robots");
}

TEST(RobotsOfACrawl, AHostThatRestsForLongerThanAFailureCountsFailsAllTheSame) {
  CrawlSite site;
  site.options.delay = 1h;
  site.add("/", "never asked for");
  site.add("/robots.txt", {.status = 500});
  site.during = [&](Crawl& crawl, std::string_view) {
    if (site.requests.size() > 20) crawl.stop();
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "failed http_5xx");
  EXPECT_EQ(site.requests.size(), 5U);
}

TEST(RobotsOfACrawl, AFileThatCouldNotBeReadForAMonthForbidsNothing) {
  CrawlSite site;
  site.add("/", "start");
  site.add("/robots.txt", {.status = 500});
  site.options.retry_failed = true;
  site.given = {"retry-failed"};
  for (const auto& [later, state] : {std::pair{0, "failed http_5xx"}, {29, "failed http_5xx"}, {2, "done"}}) {
    if (later != 0) {
      auto db = testing::must(CrawlDb::open_for_crawl(site.options.output));
      testing::must(db.database().execute(fmt::format(
          "UPDATE fetches SET started_at = started_at - {} * 86400 * 1000000 WHERE id = 1", later)));
    }
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/"), state) << later;
  }
}

TEST(RobotsOfACrawl, AFileThatComesBackFreesItsHost) {
  CrawlSite site;
  site.add("/", "start");
  site.add("/robots.txt", {.status = 503});
  site.during = [&](Crawl&, std::string_view) {
    if (site.requests.size() == 2) site.add("/robots.txt", {.status = 404});
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/"), "done");
}

TEST(RobotsOfACrawl, AFileIsAskedForOnceThoughTheCacheIsTooSmall) {
  CrawlSite site;
  site.several_hosts = true;
  site.options.scope = ScopeKind::any;
  site.seeds = {"/", "//127.0.0.2/", "//127.0.0.3/"};
  site.bounds.robots_memory = 1;
  std::string rules = "User-agent: *\n";
  for (int i = 0; i < 100; ++i) rules += fmt::format("Disallow: /no{}\n", i);
  site.add("/robots.txt", {.body = rules, .content_type = "text/plain"});
  std::string links;
  for (int i = 0; i < 20; ++i) {
    links += fmt::format("<a href=/{}>x</a>", i);
    site.add(fmt::format("/{}", i), "page");
  }
  site.add("/", links);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "63");
  EXPECT_EQ(std::ranges::count(site.requests, "/robots.txt"), 3) << "one of each host";
}

}  // namespace
}  // namespace gossamer
