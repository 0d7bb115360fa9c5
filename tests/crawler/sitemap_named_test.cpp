// Sitemaps that were met as a link, or in flight, before something named them.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/crawler/sitemap_site.h"

namespace gossamer {
namespace {

// A home page that links to a sitemap, which an index names that is not read before its second attempt.
void link_before_it_is_named(CrawlSite& site) {
  robots(site, "Sitemap: /index.xml");
  site.add("/", "<a href=/map.xml>sitemap</a>");
  site.add("/index.xml", {.status = 500});
  site.add("/map.xml", xml(urlset({"/a", "/b"})));
  site.add("/a", "a");
  site.add("/b", "b");
}

TEST(SitemapCrawl, OneThatWasFetchedByALinkIsAskedForOnceMoreWhenItIsNamed) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/map.xml") site.add("/index.xml", xml(index_of({"/map.xml", "/map.xml", "/index.xml"})));
  };
  ASSERT_TRUE(site.crawl().has_value());
  for (const char* path : {"/map.xml", "/index.xml", "/a", "/b"}) EXPECT_EQ(site.state(path), "done") << path;
  EXPECT_EQ(found(site, "/map.xml"), "sitemap 0 " + site.url("/index.xml"));
  EXPECT_EQ(found(site, "/a"), "sitemap 1 " + site.url("/map.xml"));
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "5");
  const std::size_t requests = site.requests.size();
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.requests.size(), requests) << "once";
}

// Yields an item for each page that it is shown.
struct PagesSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    pages.emplace_back(page.url());
    co_yield Item{{"url", std::string(page.url())}};
  }
  std::vector<std::string> pages;
};

// As link_before_it_is_named(), but what the index names is a page.
void name_a_page(CrawlSite& site) {
  link_before_it_is_named(site);
  site.add("/map.xml", "<title>Site map</title><a href=/a>a</a>");
  site.options.store_links = true;
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/map.xml") site.add("/index.xml", xml(index_of({"/map.xml"})));
  };
}

TEST(SitemapCrawl, APageThatIsNamedAsASitemapWronglyIsReadOnce) {
  CrawlSite site;
  name_a_page(site);
  PagesSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(spider.pages, (std::vector{site.url("/"), site.url("/map.xml"), site.url("/a")}));
  EXPECT_EQ(site.query("SELECT count(*) FROM items"), "3");
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
  EXPECT_EQ(site.state("/map.xml"), "done");
  EXPECT_EQ(message(site, "/map.xml"), "not a sitemap: its root element is <title>");
  EXPECT_EQ(site.query("SELECT version FROM pages WHERE title = 'Site map'"), "1");
  EXPECT_EQ(site.query("SELECT count(*) FROM links"), "3") << "two of pages, one of the index";
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
}

TEST(SitemapCrawl, APageStaysIfNothingCameWhenItWasAskedForAsASitemap) {
  CrawlSite site;
  name_a_page(site);
  site.during = [&](Crawl&, std::string_view path) {
    if (path != "/map.xml") return;
    site.add("/index.xml", xml(index_of({"/map.xml"})));
    if (std::ranges::count(site.requests, path) == 2) site.add("/map.xml", {.status = 404});
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/map.xml"), "done");
  EXPECT_EQ(message(site, "/map.xml"), "the server answered 404");
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "4");
}

TEST(SitemapCrawl, APageThatIsToBeAskedForAsASitemapIsSoByTheNextRun) {
  for (const bool is_one : {true, false}) {
    CrawlSite site;
    name_a_page(site);
    PagesSpider spider;
    site.during = [&](Crawl& crawl, std::string_view path) {
      const auto times = std::ranges::count(site.requests, path);
      if (path == "/map.xml" && times == 1) site.add("/index.xml", xml(index_of({"/map.xml"})));
      if (path == "/map.xml" && times == 2) crawl.stop();
    };
    ASSERT_TRUE(site.crawl(&spider).has_value());
    EXPECT_EQ(site.state("/map.xml"), "done") << "with its page, until it is a sitemap";
    site.during = nullptr;
    if (is_one) site.add("/map.xml", xml(urlset({"/b"})));
    site.options.no_sitemaps = true;
    site.given = {"no-sitemaps"};
    ASSERT_TRUE(site.crawl(&spider).has_value());
    EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2) << "none is wanted";
    site.options.no_sitemaps = false;
    ASSERT_TRUE(site.crawl(&spider).has_value());
    EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 3);
    EXPECT_EQ(site.state("/b"), is_one ? "done" : "");
    EXPECT_EQ(site.query("SELECT count(*) FROM items"), is_one ? "4" : "3");
    ASSERT_TRUE(site.crawl(&spider).has_value());
    EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 3);
  }
}

TEST(SitemapCrawl, ASitemapThatCameAsAPageFirstIsOnePageOfTheBudget) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/map.xml") site.add("/index.xml", xml(index_of({"/map.xml"})));
  };
  site.options.max_pages = site.options.max_pages_per_host = 5;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "5");
  EXPECT_EQ(site.state("/b"), "done");
}

TEST(SitemapCrawl, OneOfManyUrlsThatCameAsAPageFirstHasTheLinksOfTheSitemapOnly) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.add("/map.xml", "<a href=/a>a page, at first</a>");
  std::vector<std::string> urls;
  for (int i = 0; i < 10'000; ++i) urls.push_back(fmt::format("/{}", i));
  site.during = [&](Crawl&, std::string_view path) {
    if (path != "/map.xml") return;
    site.add("/index.xml", xml(index_of({"/map.xml"})));
    if (std::ranges::count(site.requests, path) == 2) site.add("/map.xml", xml(urlset(urls)));
  };
  site.options.store_links = true;
  site.options.max_pages = 4;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT version FROM pages WHERE links = 10000"), "2");
  EXPECT_EQ(site.query("SELECT count(*) FROM links WHERE tag = 'url'"), "10000");
  EXPECT_EQ(site.query("SELECT count(*) FROM links WHERE tag = 'a'"), "1") << "that of the home page";
}

TEST(SitemapCrawl, OneThatWaitsForAnotherAttemptIsAskedForAsASitemapThen) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.during = [&](Crawl&, std::string_view path) {
    if (path != "/map.xml") return;
    site.add("/index.xml", xml(index_of({"/map.xml"})));
    const bool first = std::ranges::count(site.requests, path) == 1;
    site.add("/map.xml",
             first ? CrawlSite::Answer{.status = 500, .retry_after = "1000"} : xml(urlset({"/a", "/b"})));
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
}

TEST(SitemapCrawl, ALinkedOneThatFailedOrMovedIsAskedForOnceMoreToo) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.add("/", "<a href=/map.xml>sitemap</a><a href=/old.xml>sitemap</a>");
  site.add("/map.xml", {.status = 404});
  site.redirect("/old.xml", "/new.xml");
  site.add("/new.xml", xml(urlset({"/b"})));
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/new.xml") site.add("/index.xml", xml(index_of({"/map.xml", "/old.xml"})));
    if (path == "/index.xml" && std::ranges::count(site.requests, "/new.xml") == 1)
      site.add("/map.xml", xml(urlset({"/a"})));
  };
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/b"), "done");
  EXPECT_EQ(found(site, "/new.xml"), "sitemap 0 " + site.url("/old.xml"));
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE redirect_to IS NOT NULL"), "1");
}

TEST(SitemapCrawl, ALoopThatClosesWhileOneOfItIsAskedAgainAddsUp) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.add("/", "<a href=/old.xml>sitemap</a>");
  site.redirect("/old.xml", "/new.xml");
  site.add("/new.xml", {.status = 500, .retry_after = "1000"});
  site.during = [&](Crawl&, std::string_view path) {
    const auto times = std::ranges::count(site.requests, path);
    if (path == "/new.xml" && times == 1) {
      site.add("/index.xml", xml(index_of({"/old.xml"})));
      site.add("/old.xml", {.status = 500, .retry_after = "2000"});
    } else if (path == "/new.xml") {
      site.redirect("/new.xml", "/old.xml");
      site.redirect("/old.xml", "/new.xml");
    }
  };
  ASSERT_TRUE(site.crawl().has_value()) << "counted as stored";
  EXPECT_EQ(std::ranges::count(site.requests, "/old.xml"), 3);
  EXPECT_EQ(std::ranges::count(site.requests, "/new.xml"), 3) << "it is what a sitemap moved to";
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "0");
}

TEST(SitemapCrawl, AResumeAsksForALinkedOneOnceMoreWhenItIsNamed) {
  for (const bool by_robots : {true, false}) {
    CrawlSite site;
    link_before_it_is_named(site);
    robots(site, by_robots ? "Sitemap: /map.xml" : "");
    site.options.no_sitemaps = true;
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/map.xml"), "done");
    site.options.no_sitemaps = false;
    if (!by_robots) site.options.sitemap = {site.url("/map.xml")};
    site.given = {"no-sitemaps"};
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(site.state("/a"), "done");
    EXPECT_EQ(found(site, "/map.xml"), by_robots ? "sitemap 0 -" : "seed 0 -");
    EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
  }
}

TEST(SitemapCrawl, ARefreshOfALinkedOneThatIsNamedNowReadsIt) {
  CrawlSite site;
  link_before_it_is_named(site);
  site.add("/map.xml", {.body = urlset({"/a"}), .content_type = "application/xml", .etag = "\"1\""});
  site.options.no_sitemaps = true;
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/index.xml", xml(index_of({"/map.xml"})));
  site.options.no_sitemaps = false;
  site.given = {"no-sitemaps"};
  site.options.refresh = std::chrono::milliseconds(0);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/map.xml"), "done");
  EXPECT_EQ(site.state("/a"), "done");
}

// Takes its time over one page: it has read that only when `go_on` is set.
struct WaitingSpider : Spider {
  explicit WaitingSpider(std::string path) : path_(std::move(path)) {}
  AsyncGenerator<Output> parse(Page page) override {
    if (page.url().ends_with(path_)) co_await go_on.wait();
    co_yield Item{{"url", std::string(page.url())}};
  }
  Event go_on;

 private:
  std::string path_;
};

// The index names the sitemap while that is read as a page; /second.xml is asked for after it has.
void name_while_in_flight(CrawlSite& site) {
  link_before_it_is_named(site);
  site.add("/second.xml", xml(urlset({})));
}

TEST(SitemapCrawl, OneThatIsNamedWhileInFlightIsAskedForOnceMoreAfterThat) {
  CrawlSite site;
  name_while_in_flight(site);
  WaitingSpider spider("/map.xml");
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/map.xml") site.add("/index.xml", xml(index_of({"/map.xml", "/second.xml"})));
    if (path == "/second.xml") spider.go_on.set();
  };
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/map.xml"), "done");
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "6");
}

TEST(SitemapCrawl, OneThatIsNamedWhileInFlightIsReadByTheNextRunIfThisOneEnds) {
  CrawlSite site;
  name_while_in_flight(site);
  WaitingSpider spider("/map.xml");
  site.during = [&](Crawl& crawl, std::string_view path) {
    if (path == "/map.xml") site.add("/index.xml", xml(index_of({"/map.xml", "/second.xml"})));
    if (path == "/second.xml" && !spider.go_on.is_set()) crawl.stop();
  };
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/map.xml"), "pending");
  spider.go_on.set();
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(std::ranges::count(site.requests, "/map.xml"), 2);
}

}  // namespace
}  // namespace gossamer
