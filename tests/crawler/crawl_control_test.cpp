#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crawler/stall_watch.h"
#include "net/coro/timeout.h"
#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// A start page with `count` links, "/1" and so on.
void add_pages(CrawlSite& site, int count, std::string_view more = "") {
  std::string links(more);
  for (int i = 1; i <= count; ++i) {
    links += fmt::format("<a href=/{}>{}</a>", i, i);
    site.add(fmt::format("/{}", i), fmt::format("page {}", i));
  }
  site.add("/", links);
}

TEST(CrawlControl, PauseHoldsEveryRequestUntilResume) {
  CrawlSite site;
  add_pages(site, 50);
  site.several_hosts = true;
  site.seeds = {"/", "//127.0.0.2/", "//127.0.0.3/"};
  std::size_t at_pause = 0;
  site.during = [&](Crawl& crawl, std::string_view path) {
    if (path == "/5" && at_pause == 0) {
      crawl.pause();
      at_pause = site.requests.size();
    }
  };
  std::size_t after_an_hour = 0;
  std::size_t in_flight = 1;
  std::size_t pending_while_paused = 0;
  site.beside = [&](Crawl* crawl) -> Task<> {
    co_await sleep_for(1h);
    after_an_hour = site.requests.size();
    const auto state = co_await crawl->state();
    EXPECT_EQ(state.mode, CrawlState::Mode::paused);
    in_flight = state.in_flight.size();
    pending_while_paused = state.pending;
    crawl->resume();
  };
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  EXPECT_GT(at_pause, 0U);
  EXPECT_LE(after_an_hour, at_pause + 2) << "only what was in flight at the other two hosts may still come";
  EXPECT_EQ(in_flight, 0U);
  EXPECT_GT(pending_while_paused, 100U);
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "153");
}

TEST(CrawlControl, APausedCrawlEndsOnStop) {
  CrawlSite site;
  add_pages(site, 50);
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/5") crawl.pause();
  };
  site.beside = [](Crawl* crawl) -> Task<> {
    co_await sleep_for(1h);
    crawl->stop();
  };
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "45");
  site.during = nullptr;  // a pause does not outlast its process
  site.beside = nullptr;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state <> 'done'"), "0");
}

TEST(CrawlControl, WithAllHostsPausedItNeitherEndsNorWakesUp) {
  CrawlSite site;
  add_pages(site, 10);
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/5") {
      const auto origins = crawl.pause_host("127.0.0.1");
      EXPECT_EQ(origins.value_or(0), 1U);
    }
  };
  std::size_t wake_ups = 99;
  site.beside = [&](Crawl* crawl) -> Task<> {
    co_await sleep_for(10min);  // connections are closed meanwhile
    const std::size_t before = site.clock_jumps();
    co_await sleep_for(24h);
    wake_ups = site.clock_jumps() - before;
    const auto state = co_await crawl->state();
    EXPECT_EQ(state.paused_hosts, 1U);
    EXPECT_EQ(state.top_hosts.size(), 1U);
    EXPECT_EQ(state.next, std::nullopt);
    const auto unknown = crawl->resume_host("unknown.example");
    EXPECT_EQ(unknown.error().error_class, ErrorClass::not_found);
    const auto nonsense = crawl->pause_host("http://");
    EXPECT_EQ(nonsense.error().error_class, ErrorClass::invalid_input);
    const auto origins = crawl->resume_host("127.0.0.1");
    EXPECT_TRUE(origins);
  };
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  EXPECT_EQ(wake_ups, 1U) << "of the test itself";
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "11");
}

TEST(CrawlControl, ALongRestIsOneWakeUp) {
  CrawlSite site;
  add_pages(site, 2);
  site.add("/robots.txt", {.body = "User-agent: *\nCrawl-delay: 300\n", .content_type = "text/plain"});
  std::vector<std::size_t> jumps;
  site.during = [&](Crawl&, std::string_view) { jumps.push_back(site.clock_jumps()); };
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  ASSERT_EQ(jumps.size(), 4U);
  // The rest, the client's and the server's limit on idle connections.
  EXPECT_LE(jumps[3] - jumps[2], 3U);
}

TEST(CrawlControl, ACrawlDelayAboveTheCapIsCounted) {
  for (const auto& [delay, capped] : {std::pair("300", 0U), std::pair("301", 1U)}) {
    CrawlSite site;
    site.add("/", "");
    site.add("/robots.txt",
             {.body = fmt::format("User-agent: *\nCrawl-delay: {}\n", delay), .content_type = "text/plain"});
    std::size_t counted = 9;
    site.during = [&](Crawl& crawl, std::string_view) { counted = crawl.capped_delays(); };
    ASSERT_TRUE(site.crawl());
    EXPECT_EQ(counted, capped) << delay;
  }
}

TEST(CrawlControl, AServerThatNeverAnswersIsReportedWithUrlPhaseAndTime) {
  CrawlSite site;
  site.add("/", "<a href=/slow>s</a>");
  site.stall("/slow");
  site.bounds.client.timeouts = HttpTimeouts::of(30min);
  std::string reported;
  site.beside = [&](Crawl* crawl) -> Task<> {
    StallWatch watch;
    const EventLoop& loop = EventLoop::current();
    const TimePoint start = loop.now();
    while (reported.empty()) {
      const auto report = watch.look(co_await crawl->state());
      reported = report.text;
      if (reported.empty()) co_await sleep_until(report.look_at);
    }
    EXPECT_LT(loop.now() - start, 62s);
    const auto state = co_await crawl->state();
    EXPECT_EQ(state.in_flight.size(), 1U);
    if (state.in_flight.empty()) co_return;
    EXPECT_EQ(state.in_flight[0].url, site.url("/slow"));
    EXPECT_EQ(state.in_flight[0].phase, CrawlPhase::headers);
    EXPECT_GE(state.now - state.in_flight[0].since, 60s);
    crawl->stop();
  };
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  EXPECT_TRUE(
      reported.starts_with("no URL ended and no byte came for 1m00s; 1 in flight, 1 pending:\n  headers "))
      << reported;
  EXPECT_NE(reported.find("/slow  127.0.0.1:"), std::string::npos) << reported;
}

class DropTest : public testing::Test {
 protected:
  // Drops when the start page is stored and its links wait.
  void drop_after_the_first_page(std::string pattern) {
    site_.during = [](Crawl& crawl, std::string_view path) {
      if (path == "/") crawl.pause();
    };
    site_.beside = [this, pattern](Crawl* crawl) -> Task<> {
      co_await sleep_for(1h);
      report_ = co_await crawl->drop(pattern);
      crawl->resume();
    };
  }
  std::string rule_of(std::string_view path) const {
    return site_.query(fmt::format(
        "SELECT rules.rule FROM urls JOIN rules ON rules.id = urls.rule WHERE url = '{}'", site_.url(path)));
  }

  CrawlSite site_;
  Result<DropReport> report_ = DropReport{};
};

TEST_F(DropTest, FiltersWhatWaitsAndWhatIsFoundLater) {
  add_pages(site_, 20, "<a href=/a.pdf>a</a><a href=/b.pdf>b</a>");
  site_.add("/1", "<a href=/later.pdf>l</a><a href=/a.pdf>a</a>");
  site_.redirect("/2", "/from-redirect.pdf");
  drop_after_the_first_page("\\.pdf$");
  const auto crawled = site_.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  ASSERT_TRUE(report_) << report_.error().message;
  EXPECT_EQ(report_->dropped, 2U);
  EXPECT_EQ(report_->in_flight, 0U);
  for (const auto path : {"/a.pdf", "/b.pdf", "/later.pdf", "/from-redirect.pdf"}) {
    EXPECT_EQ(site_.state(path), "filtered pattern") << path;
    EXPECT_EQ(rule_of(path), "ctl drop \\.pdf$") << path;
    EXPECT_EQ(std::ranges::count(site_.requests, path), 0) << path;
  }
  EXPECT_EQ(site_.query("SELECT count(*) FROM pages"), "20");
}

TEST_F(DropTest, WhatIsDroppedCountsNoLongerAtItsHostEither) {
  add_pages(site_, 20, "<a href=/a.pdf>a</a><a href=/b.pdf>b</a>");
  drop_after_the_first_page("\\.pdf$");
  auto beside = std::move(site_.beside);
  site_.beside = [&](Crawl* crawl) -> Task<> {
    co_await beside(crawl);
    crawl->pause();
    const auto state = co_await crawl->state();
    EXPECT_EQ(state.pending, 20U);
    EXPECT_EQ(state.top_hosts.size(), 1U);
    if (state.top_hosts.size() == 1) EXPECT_EQ(state.top_hosts[0].pending, state.pending);
    crawl->resume();
  };
  ASSERT_TRUE(site_.crawl().has_value());
  EXPECT_EQ(site_.query("SELECT count(*) FROM pages"), "21");
}

TEST_F(DropTest, ARetryThatIsDroppedCountsNoLongerAtItsHostEither) {
  add_pages(site_, 20, "<a href=/a.pdf>a</a><a href=/b.pdf>b</a>");
  site_.add("/a.pdf", {.status = 500});
  site_.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/a.pdf" || path == "/3") crawl.pause();
  };
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pending;  // in all, and at the host
  const auto look = [&](Crawl* crawl) -> Task<> {
    const auto state = co_await crawl->state();
    pending.emplace_back(state.pending, state.top_hosts.empty() ? 0 : state.top_hosts[0].pending);
  };
  site_.beside = [&](Crawl* crawl) -> Task<> {
    co_await sleep_for(1h);
    report_ = co_await crawl->drop("pdf");
    co_await look(crawl);
    crawl->resume();
    co_await sleep_for(1h);
    co_await look(crawl);
    crawl->resume();
  };
  ASSERT_TRUE(site_.crawl().has_value());
  EXPECT_EQ(report_->dropped, 2U);
  EXPECT_EQ(pending, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{20, 20}, {17, 17}}));
}

TEST_F(DropTest, TakesWhatWaitsForARetryToo) {
  add_pages(site_, 1, "<a href=/a.pdf>a</a>");
  site_.add("/a.pdf", {.status = 500});
  site_.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/a.pdf") crawl.pause();
  };
  site_.beside = [this](Crawl* crawl) -> Task<> {
    co_await sleep_for(1h);
    report_ = co_await crawl->drop("pdf");
    crawl->resume();
  };
  const auto crawled = site_.crawl();
  ASSERT_TRUE(crawled) << crawled.error().message;
  EXPECT_EQ(report_->dropped, 1U);
  EXPECT_EQ(report_->in_flight, 0U);
  EXPECT_EQ(site_.state("/a.pdf"), "filtered pattern");
  EXPECT_EQ(std::ranges::count(site_.requests, "/a.pdf"), 1);
}

// The job of TakesWhatWaitsForARetryToo, but the process that drops is another.
TEST_F(DropTest, TakesWhatWaitsForARetrySinceAnEarlierRun) {
  add_pages(site_, 1, "<a href=/a.pdf>a</a>");
  site_.add("/a.pdf", {.status = 500, .retry_after = "7200"});
  site_.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/a.pdf") crawl.pause();
  };
  site_.beside = [](Crawl* crawl) -> Task<> {
    co_await sleep_for(1h);
    crawl->stop();
  };
  ASSERT_TRUE(site_.crawl().has_value());
  ASSERT_EQ(site_.state("/a.pdf"), "pending");
  site_.during = nullptr;
  site_.beside = [this](Crawl* crawl) -> Task<> {
    crawl->pause();
    co_await sleep_for(1s);
    report_ = co_await crawl->drop("pdf");
    crawl->resume();
  };
  const auto resumed = site_.crawl();
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(report_->dropped, 1U);
  EXPECT_EQ(site_.state("/a.pdf"), "filtered pattern");
  EXPECT_EQ(std::ranges::count(site_.requests, "/a.pdf"), 1);
}

TEST_F(DropTest, HoldsAfterARestart) {
  add_pages(site_, 20);
  drop_after_the_first_page(":[0-9]+/(new|1[0-9])$");
  site_.add("/9", "<a href=/new>n</a>");
  auto beside = std::move(site_.beside);
  site_.beside = [&](Crawl* crawl) -> Task<> {
    co_await beside(crawl);
    crawl->stop();
  };
  ASSERT_TRUE(site_.crawl().has_value());
  EXPECT_EQ(report_->dropped, 10U);
  EXPECT_EQ(site_.state("/9"), "pending");
  site_.during = nullptr;
  site_.beside = nullptr;
  const auto resumed = site_.crawl();
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(site_.state("/new"), "filtered pattern");
  EXPECT_EQ(site_.state("/12"), "filtered pattern");
  EXPECT_EQ(site_.state("/9"), "done");
}

TEST_F(DropTest, WithNothingLeftTheCrawlEnds) {
  add_pages(site_, 20);
  drop_after_the_first_page(".");
  ASSERT_TRUE(site_.crawl().has_value());
  EXPECT_EQ(report_->dropped, 20U);
  EXPECT_EQ(site_.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "0");
}

TEST_F(DropTest, ABadPatternChangesNothing) {
  add_pages(site_, 3);
  drop_after_the_first_page("(");
  ASSERT_TRUE(site_.crawl().has_value());
  ASSERT_FALSE(report_);
  EXPECT_EQ(report_.error().error_class, ErrorClass::invalid_input);
  EXPECT_EQ(site_.query("SELECT count(*) FROM pages"), "4");
}

}  // namespace
}  // namespace gossamer
