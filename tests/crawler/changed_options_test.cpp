// Resumes under other options: what is not fetched yet is judged as if they had held from the start.
#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/crawler/crawl_site.h"
#include "tests/storage/job.h"

namespace gossamer {
namespace {

std::string link(const std::string& url) { return fmt::format("<a href={}>x</a>", url); }

// / -> /a -> /b -> /c, each with a .pdf beside it, and from / to another host.
class ChangedOptions : public ::testing::Test {
 protected:
  ChangedOptions() {
    site.several_hosts = true;
    site.during = [this](Crawl&, std::string_view path) {
      if (path == "/") site.add("/", link("/a") + link("/1.pdf") + link(site.url("//127.0.0.2/far")));
    };
    site.add("/a", link("/b") + link("/2.pdf"));
    site.add("/b", link("/c") + link("/3.pdf"));
    for (const std::string path : {"/c", "/1.pdf", "/2.pdf", "/3.pdf", "/far"}) site.add(path, path);
  }

  void crawl(const std::vector<std::string>& given = {}) {
    site.given = given;
    site.requests.clear();
    const auto crawled = site.crawl();
    ASSERT_TRUE(crawled.has_value()) << crawled.error().message;
  }

  // "--exclude \.pdf$=3": each rule, and how many URLs it filters now.
  std::string rules() const {
    return site.query(
        "SELECT group_concat(line, ', ') FROM (SELECT rule || '=' || (SELECT count(*) FROM urls WHERE rule = "
        "rules.id) AS line FROM rules ORDER BY 1)");
  }
  std::size_t asked(std::string_view path) const {
    return static_cast<std::size_t>(std::ranges::count(site.requests, path));
  }

  CrawlSite site;
};

TEST_F(ChangedOptions, ALargerDepthGoesOnWhereTheSmallerEnded) {
  site.options.depth = 1;
  crawl();
  EXPECT_EQ(site.state("/b"), "filtered depth");
  site.options.depth = 2;
  crawl({"depth"});
  EXPECT_EQ(site.state("/b"), "done");
  EXPECT_EQ(site.state("/2.pdf"), "done");
  EXPECT_EQ(site.state("/c"), "filtered depth");
  EXPECT_EQ(asked("/"), 0U) << "what is done stays done";
  EXPECT_EQ(asked("/a"), 0U);
  site.options.depth.reset();
  crawl({"depth"});
  EXPECT_EQ(site.state("/c"), "done");
}

TEST_F(ChangedOptions, ASmallerDepthFiltersWhatIsPendingBeyondIt) {
  site.options.max_pages = 2;
  crawl();
  EXPECT_EQ(site.state("/b"), "pending");
  site.options.max_pages = 100;
  site.options.depth = 1;
  crawl({"depth", "max-pages"});
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/b"), "filtered depth");
  EXPECT_EQ(site.state("/1.pdf"), "done");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE state = 'pending'"), "0");
}

TEST_F(ChangedOptions, AWiderScopeTakesWhatTheNarrowerRefused) {
  crawl();
  EXPECT_EQ(site.state("//127.0.0.2/far"), "filtered scope");
  EXPECT_EQ(rules(), "--scope host=1");
  site.options.scope = ScopeKind::any;
  crawl({"scope"});
  EXPECT_EQ(site.state("//127.0.0.2/far"), "done");
  EXPECT_EQ(rules(), "--scope host=0");
}

TEST_F(ChangedOptions, ANarrowerScopeRefusesWhatIsPending) {
  site.options.scope = ScopeKind::any;
  site.options.max_pages = 1;
  crawl();
  EXPECT_EQ(site.state("//127.0.0.2/far"), "pending");
  site.options.scope = ScopeKind::host;
  site.options.max_pages = 100;
  crawl({"scope", "max-pages"});
  EXPECT_EQ(site.state("//127.0.0.2/far"), "filtered scope");
  EXPECT_EQ(asked("/far"), 0U);
  EXPECT_EQ(site.state("/c"), "done");
  EXPECT_EQ(rules(), "--scope host=1");
}

TEST_F(ChangedOptions, PatternsAreOnesOfTheWholeJob) {
  site.options.exclude = {"[.]pdf$"};
  site.options.max_pages = 2;
  crawl();
  EXPECT_EQ(site.state("/1.pdf"), "filtered pattern");
  EXPECT_EQ(site.state("/b"), "pending");
  site.options.exclude = {"/b$", "/2[.]pdf$"};
  site.options.max_pages = 100;
  crawl({"exclude", "max-pages"});
  EXPECT_EQ(site.state("/1.pdf"), "done");
  EXPECT_EQ(site.state("/b"), "filtered pattern");
  EXPECT_EQ(site.state("/2.pdf"), "filtered pattern");
  EXPECT_EQ(rules(), "--exclude /2[.]pdf$=1, --exclude /b$=1, --exclude [.]pdf$=0, --scope host=1")
      << "by the rule that refuses it now";
}

TEST_F(ChangedOptions, TrapLimitsToo) {
  site.options.trap = {"path-depth=2"};
  site.add("/a", link("/x/y/z") + link("/x/y") + link("/s?PHPSESSID=1") + link("/s?PHPSESSID=2"));
  for (const std::string path : {"/x/y/z", "/x/y", "/s?PHPSESSID=1", "/s?PHPSESSID=2"}) site.add(path, "x");
  site.options.max_pages = 2;
  crawl();
  EXPECT_EQ(site.state("/x/y/z"), "filtered trap");
  EXPECT_EQ(site.state("/s?PHPSESSID=2"), "pending");
  site.options.trap = {"session-id=1"};
  site.options.max_pages = 100;
  crawl({"trap", "max-pages"});
  EXPECT_EQ(site.state("/x/y/z"), "done");
  EXPECT_EQ(site.state("/s?PHPSESSID=1"), "done");
  EXPECT_EQ(site.state("/s?PHPSESSID=2"), "filtered trap");
}

TEST_F(ChangedOptions, WhatRobotsRefusedIsAskedForWithoutThem) {
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /b", .content_type = "text/plain"});
  crawl();
  EXPECT_EQ(site.state("/b"), "filtered robots");
  site.options.depth = 5;
  crawl({"depth"});
  EXPECT_EQ(site.state("/b"), "filtered robots") << "its own reason has not changed";
  site.options.no_robots = true;
  crawl({"no-robots"});
  EXPECT_EQ(site.state("/b"), "done");
  EXPECT_EQ(site.state("/c"), "done");
}

TEST_F(ChangedOptions, AnotherAgentIsJudgedByItsOwnRobotsRules) {
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /b\nUser-agent: guest\nAllow: /",
                           .content_type = "text/plain"});
  crawl();
  EXPECT_EQ(site.state("/b"), "filtered robots");
  site.options.network.user_agent = "guest/1.0";
  crawl({"user-agent"});
  EXPECT_EQ(site.state("/b"), "done");
}

TEST_F(ChangedOptions, ASeedOfAnotherHostOpensItForLinksFoundBefore) {
  crawl();
  EXPECT_EQ(site.state("//127.0.0.2/far"), "filtered scope");
  site.add("/near", "near");
  site.seeds = {"//127.0.0.2/near"};
  crawl();
  EXPECT_EQ(site.state("//127.0.0.2/far"), "done");
}

TEST_F(ChangedOptions, NofollowOutlivesTheScopeThatRefusedTheUrl) {
  site.during = [this](Crawl&, std::string_view path) {
    const std::string nofollow = "<a rel=nofollow href=";
    if (path != "/") return;
    site.add("/", link("/a") + nofollow + site.url("//127.0.0.2/ad") + ">x</a>" + nofollow +
                      site.url("//127.0.0.2/both") + ">x</a>" + nofollow + "/own>x</a>");
    site.add("/a", link(site.url("//127.0.0.2/both")));
  };
  crawl();
  EXPECT_EQ(site.state("//127.0.0.2/ad"), "filtered scope");
  EXPECT_EQ(site.state("//127.0.0.2/both"), "filtered scope");
  site.options.exclude = {"own"};
  site.options.scope = ScopeKind::any;
  crawl({"scope", "exclude"});
  EXPECT_EQ(site.state("//127.0.0.2/ad"), "filtered nofollow")
      << "as if the scope had been that from the start";
  EXPECT_EQ(asked("/ad"), 0U);
  EXPECT_EQ(asked("/both"), 1U) << "another link to it may be followed";
  EXPECT_EQ(site.query("SELECT depth || via || parent FROM urls WHERE url LIKE '%/both'"), "2link2");
  EXPECT_EQ(site.state("/own"), "filtered pattern");
  site.options.exclude = {"nothing"};
  crawl({"exclude"});
  EXPECT_EQ(site.state("/own"), "filtered nofollow");
}

TEST_F(ChangedOptions, TheDepthIsThatOfTheBestLinkToARefusedUrl) {
  site.options.order = CrawlOrder::depth;
  site.options.delay = std::chrono::seconds(1);  // a page's links are entered before the next is given out
  site.options.exclude = {"[.]pdf"};
  site.add("/b", link("/x.pdf") + link("/z"));
  site.add("/z", link("/deep.pdf"));
  site.during = [this](Crawl&, std::string_view path) {
    if (path == "/") site.add("/", link("/a") + link("/late"));
  };
  site.add("/late", link("/deep.pdf"));
  for (const std::string path : {"/x.pdf", "/deep.pdf"}) site.add(path, path);
  crawl();
  EXPECT_LT(std::ranges::find(site.requests, "/z"), std::ranges::find(site.requests, "/late"));
  EXPECT_EQ(site.query("SELECT depth FROM urls WHERE url LIKE '%/deep.pdf'"), "2");
  site.options.exclude = {"nothing"};
  site.options.depth = 2;
  crawl({"exclude", "depth"});
  EXPECT_EQ(site.state("/deep.pdf"), "done");
  EXPECT_EQ(site.state("/x.pdf"), "filtered depth");
}

TEST_F(ChangedOptions, SeedsAndWhatTheyRedirectToAreNotJudged) {
  site.seeds = {"/", "/moved", "//127.0.0.3/also.pdf"};
  site.redirect("/moved", "/landing.pdf");
  site.add("/landing.pdf", "x");
  site.add("/also.pdf", "x");
  site.options.max_pages = 1;
  crawl();
  site.options.exclude = {"pdf", "moved"};
  site.options.depth = 0;
  site.options.max_pages = 100;
  crawl({"exclude", "depth", "max-pages"});
  EXPECT_EQ(site.state("/moved"), "done");
  EXPECT_EQ(site.state("/landing.pdf"), "done");
  EXPECT_EQ(site.state("//127.0.0.3/also.pdf"), "done");
}

TEST_F(ChangedOptions, AnUnchangedResumeJudgesNothing) {
  site.options.max_pages = 2;
  crawl();
  const std::string rows =
      "SELECT group_concat(id || state || coalesce(reason, '') || coalesce(rule, '')) FROM urls";
  const std::string before = site.query(rows);
  crawl({"scope", "depth"});
  EXPECT_EQ(site.query(rows), before);
}

TEST_F(ChangedOptions, AResumeThatIsKilledWhileItJudgesHasChangedNothing) {
  site.options.max_pages = 2;
  crawl();
  const std::string rows =
      "SELECT group_concat(id || state || coalesce(reason, '') || coalesce(rule, '')) FROM urls";
  const std::string options = "SELECT value FROM meta WHERE key = 'options'";
  const std::string before = site.query(rows) + site.query(options);
  JobOptions given = site.options;
  given.seeds.clear();
  given.exclude = {"."};
  testing::run_and_die([&] {
    auto job = testing::must(open_job(given, {"exclude"}));
    auto transaction = testing::must(job.db.begin_seeding());
    testing::must(transaction.set_meta("options", to_json(given)));
    const auto judged =
        testing::must(judge_again(job.db, transaction, testing::must(make_scope(given)), false));
    if (judged.filtered > 0) ::raise(SIGKILL);
    throw std::runtime_error("nothing was judged");
  });
  EXPECT_EQ(site.query(rows) + site.query(options), before);
  site.options.max_pages = 100;
  site.options.exclude = {"/b$"};
  crawl({"exclude", "max-pages"});
  EXPECT_EQ(site.state("/b"), "filtered pattern");
  EXPECT_EQ(site.state("/2.pdf"), "done");
}

TEST_F(ChangedOptions, WhatIsKeptOfEachPageCannotChange) {
  crawl();
  site.options.store_links = true;
  site.given = {"store-links"};
  const auto refused = site.crawl();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().error_class, ErrorClass::invalid_input);
  EXPECT_EQ(
      refused.error().message,
      "--store-links: was false, is now true, but the pages stored so far are not read again: the "
      "database would have it of a part of them; leave the flag out, or begin a new job with another -o");
  site.options.store_links = false;
  crawl({"store-links"});
}

TEST_F(ChangedOptions, AJobWithASpiderIsResumedWithOneOnly) {
  struct Quiet : Spider {
    AsyncGenerator<Output> parse(Page) override { co_return; }
  } spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  const auto refused = site.crawl();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().error_class, ErrorClass::invalid_input);
  EXPECT_NE(refused.error().message.find("by a program with a spider"), std::string::npos);
  EXPECT_TRUE(site.crawl(&spider).has_value());
}

}  // namespace
}  // namespace gossamer
