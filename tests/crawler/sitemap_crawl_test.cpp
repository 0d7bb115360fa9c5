// What a crawl does with sitemaps: those that robots.txt names, that an index names, and seeds that are one.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/crawler/sitemap_site.h"
#include "tests/support/gzip.h"

namespace gossamer {
namespace {

TEST(SitemapCrawl, RobotsNamesAnIndexAndItsSitemapsNameThePages) {
  CrawlSite site;
  robots(site, "User-agent: *\nDisallow:\nSitemap: /index.xml\nSitemap: mailto:a@b\n");
  site.add("/", "home");
  site.add("/index.xml", xml(index_of({"/a.xml.gz", "/b.txt", "/index.xml"})));
  site.add("/a.xml.gz",
           {.body = gzip(urlset({"/1", "/2", "/"})), .content_type = "application/octet-stream"});
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/b.txt", {.body = site.url("/3") + "\n" + site.url("/1") + "\n", .content_type = "text/plain"});
  for (const char* page : {"/1", "/2", "/3"}) site.add(page, "<a href=/linked>l</a>");
  site.add("/linked", "l");
  site.options.retry_failed = true;
  ASSERT_TRUE(site.crawl().has_value());
  for (const char* path : {"/", "/index.xml", "/a.xml.gz", "/b.txt", "/1", "/2", "/3", "/linked"})
    EXPECT_EQ(site.state(path), "done") << path;
  EXPECT_EQ(found(site, "/index.xml"), "sitemap 0 -");
  EXPECT_EQ(found(site, "/a.xml.gz"), "sitemap 0 " + site.url("/index.xml"));
  EXPECT_EQ(found(site, "/1"), "sitemap 1 " + site.url("/a.xml.gz"));
  EXPECT_EQ(found(site, "/3"), "sitemap 1 " + site.url("/b.txt"));
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "8");
  EXPECT_EQ(site.query("SELECT links FROM pages, urls WHERE pages.url = urls.id AND urls.url LIKE '%.gz'"),
            "3");
  EXPECT_EQ(std::ranges::count(site.requests, "/index.xml"), 1);
}

TEST(SitemapCrawl, WhatItListsIsJudgedLikeLinks) {
  CrawlSite site;
  robots(site, "User-agent: *\nDisallow: /private\nSitemap: /map.xml\n");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a", "/private/b", "/c.pdf", "http://elsewhere.test/", "ftp://h/x"})));
  site.add("/a", "a");
  site.options.exclude = {"pdf$"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/private/b"), "filtered robots");
  EXPECT_EQ(site.state("/c.pdf"), "filtered pattern");
  EXPECT_EQ(site.query("SELECT reason FROM urls WHERE url = 'http://elsewhere.test/'"), "scope");
  EXPECT_EQ(
      site.query(
          "SELECT other_links FROM pages, urls WHERE pages.url = urls.id AND via = 'sitemap' AND depth = "
          "0"),
      "1");
}

TEST(SitemapCrawl, DepthCountsFromTheSitemap) {
  CrawlSite site;
  robots(site, "Sitemap: /index.xml");
  site.add("/", "home");
  site.add("/index.xml", xml(index_of({"/map.xml"})));
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "<a href=/b>b</a>");
  site.options.depth = 1;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/b"), "filtered depth");
}

TEST(SitemapCrawl, NoneIsLookedForWhereOnlySeedsAreWanted) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  site.options.depth = 0;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "1");
}

TEST(SitemapCrawl, ASitemapOfAnotherHostIsReadButLetsNobodyIn) {
  CrawlSite site;
  site.several_hosts = true;
  site.seeds = {"//127.0.0.1/"};
  site.add("/", "home");
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/robots.txt") robots(site, "Sitemap: " + site.url("//127.0.0.2/index.xml"));
    site.add("/index.xml", xml(index_of({site.url("//127.0.0.2/map.xml"), site.url("//127.0.0.3/map.xml")})));
    site.add("/map.xml", xml(urlset({site.url("//127.0.0.1/a"), site.url("//127.0.0.2/b")})));
  };
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/index.xml"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/map.xml"), "done") << "of the host of its index";
  EXPECT_EQ(site.state("//127.0.0.3/map.xml"), "filtered scope");
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/b"), "filtered scope");

  // The same judgement when other options have the URLs judged again.
  site.options.exclude = {"nothing"};
  site.given = {"exclude"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.3/map.xml"), "filtered scope");
}

TEST(SitemapCrawl, ARedirectedSitemapIsReadAndOpensNoScope) {
  CrawlSite site;
  site.several_hosts = true;
  site.seeds = {"//127.0.0.1/"};
  robots(site, "Sitemap: /old.xml");
  site.add("/", "home");
  site.during = [&](Crawl&, std::string_view) {
    site.redirect("/old.xml", site.url("//127.0.0.2/map.xml"));
    site.add("/map.xml", xml(urlset({site.url("//127.0.0.1/a"), site.url("//127.0.0.2/b")})));
  };
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/map.xml"), "done");
  EXPECT_EQ(found(site, "//127.0.0.2/map.xml"), "sitemap 0 " + site.url("/old.xml"));
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/b"), "filtered scope");
  EXPECT_EQ(site.state("//127.0.0.2/old.xml"), "") << "a host out of scope has no sitemaps";
}

TEST(SitemapCrawl, TheHostThatASeedLeadsToHasItsSitemapsRead) {
  CrawlSite site;
  site.several_hosts = true;
  site.seeds = {"//127.0.0.1/start"};
  robots(site, "Sitemap: /map.xml");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.during = [&](Crawl&, std::string_view) { site.redirect("/start", site.url("//127.0.0.2/home")); };
  site.add("/home", "home");
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/home"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/map.xml"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/a"), "done");
}

TEST(SitemapCrawl, ASeedMayBeASitemap) {
  CrawlSite site;
  site.seeds = {"/map.xml", "/list.txt"};
  site.add("/map.xml", {.body = urlset({"/a"}), .content_type = "text/html"});
  site.during = [&](Crawl&, std::string_view) {
    site.add("/list.txt", {.body = site.url("/b"), .content_type = "text/plain"});
  };
  site.add("/a", "a<a href=/other.xml>o</a>");
  site.add("/b", "b");
  site.add("/other.xml", xml(urlset({"/c"})));
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/b"), "done");
  EXPECT_EQ(found(site, "/map.xml"), "seed 0 -");
  EXPECT_EQ(site.state("/c"), "") << "a link leads to a page, whatever it looks like";
}

TEST(SitemapCrawl, NoneIsReadWithNoSitemaps) {
  CrawlSite site;
  site.seeds = {"/", "/map.xml"};
  robots(site, "Sitemap: /other.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.options.no_sitemaps = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "2");
  EXPECT_EQ(
      site.query("SELECT body_complete FROM pages, urls WHERE pages.url = urls.id AND urls.url LIKE '%.xml'"),
      "0");
}

TEST(SitemapCrawl, OfADamagedOneComesWhatWasReadable) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml\nSitemap: /missing.xml\nSitemap: /page");
  site.add("/", "home");
  site.add("/map.xml",
           xml("<urlset>\n<url><loc>/a</loc></url>\n<url><loc>/b</lock></url><url><loc>/c</loc></url>"));
  site.add("/page", "<a href=/linked>no sitemap, but a page</a>");
  site.add("/a", "a");
  site.add("/linked", "l");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/map.xml"), "done");
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/c"), "");
  EXPECT_EQ(site.state("/missing.xml"), "failed http_4xx");
  EXPECT_EQ(site.state("/linked"), "done");
  EXPECT_TRUE(message(site, "/map.xml").starts_with("sitemap: line 3, byte ")) << message(site, "/map.xml");

  site.options.refresh = std::chrono::milliseconds(0);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT change FROM fetches f, urls u WHERE f.url = u.id AND u.url LIKE '%/map.xml' "
                       "ORDER BY f.id DESC"),
            "unchanged");
  EXPECT_TRUE(message(site, "/map.xml").starts_with("sitemap: line 3, byte ")) << "of each fetch";
}

TEST(SitemapCrawl, AUrlThatIsNoSitemapThoughNamedAsOneSaysSo) {
  CrawlSite site;
  robots(site, "Sitemap: /page\nSitemap: /text\nSitemap: /image\nSitemap: /late.xml\n");
  site.add("/", "home");
  site.add("/page", "<html><a href=/linked>l</a></html>");
  site.add("/linked", "l");
  site.add("/text", {.body = "Not found", .content_type = "text/plain"});
  site.add("/image", {.body = std::string(1000, 'x'), .content_type = "image/png"});
  site.add("/late.xml", xml("<!--" + std::string(40'000, '.') + "-->" + urlset({"/a"})));
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(message(site, "/page"), "not a sitemap: its root element is <html>");
  EXPECT_EQ(message(site, "/text"), "not a sitemap: it begins with neither XML nor a URL");
  EXPECT_EQ(message(site, "/image"), "not a sitemap: it is image/png");
  EXPECT_EQ(message(site, "/late.xml"), "");
  EXPECT_EQ(message(site, "/"), "") << "nobody said that it is one";
  EXPECT_EQ(site.state("/linked"), "done");
  EXPECT_EQ(site.state("/a"), "done") << "a comment before the root may be of any length";
}

TEST(SitemapCrawl, AScratchFileThatFailsIsNoFailureOfTheSite) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "a");
  std::filesystem::path home;
  site.during = [&](Crawl&, std::string_view path) {
    if (path != "/map.xml" || !home.empty()) return;
    home = std::filesystem::path(site.options.output).parent_path();
    std::filesystem::rename(home, home.string() + "-away");
  };
  const auto failed = site.crawl();
  std::filesystem::rename(home.string() + "-away", home);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().error_class, ErrorClass::storage);
  EXPECT_TRUE(failed.error().message.contains("scratch file")) << failed.error().message;
  EXPECT_EQ(site.state("/map.xml"), "pending");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
}

TEST(SitemapCrawl, OneOfVeryManyUrlsIsOneOutcomeInParts) {
  CrawlSite site;
  std::vector<std::string> urls;
  for (int i = 0; i < 30'000; ++i) urls.push_back(fmt::format("/{}", i));
  robots(site, "Sitemap: /map.xml");
  site.add("/map.xml", xml(urlset(urls)));
  site.add("/", "home");
  site.options.max_pages = 2;
  site.options.store_links = true;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE via = 'sitemap' AND state = 'pending'"), "30000");
  EXPECT_EQ(site.query("SELECT count(DISTINCT url) FROM urls"), "30002");
  EXPECT_EQ(site.query("SELECT count(*) FROM links WHERE tag = 'url'"), "30000");
}

TEST(SitemapCrawl, WithStoredBodiesALargeOneIsReadWholeToo) {
  for (const std::size_t max_body : {std::size_t{100'000}, std::size_t{1'000'000}}) {
    CrawlSite site;
    std::vector<std::string> urls{"/first"};
    for (int i = 0; i < 20'000; ++i) urls.push_back("/first");
    urls.emplace_back("/last");
    robots(site, "Sitemap: /map.xml\nSitemap: /small.xml");
    site.add("/", "home");
    site.add("/map.xml", xml(urlset(urls)));
    site.add("/small.xml", xml(urlset({})));
    site.options.store_bodies = true;
    site.bounds.client.max_body = site.options.network.max_body = max_body;
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/map.xml"), "done");
    EXPECT_EQ(site.state("/last"), "failed http_4xx");
    EXPECT_EQ(message(site, "/map.xml"), "");
    EXPECT_EQ(site.query("SELECT count(*) FROM bodies"), max_body < 200'000 ? "2" : "3");
    EXPECT_EQ(site.query("SELECT body_bytes FROM pages WHERE links > 1"),
              std::to_string(urlset(urls).size()));
  }
}

// Yields nothing; counts the pages it is shown.
struct CountingSpider : Spider {
  explicit CountingSpider(bool follows) : follows_links_(follows) {}
  AsyncGenerator<Output> parse(Page page) override {
    pages.emplace_back(page.url());
    co_return;
  }
  bool follows_links() const override { return follows_links_; }

  std::vector<std::string> pages;

 private:
  bool follows_links_;
};

TEST(SitemapCrawl, ASpiderSeesThePagesNotTheSitemap) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  site.add("/map.xml", xml(urlset({"/a"})));
  site.add("/a", "a");
  CountingSpider spider(true);
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(spider.pages, (std::vector{site.url("/"), site.url("/a")}));
}

TEST(SitemapCrawl, ASpiderThatFollowsNoLinksHasNoSitemaps) {
  CrawlSite site;
  robots(site, "Sitemap: /map.xml");
  site.add("/", "home");
  CountingSpider spider(false);
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "1");
}

}  // namespace
}  // namespace gossamer
