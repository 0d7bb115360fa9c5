// What a refresh does with the pages of earlier runs.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

std::string changes(const CrawlSite& site) {
  return site.query(
      "SELECT group_concat(change || ' ' || substr(url, instr(substr(url, 9), '/') + 8), ', ') FROM (SELECT "
      "change, "
      "urls.url FROM fetches JOIN urls ON urls.id = fetches.url WHERE change IS NOT NULL ORDER BY urls.id)");
}

TEST(Refresh, TellsNewChangedUnchangedGoneAndKept) {
  CrawlSite site;
  site.options.throttle = 0;  // the clock must not run ahead of the system's, by which pages are due
  site.add("/",
           "<a href=/same>s</a><a href=/tag>t</a><a href=/other>o</a><a href=/gone>g</a><a href=/ill>i</a>"
           "<a href=/moved>m</a>");
  for (const char* path : {"/same", "/other", "/gone", "/ill", "/moved"}) site.add(path, path);
  site.add("/tag", {.body = "tagged", .etag = "\"1\""});
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(changes(site), "") << "the first time nothing is refreshed";

  site.add("/other", "other now, with <a href=/found>a link</a>");
  site.add("/found", "found");
  site.add("/gone", {.status = 410});
  site.add("/ill", {.status = 403});
  site.redirect("/moved", "/same");
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(changes(site),
            "unchanged /, unchanged /same, unchanged /tag, changed /other, gone /gone, kept /ill, "
            "changed /moved, new /found");
  EXPECT_EQ(site.query("SELECT fetches.status FROM fetches JOIN urls ON urls.id = fetches.url WHERE change = "
                       "'unchanged' AND "
                       "urls.url LIKE '%/tag'"),
            "304");
  EXPECT_EQ(site.state("/gone"), "failed http_4xx");
  EXPECT_EQ(site.state("/ill"), "done");
  EXPECT_EQ(site.state("/moved"), "done");
  EXPECT_EQ(
      site.query("SELECT version FROM pages JOIN urls ON urls.id = pages.url WHERE urls.url LIKE '%/other'"),
      "2");
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "6") << "without the gone and the moved";
}

TEST(Refresh, OfTheSamePageUnderANewTagAsksByThatFromThenOn) {
  CrawlSite site;
  site.options.throttle = 0;
  site.add("/", {.body = "same", .etag = "\"1\""});
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/", {.body = "same", .etag = "\"2\""});
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(
      site.query("SELECT group_concat(status || ' ' || change, ', ') FROM fetches WHERE change IS NOT NULL"),
      "200 unchanged, 304 unchanged");
  EXPECT_EQ(site.query("SELECT etag || ' ' || version FROM pages"), "\"2\" 1");
}

std::string stored_links(const CrawlSite& site) {
  return site.query(
      "SELECT group_concat(way, ', ') FROM (SELECT substr(f.url, instr(substr(f.url, 9), '/') + 8) || ' to ' "
      "|| substr(t.url, instr(substr(t.url, 9), '/') + 8) AS way FROM links l JOIN urls f ON f.id = "
      "l.from_url JOIN urls t ON t.id = l.to_url ORDER BY way)");
}

TEST(Refresh, TakesTheFormerLinksOfAPageWithIt) {
  CrawlSite site;
  site.options.throttle = 0;
  site.options.store_links = true;
  site.add("/", "<a href=/other>o</a><a href=/gone>g</a><a href=/moved>m</a><a href=/same>s</a>");
  site.add("/other", "<a href=/same>s</a><a href=/>home</a>");
  site.add("/gone", "<a href=/same>s</a>");
  site.add("/moved", "<a href=/same>s</a>");
  site.add("/same", "<a href=/>home</a>");
  ASSERT_TRUE(site.crawl().has_value());
  const std::string of_index = "SELECT count(*) FROM sqlite_schema WHERE name = 'links_from'";
  EXPECT_EQ(site.query(of_index), "0") << "only a refresh needs it";

  site.add("/other", "changed: <a href=/same>s</a><a href=/new>n</a>");
  site.add("/gone", {.status = 404});
  site.redirect("/moved", "/same");
  site.options.refresh = 0ms;
  for (int pass = 0; pass < 2; ++pass) {
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(
        stored_links(site),
        "/ to /gone, / to /moved, / to /other, / to /same, /other to /new, /other to /same, /same to /");
    site.add("/other", "changed again: <a href=/same>s</a><a href=/new>n</a>");
  }
  EXPECT_EQ(site.query(of_index), "1");
}

// Its links come to the writer in several parts, before the row of the page.
TEST(Refresh, TakesManyFormerLinksWithIt) {
  constexpr int kLinks = 30'000;
  CrawlSite site;
  site.options.throttle = 0;
  site.options.store_links = true;
  const auto page = [](const std::string& path) {
    std::string body;
    for (int i = 0; i < kLinks; ++i) body += "<a href=" + path + ">x</a>";
    return body;
  };
  site.add("/", page("/old"));
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/", page("/new"));
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) || ' ' || substr(url, -4) FROM links JOIN urls ON urls.id = to_url "
                       "GROUP BY to_url"),
            std::to_string(kLinks) + " /new");
}

TEST(Refresh, KeepsAPageWithoutABodyUnlessItsHeadersTell) {
  CrawlSite site;
  site.options.throttle = 0;
  site.add(
      "/",
      "<a href=/mute>m</a><a href=/typed>t</a><a href=/tag>e</a><a href=/retag>r</a><a href=/read>x</a>");
  const auto image = [](std::string type, std::string etag = {}) {
    return CrawlSite::Answer{
        .body = "\x89PNG", .content_type = std::move(type), .location = {}, .etag = std::move(etag)};
  };
  site.add("/mute", image("image/png"));
  site.add("/typed", image("image/png"));
  site.add("/tag", image("image/png", "\"1\""));
  site.add("/retag", image("image/png", "\"1\""));
  site.add("/read", "a page");
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/typed", image("image/webp"));
  site.add("/retag", image("image/png", "\"2\""));
  site.add("/read", image("image/png"));
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(changes(site),
            "unchanged /, kept /mute, changed /typed, unchanged /tag, changed /retag, changed /read");
  EXPECT_EQ(site.query("SELECT group_concat(version, '') FROM (SELECT version FROM pages ORDER BY url)"),
            "112122");
  EXPECT_EQ(site.query("SELECT count(*) FROM fetches WHERE change = 'kept' AND error IS NULL"), "1");
}

TEST(Refresh, OfAnAgeLeavesYoungPagesAlone) {
  CrawlSite site;
  site.add("/", "young");
  ASSERT_TRUE(site.crawl().has_value());
  site.options.refresh = 24h;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(std::ranges::count(site.requests, "/"), 1);
}

TEST(Refresh, ThatWasStoppedGoesOnWithoutTheFlag) {
  CrawlSite site;
  site.options.throttle = 0;
  std::string links;
  for (int i = 0; i < 20; ++i) {
    links += "<a href=/" + std::to_string(i) + ">x</a>";
    site.add("/" + std::to_string(i), "page " + std::to_string(i));
  }
  site.add("/", links);
  ASSERT_TRUE(site.crawl().has_value());
  site.options.refresh = 0ms;
  site.during = [](Crawl& crawl, std::string_view path) {
    if (path == "/7") crawl.stop();
  };
  ASSERT_TRUE(site.crawl().has_value());
  const int asked = std::stoi(site.query("SELECT count(*) FROM fetches WHERE change IS NOT NULL"));
  EXPECT_GT(asked, 0);
  EXPECT_LT(asked, 21);
  site.options.refresh.reset();
  site.during = nullptr;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(
      site.query("SELECT count(DISTINCT url) || ' ' || count(*) FROM fetches WHERE change = 'unchanged'"),
      "21 21")
      << "each page once in the pass";
}

TEST(Refresh, GoesOnBeyondMaxPages) {
  CrawlSite site;
  site.options.throttle = 0;
  site.add("/", "<a href=/a>a</a><a href=/b>b</a>");
  site.add("/a", "a");
  site.add("/b", "b");
  site.options.max_pages = 2;
  ASSERT_TRUE(site.crawl().has_value());
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT count(*) FROM fetches WHERE change = 'unchanged'"), "2");
  EXPECT_EQ(site.state("/b"), "pending");
}

TEST(Refresh, HasAnEnd) {
  CrawlSite site;
  site.options.throttle = 0;
  site.add("/", "<a href=/a>a</a>");
  site.add("/a", "a");
  ASSERT_TRUE(site.crawl().has_value());
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  site.options.refresh.reset();
  site.add("/later", "later");
  site.seeds = {"/later"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/later"), "done");
  EXPECT_EQ(changes(site), "unchanged /, unchanged /a") << "what was found later is not of the pass";
}

TEST(Refresh, LooksForPagesThatWereGoneOrMoved) {
  CrawlSite site;
  site.options.throttle = 0;
  site.add("/", "<a href=/gone>g</a><a href=/moved>m</a><a href=/never>n</a><a href=/always>a</a>");
  for (const char* path : {"/gone", "/moved"}) site.add(path, path);
  site.redirect("/always", "/");
  ASSERT_TRUE(site.crawl().has_value());
  site.add("/gone", {.status = 404});
  site.redirect("/moved", "/");
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  const auto requests = [&](std::string_view path) { return std::ranges::count(site.requests, path); };
  EXPECT_EQ(requests("/gone"), 2);
  for (int pass = 0; pass < 2; ++pass) {
    ASSERT_TRUE(site.crawl().has_value());
    EXPECT_EQ(requests("/gone"), 3 + pass);
    EXPECT_EQ(requests("/moved"), 3 + pass);
    EXPECT_EQ(site.state("/gone"), "failed http_4xx");
    EXPECT_EQ(site.state("/moved"), "done");
  }
  EXPECT_EQ(requests("/never"), 1) << "it never had a page";
  EXPECT_EQ(requests("/always"), 1) << "nor that";
  site.options.refresh = 24h;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(requests("/gone"), 4) << "by its age";
  site.add("/gone", "back");
  site.add("/moved", "back too");
  site.options.refresh = 0ms;
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.query("SELECT group_concat(version) FROM pages WHERE url IN (SELECT id FROM urls WHERE url "
                       "LIKE '%/gone' OR url LIKE '%/moved')"),
            "2,2");
  EXPECT_EQ(site.query("SELECT count(*) FROM dropped_pages"), "0");
  EXPECT_EQ(site.query("SELECT count(*) FROM urls WHERE redirect_to IS NOT NULL"), "1") << "/always";
  site.options.refresh.reset();
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(requests("/gone"), 5) << "the pass is over";
}

TEST(Refresh, OfPagesThatRobotsTxtRefusesNowEnds) {
  CrawlSite site;
  site.options.throttle = 0;
  site.add("/", "<a href=/private>p</a>");
  site.add("/private", "p");
  site.add("/robots.txt", {.body = "User-agent: other\nDisallow: /private\n", .content_type = "text/plain"});
  ASSERT_TRUE(site.crawl().has_value());
  site.options.refresh = 0ms;
  site.options.network.user_agent = "other/1.0";
  site.given = {"user-agent"};
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(std::ranges::count(site.requests, "/private"), 1);
  EXPECT_EQ(changes(site), "unchanged /");
  EXPECT_EQ(site.state("/private"), "done") << "what is stored stays";
  auto db = CrawlDb::open_read_only(site.options.output);
  ASSERT_TRUE(db);
  const auto ledger = db->ledger();
  ASSERT_TRUE(ledger && ledger->refresh);
  EXPECT_EQ(ledger->refresh->due, 0U);
}

}  // namespace
}  // namespace gossamer
