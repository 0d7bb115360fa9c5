#include "storage/why.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "crawler/why_verdict.h"
#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

JobOptions with_pattern() {
  JobOptions options;
  options.exclude = {R"(\.pdf$)"};
  return options;
}

// 1 (seed, 301) -> 2 (seed's page); 2 links to 3 (404), 4 (.pdf), 5 (refused by robots.txt), 6 (a twin of 2),
// 7 (waits for a retry), 8 (nofollow); 6 to 9 (too deep).
class Why : public ::testing::Test {
 protected:
  Why() : db_(must(CrawlDb::open_for_crawl(dir_.file("crawl.db")))) {
    auto transaction = must(db_.begin_seeding());
    must(transaction.set_meta("options", to_json(options_)));
    HostRow host;
    host.id = 1;
    host.origin = "https://a.test";
    host.seed = true;
    host.robots_fetched_at = WallTime(std::chrono::microseconds(1'700'000'000'000'000));
    host.robots_status = 200;
    host.robots_body = "User-agent: *\n\nDisallow: /private\n";
    must(transaction.add(host));
    must(transaction.commit());
    must(db_.database().execute(R"(
      INSERT INTO rules VALUES (1, 'pattern', '--exclude \.pdf$');
      INSERT INTO urls (id, host, state, reason, status, depth, hops, via, parent, redirect_to, url, rule) VALUES
        (1, 1, 'done', NULL, 301, 0, 0, 'seed', NULL, 2, 'https://a.test/', NULL),
        (2, 1, 'done', NULL, 200, 0, 1, 'redirect', 1, NULL, 'https://a.test/home', NULL),
        (3, 1, 'failed', 'http_4xx', 404, 1, 0, 'link', 2, NULL, 'https://a.test/gone', NULL),
        (4, 1, 'filtered', 'pattern', NULL, 1, 0, 'link', 2, NULL, 'https://a.test/a.pdf', 1),
        (5, 1, 'filtered', 'robots', NULL, 1, 0, 'link', 2, NULL, 'https://a.test/private/x', NULL),
        (6, 1, 'done', NULL, 200, 1, 0, 'link', 2, NULL, 'https://a.test/twin', NULL),
        (7, 1, 'pending', NULL, 503, 1, 0, 'link', 2, NULL, 'https://a.test/busy', NULL),
        (8, 1, 'filtered', 'nofollow', NULL, 1, 0, 'link', 2, NULL, 'https://a.test/ad', NULL),
        (9, 1, 'filtered', 'depth', NULL, 2, 0, 'link', 6, NULL, 'https://a.test/deep', NULL);
      INSERT INTO retries VALUES (7, 2, 4000000000000000);
      INSERT INTO fetches (url, attempt, started_at, duration, status, error, phase, message, address, wire_bytes, host, kind) VALUES
        (3, 1, 1700000000000000, 31000000, NULL, 'timeout', 'headers', 'no answer within 30s', NULL, 0, 1, 'page'),
        (3, 2, 1700000040000000, 5000, 404, 'http_4xx', 'headers', 'the server answered 404', '192.0.2.1:443', 300, 1, 'page'),
        (0, 1, 1700000050000000, 5000, 200, NULL, NULL, NULL, '192.0.2.1:443', 300, 1, 'robots');
      INSERT INTO pages (url, fetched_at, status, content_type, encoding, title, language, canonical, noindex, body_bytes,
                         body_complete, digest, links, other_links, etag, version, twin_of) VALUES
        (2, 1700000000000000, 200, 'text/html', '', 'Home', '', '', 0, 10, 1, x'00ff', 6, 0, '"v1"', 3, NULL),
        (6, 1700000000000000, 200, 'text/html', '', 'Home', '', '', 0, 10, 1, x'00ff', 6, 0, NULL, 1, 2);
      INSERT INTO links (from_url, to_url, tag, text, nofollow) VALUES (2, 3, 'a', 'old', 0), (6, 3, 'area', '', 1);
    )"));
  }

  UrlStory story(std::string_view url) {
    auto found = must(find_url(db_.database(), url, {}));
    EXPECT_TRUE(found.story) << url;
    return found.story.value_or(UrlStory());
  }

  const JobOptions options_ = with_pattern();
  TempDir dir_;
  CrawlDb db_;
};

TEST_F(Why, NamesTheDepthLimitThatRefusesTheUrl) {
  const auto deep = story("https://a.test/deep");
  JobOptions options = options_;
  options.depth = 1;
  EXPECT_EQ(because(deep, options, std::nullopt),
            "the link on https://a.test/twin leads to depth 2, beyond --depth 1");
  options.depth = 2;
  EXPECT_EQ(because(deep, options, std::nullopt),
            "the link on https://a.test/twin leads to depth 2, beyond the --depth of that time")
      << "a limit that does not refuse it is not to blame";
}

TEST_F(Why, TellsTheWayFromASeed) {
  const auto gone = story("https://a.test/gone");
  ASSERT_EQ(gone.parents.size(), 2u);
  EXPECT_EQ(gone.parents[0].url, "https://a.test/home");
  EXPECT_EQ(gone.parents[0].via, "redirect");
  EXPECT_EQ(gone.parents[1].url, "https://a.test/");
  EXPECT_EQ(gone.parents[1].via, "seed");
}

TEST_F(Why, TellsEveryAttempt) {
  const auto gone = story("https://a.test/gone");
  ASSERT_EQ(gone.attempts.size(), 2u);
  EXPECT_EQ(gone.attempts[0].error, "timeout");
  EXPECT_EQ(gone.attempts[0].phase, "headers");
  EXPECT_EQ(gone.attempts[0].duration, std::chrono::seconds(31));
  EXPECT_EQ(gone.attempts[1].status, 404);
  EXPECT_EQ(gone.attempts[1].address, "192.0.2.1:443");
  EXPECT_EQ(because(gone, options_, std::nullopt), "the server answered 404");
}

TEST_F(Why, TellsNoDigestOfAPageWithoutABody) {
  EXPECT_EQ(story("https://a.test/twin").page->digest, "00ff");
  must(db_.database().execute("UPDATE pages SET body_complete = 0 WHERE url = 6"));
  EXPECT_EQ(story("https://a.test/twin").page->digest, "");
}

TEST_F(Why, TellsThatAPageIsToBeReadAsASitemap) {
  EXPECT_EQ(because(story("https://a.test/twin"), options_, std::nullopt), "status 200");
  must(db_.database().execute("INSERT INTO retries VALUES (6, 0, NULL)"));
  EXPECT_EQ(because(story("https://a.test/twin"), options_, std::nullopt),
            "status 200; to be asked for again, as a sitemap");
}

TEST_F(Why, TellsWhoLinksToIt) {
  const auto gone = story("https://a.test/gone");
  EXPECT_EQ(gone.links.count, 2u);
  ASSERT_EQ(gone.links.first.size(), 2u);
  EXPECT_EQ(gone.links.first[0].from, "https://a.test/home");
  EXPECT_EQ(gone.links.first[0].text, "old");
  EXPECT_EQ(gone.links.first[1].from, "https://a.test/twin");
  EXPECT_TRUE(gone.links.first[1].nofollow);
}

TEST_F(Why, OfManyLinksTheFirstAreListed) {
  must(db_.database().execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
      " INSERT INTO links (from_url, to_url, tag, text, nofollow) SELECT 2, 3, 'a', '', 0 FROM n"));
  const auto gone = story("https://a.test/gone");
  EXPECT_EQ(gone.links.count, 52u);
  EXPECT_EQ(gone.links.first.size(), 20u);
}

TEST_F(Why, TellsTheRuleThatFilteredIt) {
  EXPECT_EQ(because(story("https://a.test/a.pdf"), options_, std::nullopt), R"(--exclude \.pdf$)");
  EXPECT_EQ(because(story("https://a.test/private/x"), options_, std::nullopt),
            "robots.txt, line 3: Disallow: /private");
  EXPECT_EQ(because(story("https://a.test/ad"), options_, std::nullopt),
            "the link on https://a.test/home says nofollow");
  must(db_.database().execute("UPDATE hosts SET robots_body = ''"));
  EXPECT_THAT(because(story("https://a.test/private/x"), options_, std::nullopt),
              HasSubstr("replaced since"));
}

TEST_F(Why, FollowsRedirectsBothWays) {
  const auto seed = story("https://a.test/");
  ASSERT_EQ(seed.redirects.size(), 1u);
  EXPECT_EQ(seed.redirects[0].url, "https://a.test/home");
  EXPECT_EQ(because(seed, options_, std::nullopt), "status 301, redirects to https://a.test/home");
  EXPECT_THAT(story("https://a.test/home").redirected_from.first, ElementsAre("https://a.test/"));
}

TEST_F(Why, ALoopEnds) {
  must(db_.database().execute("UPDATE urls SET redirect_to = 1, parent = 3 WHERE id = 2"));
  const auto seed = story("https://a.test/");
  EXPECT_EQ(seed.redirects.size(), 1u);
  EXPECT_EQ(story("https://a.test/gone").parents.size(), 1u);
}

TEST_F(Why, TellsThePageAndItsTwins) {
  const auto home = story("https://a.test/home");
  ASSERT_TRUE(home.page);
  EXPECT_EQ(home.page->title, "Home");
  EXPECT_EQ(home.page->digest, "00ff");
  EXPECT_EQ(home.page->etag, "\"v1\"");
  EXPECT_EQ(home.page->version, 3u);
  EXPECT_THAT(home.twins.first, ElementsAre("https://a.test/twin"));
  EXPECT_EQ(story("https://a.test/twin").twin_of, "https://a.test/home");
}

TEST_F(Why, TellsWhatAPendingUrlWaitsFor) {
  const auto busy = story("https://a.test/busy");
  EXPECT_EQ(busy.tries, 2u);
  EXPECT_EQ(because(busy, options_, std::nullopt), "tried 2 times, again after 2096-10-02T07:06:40.000000Z");
}

TEST_F(Why, TellsAllThatHoldsAPendingUrl) {
  must(db_.database().execute("DELETE FROM retries"));
  const auto pending = [&](const JobOptions& options = {},
                           const std::optional<LiveCrawl>& live = std::nullopt) {
    return because(story("https://a.test/busy"), options, live);
  };
  EXPECT_EQ(pending(), "not asked for yet; waits for the next run of the crawl");
  EXPECT_EQ(pending({}, LiveCrawl{}), "not asked for yet; waits for its turn");
  EXPECT_EQ(pending({}, LiveCrawl{.waits_for = "headers"}), "in flight, it waits for: headers");
  EXPECT_EQ(pending({}, LiveCrawl{.paused = true}), "the crawl is paused; `gossamer ctl` lets it go on");
  EXPECT_EQ(pending({}, LiveCrawl{.host_paused = true}),
            "https://a.test is paused; `gossamer ctl` lets it go on");
  JobOptions options;
  options.max_pages = 3;
  EXPECT_EQ(pending(options), pending()) << "there are two pages";
  options.max_pages = 2;
  options.max_pages_per_host = 2;
  EXPECT_EQ(pending(options),
            "--max-pages 2 is reached; --max-pages-per-host 2 is reached at https://a.test");
  must(db_.database().execute("UPDATE hosts SET rest_until = 4000000000000000"));
  EXPECT_EQ(pending(), "https://a.test asked not to be asked before 2096-10-02T07:06:40.000000Z");
  must(db_.database().execute("UPDATE hosts SET rest_until = 1700000000000000"));
  EXPECT_EQ(pending(), "not asked for yet; waits for the next run of the crawl") << "that rest is over";
}

TEST_F(Why, TellsTheAttemptsAtARobotsTxtThatCannotBeRead) {
  EXPECT_THAT(story("https://a.test/busy").robots_attempts, IsEmpty()) << "it was read";
  must(db_.database().execute(R"(
      DELETE FROM retries;
      INSERT INTO fetches (url, attempt, started_at, duration, status, error, phase, message, wire_bytes, host, kind) VALUES
        (0, 1, 1700000060000000, 2000000, NULL, 'dns', 'dns', 'no answer from DNS for a.test', 0, 1, 'robots'),
        (0, 1, 1700000070000000, 3000000, 503, NULL, NULL, NULL, 0, 1, 'robots'))"));
  EXPECT_TRUE(may_pass_silent_robots(story("https://a.test/busy"))) << "it was read before";
  EXPECT_THAT(because(story("https://a.test/busy"), options_, std::nullopt), StartsWith("not asked for yet"));
  must(db_.database().execute("UPDATE hosts SET robots_at = NULL"));
  const auto busy = story("https://a.test/busy");
  EXPECT_FALSE(may_pass_silent_robots(busy));
  ASSERT_EQ(busy.robots_attempts.size(), 3u);
  EXPECT_EQ(busy.robots_attempts[1].error, "dns");
  EXPECT_EQ(busy.robots_attempts[1].duration, std::chrono::seconds(2));
  EXPECT_EQ(because(busy, options_, std::nullopt),
            "the robots.txt of https://a.test could not be read: status 503");
  JobOptions own_site;
  own_site.no_robots = true;
  EXPECT_THAT(because(busy, own_site, std::nullopt), StartsWith("not asked for yet"));
  must(
      db_.database().execute("UPDATE fetches SET started_at = started_at + 31 * 86400 * 1000000 WHERE kind = "
                             "'robots' AND id = (SELECT "
                             "max(id) FROM fetches)"));
  EXPECT_TRUE(may_pass_silent_robots(story("https://a.test/busy"))) << "it is long that it cannot be read";
}

TEST_F(Why, OfAnUnknownUrlTellsWhatWouldBecomeOfIt) {
  EXPECT_THAT(must(unknown_because(db_, "https://b.test/", options_)),
              StartsWith("never discovered; it would be filtered(scope): --scope host"));
  EXPECT_THAT(must(unknown_because(db_, "https://a.test/b.pdf", options_)),
              HasSubstr(R"(filtered(pattern): --exclude \.pdf$)"));
  EXPECT_EQ(must(unknown_because(db_, "https://a.test/private/y", options_)),
            "never discovered; it would be filtered(robots): robots.txt, line 3: Disallow: /private");
  EXPECT_EQ(must(unknown_because(db_, "https://a.test/none", options_)),
            "never discovered: no page that was read links to it");
}

TEST_F(Why, OfAnUnknownUrlFindsOtherSpellings) {
  const auto found =
      must(find_url(db_.database(), "http://www.a.test/home/", similar_spellings("http://www.a.test/home/")));
  EXPECT_FALSE(found.story);
  EXPECT_THAT(found.similar, ElementsAre("https://a.test/home"));
  EXPECT_THAT(must(find_url(db_.database(), "http://c.test/", similar_spellings("http://c.test/"))).similar,
              IsEmpty());
}

}  // namespace
}  // namespace gossamer::testing
