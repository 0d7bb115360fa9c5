#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

// "127.0.0.1=1 127.0.0.2=0": each host, and whether it is in scope as a seed's.
std::string hosts(const CrawlSite& site) {
  return site.query(
      "SELECT group_concat(entry, ' ') FROM "
      "(SELECT substr(origin, 8, 9) || '=' || seed AS entry FROM hosts ORDER BY origin)");
}

std::string link(const std::string& url) { return fmt::format("<a href={}>x</a>", url); }

TEST(Seeds, WhatASeedRedirectsToIsFetchedThoughALinkToItWasOutOfScope) {
  CrawlSite site;
  site.several_hosts = true;
  site.seeds = {"/", "//127.0.0.2/slow"};
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/") site.add("/", link("/next") + link(site.url("//127.0.0.3/landing")));
    if (path != "/slow") return;
    // The seed answers when it is tried again and the link is long known.
    if (std::ranges::count(site.requests, "/slow") == 1) {
      site.add("/slow", {.status = 503});
    } else {
      site.redirect("/slow", site.url("//127.0.0.3/landing"));
    }
  };
  site.add("/landing", "<a href=/next>n</a>");
  site.add("/next", "next");
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled.has_value()) << crawled.error().message;
  EXPECT_EQ(site.query("SELECT id FROM urls WHERE url LIKE '%/landing'"), "4") << "found by the link";
  EXPECT_EQ(site.state("//127.0.0.3/landing"), "done");
  EXPECT_EQ(site.state("//127.0.0.3/next"), "done");
  EXPECT_EQ(site.query("SELECT via || depth || hops FROM urls WHERE url LIKE '%/landing'"), "redirect01");
  EXPECT_EQ(hosts(site), "127.0.0.1=1 127.0.0.2=1 127.0.0.3=1");
}

TEST(Seeds, AUrlKnownAsFilteredIsFetchedOnceItIsNamedAsASeed) {
  CrawlSite site;
  site.several_hosts = true;
  site.options.exclude = {"/old"};
  site.options.depth = 1;
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/") {
      site.add("/", link("/old") + link("/shallow") + link("/robots-say-no") +
                        link(site.url("//127.0.0.2/other")));
    }
  };
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /robots-say-no", .content_type = "text/plain"});
  site.add("/shallow", link("/deep"));
  for (const std::string path : {"/old", "/other", "/deep", "/robots-say-no"}) site.add(path, path);
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/old"), "filtered pattern");
  EXPECT_EQ(site.state("//127.0.0.2/other"), "filtered scope");
  EXPECT_EQ(site.state("/deep"), "filtered depth");
  EXPECT_EQ(site.state("/robots-say-no"), "filtered robots");
  EXPECT_EQ(hosts(site), "127.0.0.1=1 127.0.0.2=0");

  site.seeds = {"/old", "//127.0.0.2/other", "/deep", "/robots-say-no"};
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled.has_value()) << crawled.error().message;
  EXPECT_EQ(site.state("/old"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/other"), "done");
  EXPECT_EQ(site.state("/deep"), "done");
  EXPECT_EQ(site.state("/robots-say-no"), "filtered robots");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE via = 'seed' AND depth = 0"), "4");
  EXPECT_EQ(hosts(site), "127.0.0.1=1 127.0.0.2=1");
}

// 127.0.0.2 is in scope by a seed's redirect to its /docs/index, before a resume as after it.
TEST(Seeds, TheDirectoryASeedRedirectedToStaysTheScopeAfterAResume) {
  CrawlSite site;
  site.several_hosts = true;
  site.options.scope = ScopeKind::prefix;
  site.options.max_pages = 1;
  site.seeds = {"/start/"};
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/start/") site.redirect("/start/", site.url("//127.0.0.2/docs/index"));
  };
  site.add("/docs/index", "<a href=/docs/a>a</a><a href=/early>e</a>");
  site.add("/docs/a", "<a href=/docs/b>b</a><a href=/late>l</a>");
  site.add("/docs/b", "b");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/docs/a"), "pending");
  EXPECT_EQ(site.state("//127.0.0.2/early"), "filtered scope");

  site.options.max_pages = 10;
  site.given = {"max-pages"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("//127.0.0.2/docs/a"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/docs/b"), "done");
  EXPECT_EQ(site.state("//127.0.0.2/late"), "filtered scope");
}

TEST(Seeds, AHostKnownBeforeItsSeedKeepsItsRobotsFile) {
  CrawlSite site;
  site.several_hosts = true;
  site.options.scope = ScopeKind::any;
  site.during = [&](Crawl&, std::string_view path) {
    if (path == "/") site.add("/", link(site.url("//127.0.0.2/a")));
  };
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /no", .content_type = "text/plain"});
  site.add("/a", "a");
  site.add("/b", "b");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(hosts(site), "127.0.0.1=1 127.0.0.2=0");
  site.seeds = {"//127.0.0.2/b"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(hosts(site), "127.0.0.1=1 127.0.0.2=1");
  EXPECT_EQ(site.query("SELECT group_concat(length(robots_body)) FROM hosts"), "27,27");
}

}  // namespace
}  // namespace gossamer
