#include <gmock/gmock.h>
#include <map>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::HasSubstr;

// UrlView without its view.
struct StoredUrl : UrlView {
  std::string text;
};

std::map<UrlId, StoredUrl> urls_of(CrawlDb& db) {
  std::map<UrlId, StoredUrl> urls;
  must(db.for_each_url([&](const UrlView& url) { urls[url.id] = {url, std::string(url.url)}; }));
  return urls;
}

TEST(CrawlDb, UrlRowsComeBackWhole) {
  TempDir dir;
  UrlRow full = url_row(7, UrlState::failed);
  full.url = "http://example.test/caf%C3%A9?a='b'&c=\"d\"";
  full.failure = ErrorClass::redirect;
  full.parent = 3;
  full.via = Via::redirect;
  full.depth = 65535;
  full.hops = 10;
  full.redirect_to = 9;
  UrlRow filtered = url_row(9, UrlState::filtered);
  filtered.reason = FilterReason::content_type;
  {
    auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
    auto transaction = must(db.begin_seeding());
    must(transaction.add(full));
    must(transaction.add(filtered));
    must(transaction.commit());
  }
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  auto urls = urls_of(db);
  ASSERT_EQ(urls.size(), 2u);
  const StoredUrl& url = urls[7];
  EXPECT_EQ(url.text, full.url);
  EXPECT_EQ(url.state, UrlState::failed);
  EXPECT_EQ(url.failure, ErrorClass::redirect);
  EXPECT_EQ(url.reason, std::nullopt);
  EXPECT_EQ(must(db.database().query_integer("SELECT parent FROM urls WHERE id = 7")), 3);
  EXPECT_EQ(url.via, Via::redirect);
  EXPECT_EQ(url.depth, 65535);
  EXPECT_EQ(url.hops, 10);
  EXPECT_EQ(url.redirect_to, 9u);
  EXPECT_EQ(urls[9].reason, FilterReason::content_type);
  EXPECT_EQ(must(db.database().query_integer("SELECT parent IS NULL FROM urls WHERE id = 9")), 1);
}

TEST(CrawlDb, UrlsAreReadBriefAndInARangeOfIds) {
  TempDir dir;
  UrlRow done = url_row(2, UrlState::done);
  done.via = Via::sitemap;
  done.depth = 4;
  done.hops = 3;
  done.redirect_to = 1;
  done.score = -5;
  done.twins = 6;
  done.nofollow = true;
  UrlRow pending = done;
  pending.id = 3;
  pending.state = UrlState::pending;
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  auto transaction = must(db.begin_seeding());
  for (const UrlRow& row : {url_row(1), done, pending, url_row(4)}) must(transaction.add(row));
  must(transaction.commit());
  for (const bool brief : {false, true}) {
    std::map<UrlId, StoredUrl> urls;
    must(db.for_each_url([&](const UrlView& url) { urls[url.id] = {url, std::string(url.url)}; },
                         {.after = 1, .last = 3, .brief = brief}));
    ASSERT_EQ(urls.size(), 2u);
    for (const UrlRow& row : {done, pending}) {
      const StoredUrl& url = urls[row.id];
      const bool whole = !brief || row.state == UrlState::pending;
      EXPECT_EQ(url.text, row.url);
      EXPECT_EQ(url.state, row.state);
      EXPECT_EQ(url.host, row.host);
      EXPECT_EQ(url.via, whole ? Via::sitemap : Via::link);
      EXPECT_EQ(url.depth, 4);
      EXPECT_EQ(url.redirect_to, 1u);
      EXPECT_EQ(url.hops, whole ? 3 : 0);
      EXPECT_EQ(url.score, whole ? std::optional(-5) : std::nullopt);
      EXPECT_EQ(url.twins, whole ? 6u : 0u);
      EXPECT_EQ(url.nofollow, whole);
    }
  }
}

TEST(CrawlDb, HostRowsComeBackWholeAndAreReplaced) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome;
  HostRow host;
  host.id = 1;
  host.origin = "http://example.test";
  host.seed = true;
  host.robots_fetched_at = WallTime(std::chrono::microseconds(1234567));
  host.robots_status = 200;
  host.robots_body = std::string("User-agent: *\r\nDisallow: /\0x\n", 30);
  outcome.hosts.push_back(host);
  host.id = 2;
  host.origin = "https://other.test:8443";
  host.seed = false;
  host.robots_fetched_at.reset();
  outcome.hosts.push_back(host);
  commit(db, outcome);
  std::vector<HostRow> hosts;
  must(db.for_each_host([&](const HostRow& row) { hosts.push_back(row); }));
  ASSERT_EQ(hosts.size(), 2u);
  EXPECT_EQ(hosts[0].robots_body, outcome.hosts[0].robots_body);
  EXPECT_EQ(hosts[0].robots_status, 200);
  EXPECT_EQ(hosts[0].robots_fetched_at, outcome.hosts[0].robots_fetched_at);
  EXPECT_TRUE(hosts[0].seed);
  EXPECT_EQ(hosts[1].origin, "https://other.test:8443");
  EXPECT_FALSE(hosts[1].seed);
  EXPECT_EQ(hosts[1].robots_fetched_at, std::nullopt);
}

TEST(CrawlDb, OutcomeBringsAllItsRows) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome = page_outcome(1);
  outcome.page->digest_high = 0x0123456789abcdef;
  outcome.page->digest_low = 0xfedcba9876543210;
  outcome.page->body = std::string("<p>\0</p>", 8);
  outcome.urls = {url_row(2), url_row(3, UrlState::filtered)};
  outcome.urls[1].reason = FilterReason::scope;
  outcome.urls[1].rule = 1;
  outcome.rules = {{.id = 1, .reason = FilterReason::scope, .rule = "--scope host"}};
  outcome.items = {R"({"a":1})", R"({"a":2})"};
  outcome.links = {{1, 2, "a", "next", false}, {1, 3, "area", "", true}};
  commit(db, outcome);
  Database& sql = db.database();
  EXPECT_EQ(
      must(sql.query_integer("SELECT count(*) FROM pages WHERE url = 1 AND fetched_at = 1700000000250000"
                             " AND hex(digest) = '0123456789ABCDEFFEDCBA9876543210'")),
      1);
  EXPECT_EQ(must(sql.query_integer("SELECT count(*) FROM bodies WHERE url = 1 AND length(body) = 8")), 1);
  EXPECT_EQ(must(sql.query_integer("SELECT count(*) FROM items WHERE url = 1")), 2);
  EXPECT_EQ(
      must(sql.query_integer("SELECT count(*) FROM links WHERE from_url = 1 AND nofollow = (to_url = 3)")),
      2);
  EXPECT_EQ(must(sql.query_integer(
                "SELECT count(*) FROM fetches WHERE url = 1 AND status = 200 AND error IS NULL")),
            1);
  EXPECT_EQ(must(db.ledger()).discovered, 3u);
  must(db.check());
}

TEST(CrawlDb, ChangeReplacesStateAndReason) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  UrlChange change = url_change(1, UrlState::filtered);
  change.reason = FilterReason::nofollow;
  Outcome outcome;
  outcome.changes = {change};
  commit(db, outcome);
  EXPECT_EQ(urls_of(db)[1].reason, FilterReason::nofollow);

  change.state = UrlState::pending;
  change.reason.reset();
  change.better_link = {.parent = 5, .via = Via::sitemap, .depth = 2, .hops = 1};
  outcome.changes = {change};
  commit(db, outcome);
  const StoredUrl url = urls_of(db)[1];
  EXPECT_EQ(url.state, UrlState::pending);
  EXPECT_EQ(url.reason, std::nullopt);
  EXPECT_EQ(must(db.database().query_integer("SELECT parent FROM urls WHERE id = 1")), 5);
  EXPECT_EQ(url.via, Via::sitemap);
  EXPECT_EQ(url.depth, 2);
  EXPECT_EQ(url.hops, 1);
}

TEST(CrawlDb, ABetterLinkToARefusedUrlLeavesItRefused) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome;
  outcome.rules = {{.id = 1, .reason = FilterReason::scope, .rule = "--scope host"}};
  outcome.urls = {url_row(2, UrlState::filtered)};
  outcome.urls[0].reason = FilterReason::scope;
  outcome.urls[0].rule = 1;
  outcome.urls[0].nofollow = true;
  commit(db, outcome);
  const std::string row = "SELECT state || reason || rule || depth || nofollow FROM urls WHERE id = 2";
  const auto of_row = [&] {
    auto sql = must(db.database().prepare(row));
    must(sql.step());
    return std::string(sql.text(0));
  };
  EXPECT_EQ(of_row(), fmt::format("filteredscope1{}1", outcome.urls[0].depth));
  Outcome better;
  better.changes = {
      {.id = 2, .better_link = {{.parent = 1, .via = Via::link, .depth = 7, .hops = 0}}, .link_only = true}};
  commit(db, better);
  EXPECT_EQ(of_row(), "filteredscope170");
  must(db.check());
}

TEST(CrawlDb, ClosedRedirectLoopKeepsStatusAndTarget) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  Outcome redirect;
  UrlChange change = url_change(1, UrlState::done);
  change.redirect_to = 2;
  redirect.changes = {change};
  redirect.fetches = {fetch_row(1, 503), fetch_row(1, 302)};
  commit(db, redirect);
  EXPECT_EQ(urls_of(db)[1].status, 302) << "of the last attempt";

  Outcome loop = failed_outcome(2, ErrorClass::redirect, 302);
  loop.changes[0].redirect_to = 1;
  change.state = UrlState::failed;
  change.failure = ErrorClass::redirect;
  change.redirect_to.reset();
  loop.changes.push_back(change);
  commit(db, loop);
  auto urls = urls_of(db);
  EXPECT_EQ(urls[1].failure, ErrorClass::redirect);
  EXPECT_EQ(urls[1].status, 302);
  EXPECT_EQ(urls[1].redirect_to, 2u);
  EXPECT_EQ(urls[2].redirect_to, 1u);
  must(db.check());

  Outcome retry;
  retry.changes = {url_change(1, UrlState::pending)};
  commit(db, retry);
  EXPECT_EQ(urls_of(db)[1].status, 0);
  EXPECT_EQ(urls_of(db)[1].redirect_to, std::nullopt);
}

TEST(CrawlDb, UnknownWordInARowIsReported) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  must(db.database().execute("UPDATE urls SET state = 'lost' WHERE id = 2"));
  auto read = db.for_each_url([](const UrlView&) {});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("row 2 of urls"));
}

}  // namespace
}  // namespace gossamer::testing
