// What is asked for when: orders, budgets, twins.
#include <gtest/gtest.h>

#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

TEST(Order, DepthFirstGoesDownBeforeItGoesOn) {
  CrawlSite site;
  site.options.order = CrawlOrder::depth;
  site.options.delay = std::chrono::milliseconds(10);  // a page's links come before the next request
  site.options.no_robots = true;
  site.add("/", "<a href=/a>a</a><a href=/b>b</a>");
  site.add("/a", "<a href=/a/1>1</a>");
  site.add("/a/1", "<a href=/a/1/x>x</a>");
  for (const char* path : {"/b", "/a/1/x"}) site.add(path, path);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.requests, (std::vector<std::string>{"/", "/a", "/a/1", "/a/1/x", "/b"}));
}

TEST(Order, BestFirstTakesTheSpidersScores) {
  class Scores : public Spider {
   public:
    bool follows_links() const override { return false; }
    AsyncGenerator<Output> parse(Page page) override {
      if (!page.url().ends_with("/")) co_return;
      co_yield Request{"/low", -5};
      co_yield Request{"/plain"};
      co_yield Request{"/high", 10};
    }
  } spider;
  CrawlSite site;
  site.options.order = CrawlOrder::best;
  site.options.no_robots = true;
  for (const char* path : {"/", "/low", "/plain", "/high"}) site.add(path, path);
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.requests, (std::vector<std::string>{"/", "/high", "/plain", "/low"}));
  EXPECT_EQ(site.query("SELECT group_concat(score) FROM urls WHERE score IS NOT NULL"), "-5,10");
}

TEST(Order, AHostThatGaveItsPagesLeavesTheRestPending) {
  CrawlSite site;
  site.options.max_pages_per_host = 2;
  site.add("/", "<a href=/a>a</a><a href=/b>b</a><a href=/c>c</a>");
  for (const char* path : {"/a", "/b", "/c"}) site.add(path, path);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "2");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "2");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "2") << "counted over restarts";
}

TEST(Order, AnEndlessChainOfTwinsEnds) {
  CrawlSite site;
  site.options.trap = {"twins=3", "repeated-segments=off"};
  std::string path = "/";
  for (int i = 0; i < 50; ++i) {
    site.add(path, "the same <a href=\"x/\">deeper</a>");
    path += "x/";
  }
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_LT(std::stoi(site.query("SELECT count(*) FROM pages")), 8);
  EXPECT_EQ(
      site.query("SELECT rules.rule FROM urls JOIN rules ON rules.id = urls.rule WHERE urls.reason = 'trap'"),
      "twins 3");
}

TEST(Workers, SeveralFindWhatOneFinds) {
  for (const int threads : {1, 3}) {
    CrawlSite site;
    site.options.threads = threads;
    site.several_hosts = true;
    site.options.scope = ScopeKind::any;
    site.seeds = {"/", "//127.0.0.2/", "//127.0.0.3/"};
    std::string links;
    for (int i = 0; i < 40; ++i) {
      links += "<a href=/" + std::to_string(i) + ">x</a>";
      site.add("/" + std::to_string(i), "page " + std::to_string(i) + "<a href=/>home</a>");
    }
    site.add("/", links + "<a href=/missing>m</a>");
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "123") << threads;
    EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'failed'"), "3") << threads;
  }
}

}  // namespace
}  // namespace gossamer
