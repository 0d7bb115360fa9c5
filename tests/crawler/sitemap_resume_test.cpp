// What a resume and a refresh do with sitemaps.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/crawler/sitemap_site.h"

namespace gossamer {
namespace {

TEST(SitemapCrawl, AResumeKnowsWhatIsASitemap) {
  CrawlSite site;
  robots(site, "Sitemap: /index.xml");
  site.add("/", "home");
  site.redirect("/index.xml", "/moved.xml");
  site.add("/moved.xml", xml(index_of({"/map.xml"})));
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "a");
  for (std::uint64_t pages = 1; pages <= 4; ++pages) {
    site.options.max_pages = pages;
    site.given = {"max-pages"};
    ASSERT_TRUE(site.crawl().has_value());
  }
  for (const char* path : {"/index.xml", "/moved.xml", "/map.xml", "/a"})
    EXPECT_EQ(site.state(path), "done") << path;
  for (const char* path : {"/robots.txt", "/index.xml", "/moved.xml", "/map.xml", "/a"})
    EXPECT_EQ(std::ranges::count(site.requests, path), 1) << path;
}

TEST(SitemapCrawl, AResumeThatReadsSitemapsHasThemAtOnce) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml\nSitemap: /index.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/index.xml", xml(index_of({"/map.xml"})));
  site.add("/a", "a");
  site.options.no_sitemaps = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "1");
  site.options.no_sitemaps = false;
  site.given = {"no-sitemaps"};
  ASSERT_TRUE(site.crawl().has_value());
  for (const char* path : {"/map.xml", "/index.xml", "/a"}) EXPECT_EQ(site.state(path), "done") << path;
  EXPECT_EQ(found(site, "/map.xml"), "sitemap 0 -");
  EXPECT_EQ(std::ranges::count(site.requests, "/robots.txt"), 1);
}

struct SilentSpider : Spider {
  explicit SilentSpider(bool follows) : follows_links_(follows) {}
  AsyncGenerator<Output> parse(Page) override { co_return; }
  bool follows_links() const override { return follows_links_; }

 private:
  bool follows_links_;
};

TEST(SitemapCrawl, AResumeWithASpiderHasThemAtOnceIfItFollowsLinks) {
  for (const bool follows : {true, false}) {
    CrawlSite site;
    robots(site, "Sitemap: /map.xml");
    site.add("/", "home");
    site.add("/map.xml", xml(urlset({"/a"})));
    site.add("/a", "a");
    SilentSpider spider(follows);
    site.options.no_sitemaps = true;
    ASSERT_TRUE(site.crawl(&spider).has_value());
    site.options.no_sitemaps = false;
    site.given = {"no-sitemaps"};
    ASSERT_TRUE(site.crawl(&spider).has_value());
    EXPECT_EQ(site.state("/map.xml"), follows ? "done" : "");
    EXPECT_EQ(site.state("/a"), follows ? "done" : "");
  }
}

TEST(SitemapCrawl, AResumeThatReadsSitemapsReadsThoseAmongItsSeedsToo) {
  CrawlSite site;
  site.seeds = {"/", "/map.xml"};
  site.add("/", "home");
  site.add("/map.xml", {.body = urlset({"/a"}), .content_type = "application/xml", .etag = "1"});
  site.add("/a", "a");
  site.options.no_sitemaps = true;
  for (int run = 0; run < 2; ++run) ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "");
  site.options.no_sitemaps = false;
  site.given = {"no-sitemaps"};
  for (int run = 0; run < 2; ++run) ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
  EXPECT_EQ(std::ranges::count(site.requests, "/"), 1);
}

TEST(SitemapCrawl, AResumeThatGoesDeeperThanItsSeedsHasSitemapsToo) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "a");
  site.options.depth = 0;
  ASSERT_TRUE(site.crawl().has_value());
  site.options.depth = 1;
  site.given = {"depth"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
}

TEST(SitemapCrawl, ARefreshFindsWhatIsNewInASitemap) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/map.xml", xml(urlset({"/a", "/b"})));
  site.add("/b", "b");
  site.options.refresh = std::chrono::milliseconds(0);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/b"), "done");
}

TEST(SitemapCrawl, AResumeWithASeedOfAKnownHostHasItsSitemaps) {
  CrawlSite site;
  site.several_hosts = true;
  site.seeds = {"//127.0.0.1/"};
  site.add("/", "home");
  site.during = [&](Crawl&, std::string_view) {
    robots(site, "Sitemap: /map.xml\nSitemap: " + site.url("//127.0.0.2/other.xml"));
  };
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/other.xml", xml(urlset({})));
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/other.xml"), "done") << "its robots.txt is known";
  EXPECT_EQ(site.state("//127.0.0.2/map.xml"), "");
  site.seeds = {"//127.0.0.2/"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/map.xml"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/a"), "done");
}

TEST(SitemapCrawl, AResumeThatObeysRobotsAfterAllHasItsSitemaps) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "a");
  site.options.no_robots = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "0");
  site.options.no_robots = false;
  site.given = {"no-robots"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(std::ranges::count(site.requests, "/robots.txt"), 1);
}

}  // namespace
}  // namespace gossamer
