#include "crawler/spider.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdexcept>

#include "net/coro/timeout.h"
#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

// Takes the length of each page's neighbour, which it fetches itself.
struct NeighbourSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    const auto neighbour = co_await page.fetch("/neighbour");
    if (!neighbour) throw std::runtime_error(neighbour.error().message);
    co_yield Item{{"page", page.url()}, {"neighbour", neighbour->body().size()}};
  }
};

TEST(Spider, WhatItFetchesItselfHasTheCookiesOfTheSiteAndMaySetThem) {
  CrawlSite site;
  site.add("/", {.body = "<a href=/inside>i</a>", .set_cookie = "first=1; Path=/"});
  site.add("/neighbour", {.body = "four", .set_cookie = "first=2; Path=/", .wants_cookie = "first=1"});
  site.add("/inside", {.body = "in", .wants_cookie = "first=2"});
  NeighbourSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/inside"), "done");
  EXPECT_EQ(site.query("SELECT name || '=' || value FROM cookies"), "first=2")
      << "though the page that set it first is stored last";
}

TEST(Spider, EveryBoundAtOneAndEveryPageFetchingAnotherEnds) {
  for (const int concurrency : {1, 2, 16}) {
    CrawlSite site;
    std::string links;
    for (int i = 0; i < 30; ++i) {
      links += fmt::format("<a href=/{}>x</a>", i);
      site.add(fmt::format("/{}", i),
               fmt::format("<a href=/{}>next</a><a href=/{}>new</a>", (i + 1) % 30, i + 100));
      site.add(fmt::format("/{}", i + 100), "leaf");
    }
    site.add("/", links);
    site.add("/neighbour", "12345");
    site.options.concurrency = concurrency;
    site.bounds.finish_queue = 1;
    site.bounds.spiders = 1;
    site.bounds.uncommitted = 1;
    site.bounds.writer.linger = std::chrono::milliseconds(0);
    NeighbourSpider spider;
    ASSERT_TRUE(site.crawl(&spider).has_value());
    EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "61");
    EXPECT_EQ(site.query("SELECT count(*) FROM items"), "61");
    EXPECT_EQ(site.query("SELECT max(item ->> 'neighbour') FROM items"), "5");
  }
}

// Counts the links of each page, and of one that it fetches itself.
struct CountingSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    co_yield Item{{"links", page.links().size()}, {"last", page.links().back().text}};
    const auto other = co_await page.fetch("/other");
    co_yield Item{{"other", other->links().size()}};
  }
};

TEST(Spider, SeesAllLinksOfAPageHoweverMany) {
  CrawlSite site;
  std::string links;
  for (int i = 0; i < 3000; ++i) links += fmt::format("<a href=/{0}>link {0}</a>", i);
  site.add("/", links);
  site.add("/other", "<a href=1>1</a><a href=2>2</a>");
  site.options.max_pages = 1;
  CountingSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.query("SELECT max(item ->> 'links') FROM items"), "3000");
  EXPECT_EQ(site.query("SELECT max(item ->> 'last') FROM items"), "link 2999");
  EXPECT_EQ(site.query("SELECT max(item ->> 'other') FROM items"), "2");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls"), "3001");
}

struct ThrowingSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    co_yield Item{{"title", page.css("title::text").get()}};
    if (page.url().ends_with("/bad")) throw std::runtime_error("no price on this page");
  }
};

TEST(Spider, APageWhoseSpiderThrowsKeepsNothing) {
  CrawlSite site;
  site.add("/", "<title>Start</title><a href=/bad>b</a>");
  site.add("/bad", "<title>Bad</title><a href=/never>n</a>");
  ThrowingSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/bad"), "failed parse");
  EXPECT_EQ(site.state("/never"), "");
  EXPECT_EQ(site.query("SELECT group_concat(item) FROM items"), R"({"title":"Start"})");
  EXPECT_EQ(site.query("SELECT message FROM fetches WHERE error = 'parse'"), "spider: no price on this page");
}

TEST(Spider, ASpiderMayQueryAPageTooLargeForTheLoop) {
  CrawlSite site;
  site.add("/", "<title>Large</title><p>" + std::string(2 * kLargeDocument, 'x'));
  ThrowingSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.query("SELECT group_concat(item) FROM items"), R"({"title":"Large"})");
}

struct ChoosingSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    if (page.url().ends_with("/")) co_yield Request{"chosen"};
  }
  bool follows_links() const override { return false; }
};

TEST(Spider, ASpiderMayChooseItsOwnRequests) {
  CrawlSite site;
  site.add("/", "<a href=/linked>l</a>");
  site.add("/chosen", "c");
  ChoosingSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/chosen"), "done");
  EXPECT_EQ(site.state("/linked"), "");
  EXPECT_EQ(site.query("SELECT via FROM urls WHERE id = 2"), "spider");
}

// Fetches a page beside others, in a task group of its own.
struct GroupSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    co_await with_task_group(
        [](TaskGroup& group, Page p) -> Task<> {
          group.create_task([](Page inner) -> Task<> { (void)co_await inner.fetch("/other"); }, std::move(p));
          co_return;
        },
        page);
    co_yield Item{{"page", page.url()}};
  }
};

TEST(Spider, APageInItsHandsAtTheStopIsGivenUpWhole) {
  CrawlSite site;
  site.add("/", "start");
  site.add("/other", "other");
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/other") crawl.stop();
  };
  GroupSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/"), "pending");
  site.during = nullptr;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/"), "done");
  EXPECT_EQ(site.query("SELECT count(*) FROM items"), "1");
}

// Waits for ever on the page that stop() comes to.
struct WaitingSpider : Spider {
  AsyncGenerator<Output> parse(Page) override {
    crawl->stop();
    co_await sleep_for(std::chrono::hours(1));
    co_yield Item{{"waited", true}};
  }
  Crawl* crawl = nullptr;
};

TEST(Spider, AWaitingOneDoesNotHoldUpTheStop) {
  CrawlSite site;
  site.add("/", "start");
  WaitingSpider spider;
  site.during = [&](Crawl& crawl, std::string_view) { spider.crawl = &crawl; };
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/"), "pending");
}

struct OddlyThrowingSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    if (page.url().ends_with("/int")) throw 42;
    if (page.url().ends_with("/cancelled")) throw Cancelled{};
    co_yield Item{{"page", page.url()}};
  }
};

TEST(Spider, WhateverItThrowsFailsItsPageOnly) {
  CrawlSite site;
  site.add("/", "<a href=/int>i</a><a href=/cancelled>c</a><a href=/good>g</a>");
  for (const char* path : {"/int", "/cancelled", "/good"}) site.add(path, "x");
  OddlyThrowingSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/int"), "failed parse");
  EXPECT_EQ(site.state("/cancelled"), "failed parse");
  EXPECT_EQ(site.state("/good"), "done");
}

// Gives up on a page that never answers.
struct ImpatientSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    const auto other = co_await with_timeout(std::chrono::milliseconds(1), page.fetch("/slow"));
    co_yield Item{{"got", other.has_value()}};
  }
};

TEST(Spider, AFetchItGivesUpGivesTheHostBack) {
  CrawlSite site;
  site.add("/", "<a href=/a>a</a>");
  site.add("/a", "a");
  site.stall("/slow");
  ImpatientSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.query("SELECT group_concat(item) FROM items"), R"({"got":false},{"got":false})");
}

struct EndlessSpider : Spider {
  AsyncGenerator<Output> parse(Page) override {
    while (true) co_yield Item{{"again", "and again"}};
  }
};

TEST(Spider, AnEndlessOneFailsItsPage) {
  CrawlSite site;
  site.add("/", "start");
  site.bounds.spider_output = 100'000;
  EndlessSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/"), "failed parse");
  EXPECT_EQ(site.query("SELECT count(*) FROM items"), "0");
}

// Keeps every page it has seen.
struct KeepingSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    kept.push_back(page);
    co_return;
  }
  std::vector<Page> kept;
};

TEST(Spider, APageItKeepsKeepsItsBodyThoughThatIsStored) {
  CrawlSite site;
  site.add("/", "the body");
  site.options.store_bodies = true;
  KeepingSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  ASSERT_EQ(spider.kept.size(), 1U);
  EXPECT_EQ(spider.kept[0].body(), "the body");
  EXPECT_EQ(site.query("SELECT CAST(body AS TEXT) FROM bodies"), "the body");
}

}  // namespace
}  // namespace gossamer
