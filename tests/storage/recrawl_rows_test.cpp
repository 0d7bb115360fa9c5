#include <gmock/gmock.h>
#include <thread>

#include "storage/host_counts.h"
#include "storage/ledger_report.h"
#include "storage/row_reader.h"
#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WallTime at(std::int64_t microseconds) { return WallTime(std::chrono::microseconds(microseconds)); }

Outcome refreshed(UrlId id, int status, PageChange change) {
  Outcome outcome;
  outcome.fetches.push_back(fetch_row(id, status));
  outcome.fetches[0].change = change;
  return outcome;
}

std::vector<std::string> strings(CrawlDb& db, const std::string& sql) {
  auto rows = must(db.database().prepare(sql));
  std::vector<std::string> result;
  while (must(rows.step())) result.emplace_back(rows.text(0));
  return result;
}

TEST(RecrawlRows, RetriesStayUntilTheUrlIsSettled) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  Outcome first;
  first.fetches = {fetch_row(1, 503)};
  first.retries = {{.url = 1, .attempts = 1, .not_before = at(5)}};
  commit(db, first);
  first.retries[0].attempts = 2;
  commit(db, first);
  const auto attempts = [&] {
    std::vector<int> result;
    must(db.for_each_url([&](const UrlView& url) {
      result.push_back(url.attempts);
      EXPECT_EQ(url.not_before.has_value(), url.attempts > 0);
    }));
    return result;
  };
  EXPECT_THAT(attempts(), ElementsAre(2, 0));
  must(db.check());
  commit(db, failed_outcome(1, ErrorClass::http_5xx, 503));
  EXPECT_THAT(attempts(), ElementsAre(0, 0));
  EXPECT_EQ(must(db.database().query_integer("SELECT count(*) FROM retries")), 0);
  must(db.check());
}

TEST(RecrawlRows, CookiesAreReplacedAndRemoved) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  CookieRow cookie{.domain = "example.test", .path = "/", .name = "id", .value = "caf\xe9"};
  cookie.expires = at(99);
  cookie.created_at = at(7);
  Outcome outcome;
  outcome.cookies = {cookie, {.domain = "example.test", .name = "gone", .value = "1"}};
  commit(db, outcome);
  outcome.cookies = {{.domain = "example.test", .name = "gone", .removed = true}};
  commit(db, outcome);
  std::vector<CookieRow> cookies;
  must(db.for_each_cookie([&](const CookieRow& row) { cookies.push_back(row); }));
  ASSERT_EQ(cookies.size(), 1u);
  EXPECT_EQ(cookies[0].name, "id");
  EXPECT_EQ(cookies[0].value, "caf\xe9");
  EXPECT_EQ(cookies[0].expires, at(99));
  EXPECT_EQ(cookies[0].created_at, at(7));
  EXPECT_TRUE(cookies[0].host_only);
}

TEST(RecrawlRows, RulesAreCountedByTheirUrls) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome;
  outcome.rules = {{.id = 1, .reason = FilterReason::trap, .rule = "path-depth 32"},
                   {.id = 2, .reason = FilterReason::pattern, .rule = "--exclude \\.pdf$"}};
  for (UrlId id = 2; id <= 4; ++id) {
    outcome.urls.push_back(url_row(id, UrlState::filtered));
    outcome.urls.back().reason = id == 2 ? FilterReason::trap : FilterReason::pattern;
    outcome.urls.back().rule = id == 2 ? 1 : 2;
  }
  commit(db, outcome);
  std::vector<std::string> rules;
  must(db.for_each_rule([&](const RuleRow& row) { rules.push_back(row.rule); }));
  EXPECT_THAT(rules, ElementsAre("path-depth 32", "--exclude \\.pdf$"));
  EXPECT_THAT(ledger_json(must(db.ledger())),
              HasSubstr(R"("rules":[{"reason":"pattern","rule":"--exclude \\.pdf$","urls":2},)"
                        R"({"reason":"trap","rule":"path-depth 32","urls":1}])"));
  // A seed overrules the rule.
  Outcome promotion;
  promotion.changes = {url_change(2, UrlState::pending)};
  commit(db, promotion);
  EXPECT_EQ(must(db.ledger()).rules.size(), 1u);
  must(db.check());
}

TEST(RecrawlRows, ARefreshReplacesDropsAndKeepsPages) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 5);
  for (UrlId id = 1; id <= 5; ++id) {
    Outcome outcome = page_outcome(id);
    outcome.page->body = "one";
    outcome.page->etag = "\"1\"";
    outcome.items = {R"({"v":1})"};
    commit(db, outcome);
  }
  {
    auto pass = must(db.begin_seeding());
    must(pass.set_meta("refresh_started", "1700000000250000"));
    must(pass.set_meta("refresh_before", "1700000000250000"));
    must(pass.commit());
  }
  must(db.database().execute("UPDATE fetches SET started_at = 1"));  // before the pass
  EXPECT_EQ(must(db.ledger()).refresh->due, 5u);

  Outcome changed = page_outcome(1);
  changed.fetches[0].change = PageChange::changed;
  changed.page->version = 2;
  changed.page->digest_low = 77;
  changed.items = {R"({"v":2})"};
  commit(db, changed);
  commit(db, refreshed(2, 304, PageChange::unchanged));
  Outcome kept = refreshed(3, 503, PageChange::kept);
  kept.changes = {url_change(3, UrlState::done)};  // its status stays the page's
  commit(db, kept);
  Outcome gone = failed_outcome(4, ErrorClass::http_4xx, 404);
  gone.fetches[0].change = PageChange::gone;
  gone.changes[0].drop_page = true;
  commit(db, gone);

  const LedgerCounts counts = must(db.ledger());
  EXPECT_THAT(counts.mismatches, IsEmpty());
  ASSERT_TRUE(counts.refresh);
  EXPECT_EQ(counts.refresh->due, 1u);
  EXPECT_THAT(ledger_json(counts),
              HasSubstr(R"("refresh":{"new":0,"changed":1,"unchanged":1,"gone":1,"kept":1,"due":1})"));
  EXPECT_EQ(counts.status, (std::map<int, std::uint64_t>{{200, 4}, {404, 1}}));
  EXPECT_THAT(strings(db, "SELECT url || ':' || version FROM pages ORDER BY url"),
              ElementsAre("1:2", "2:1", "3:1", "5:1"));
  EXPECT_THAT(strings(db, "SELECT url FROM bodies ORDER BY url"), ElementsAre("2", "3", "5"));
  EXPECT_THAT(strings(db, "SELECT item || version FROM items WHERE url = 1 ORDER BY id"),
              ElementsAre(R"({"v":1}1)", R"({"v":2}2)"));

  // What is gone comes back as the next version.
  commit(db, page_outcome(4));
  EXPECT_THAT(strings(db, "SELECT version FROM pages WHERE url = 4"), ElementsAre("2"));
  must(db.check());
}

// Pages are stored in the order they came; only a refresh looks for one.
TEST(RecrawlRows, ARefreshFindsPagesByAnIndex) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 3);
  for (const UrlId id : {3, 1, 2}) commit(db, page_outcome(id));
  const auto plan = [&] {
    auto row = must(db.database().prepare("EXPLAIN QUERY PLAN SELECT etag FROM pages WHERE url = 1"));
    must(row.step());
    return std::string(row.text(3));
  };
  EXPECT_THAT(plan(), HasSubstr("SCAN")) << "not yet: no crawl should pay for it";
  {
    auto pass = must(db.begin_seeding());
    must(pass.index_pages());
  }
  EXPECT_THAT(plan(), HasSubstr("SCAN")) << "it went with its transaction";
  Outcome validators;
  validators.validators = {{.url = 1, .etag = "\"2\""}};
  commit(db, validators);
  EXPECT_THAT(plan(), HasSubstr("pages_url"));
  EXPECT_THAT(strings(db, "SELECT url || coalesce(etag, '') FROM pages"), ElementsAre("3", "1\"2\"", "2"));

  Outcome changed = page_outcome(3);
  changed.page->version = 2;
  commit(db, changed);
  EXPECT_THAT(strings(db, "SELECT url || ':' || version FROM pages ORDER BY rowid"),
              ElementsAre("1:1", "2:1", "3:2"));
  must(db.check());
}

TEST(RecrawlRows, ChecksNoticeStrayRows) {
  const std::pair<const char*, const char*> offences[] = {
      {"INSERT INTO retries VALUES (1, 1, NULL)",
       "retries are of URLs that are not pending (the first: URL 1)"},
      {"INSERT INTO retries VALUES (9, 1, NULL)",
       "retries are of URLs that are not pending (the first: URL 9)"},
      {"INSERT INTO retries VALUES (2, 0, NULL)",
       "URLs to be read as sitemaps are not done (the first: URL 2)"},
      {"UPDATE pages SET twin_of = 2", "never had a page (the first: URL 2)"},
      {"INSERT INTO items VALUES (NULL, 2, '{}', 1)",
       "items belong to no version of a page (the first: URL 2)"},
      {"INSERT INTO items VALUES (NULL, 1, '{}', 2)",
       "items belong to no version of a page (the first: URL 1)"},
      {"UPDATE fetches SET kind = 'robots'", "done or failed URLs have no fetch row"},
      {"UPDATE fetches SET kind = 'x'", "unknown kind"},
      {"UPDATE urls SET state = 'filtered', reason = 'trap' WHERE id = 2", "no row of their rule"},
  };
  for (const auto& [sql, message] : offences) {
    TempDir dir;
    auto db = seeded(dir.file("crawl.db"), 2);
    commit(db, page_outcome(1));
    must(db.check());
    must(db.database().execute(sql));
    const auto mismatches = must(db.ledger()).mismatches;
    ASSERT_FALSE(mismatches.empty()) << sql;
    EXPECT_THAT(mismatches, ::testing::Contains(HasSubstr(message))) << sql;
  }
}

TEST(RecrawlRows, PagesAreFoundFromAnotherThreadWhileTheCrawlWrites) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  Outcome outcome = page_outcome(1);
  outcome.page->etag = "W/\"abc\"";
  outcome.page->last_modified = "Tue, 14 Nov 2023 22:13:20 GMT";
  outcome.page->digest_high = 0x8001020304050607;
  outcome.page->digest_low = 0xff;
  outcome.page->simhash = UINT64_MAX;
  commit(db, outcome);
  const Outcome open = page_outcome(2);
  must(db.write({&open, 1}));  // the writer is within a transaction
  std::thread([&] {
    auto reader = must(RowReader::open(dir.file("crawl.db")));
    const auto page = must(reader.validators(1));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->etag, "W/\"abc\"");
    EXPECT_EQ(page->last_modified, "Tue, 14 Nov 2023 22:13:20 GMT");
    EXPECT_EQ(page->digest_high, 0x8001020304050607u);
    EXPECT_EQ(page->digest_low, 0xffu);
    EXPECT_EQ(page->version, 1u);
    EXPECT_FALSE(must(reader.validators(2)));
    EXPECT_FALSE(must(reader.validators(99)));
  }).join();
  must(db.commit());
  std::vector<PageDigest> digests;
  const auto keep = [&](const UrlView& url) {
    if (url.digest) digests.push_back(*url.digest);
  };
  must(db.for_each_url(keep));
  EXPECT_TRUE(digests.empty());
  must(db.for_each_url(keep, {.digests = 1}));
  ASSERT_EQ(digests.size(), 1u);
  EXPECT_EQ(digests[0].simhash, std::nullopt);
  digests.clear();
  must(db.for_each_url(keep, {.digests = 3}));
  ASSERT_EQ(digests.size(), 2u);
  EXPECT_EQ(digests[0].high, 0x8001020304050607u);
  EXPECT_EQ(digests[0].simhash, UINT64_MAX);
  EXPECT_EQ(digests[1].simhash, std::nullopt);
}

TEST(RecrawlRows, HostsAreCountedLargestFirst) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome = page_outcome(1);
  outcome.hosts = {{.id = 2, .origin = "http://large.test", .address = "192.0.2.9"}};
  outcome.urls = {url_row(2), url_row(3)};
  for (UrlRow& url : outcome.urls) url.host = 2;
  commit(db, outcome);
  auto hosts = must(count_hosts(db.database(), 0));
  ASSERT_EQ(hosts.size(), 2u);
  EXPECT_EQ(hosts[0].origin, "http://large.test");
  EXPECT_EQ(hosts[0].pending, 2u);
  EXPECT_EQ(hosts[0].address, "192.0.2.9");
  EXPECT_EQ(hosts[1].pages, 1u);
  EXPECT_EQ(must(count_hosts(db.database(), 1)).size(), 1u);
  EXPECT_THAT(host_table(hosts), HasSubstr("http://large.test  192.0.2.9\n"));
  hosts[0].asked_delay = std::chrono::seconds(900);
  hosts[0].crawl_delay = std::chrono::seconds(300);
  hosts[1].asked_delay = hosts[1].crawl_delay = std::chrono::milliseconds(1500);
  EXPECT_THAT(host_table(hosts), HasSubstr("192.0.2.9  crawl-delay 900 s asked for, 300 s kept\n"));
  EXPECT_THAT(host_table(hosts), HasSubstr("  crawl-delay 1.5 s\n"));
}

}  // namespace
}  // namespace gossamer::testing
