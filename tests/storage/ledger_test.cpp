#include "storage/ledger.h"

#include <gmock/gmock.h>

#include "storage/ledger_report.h"
#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 1, 2 done with a 200; 3 done with a 301; 4 failed by a 404; 5 by DNS; 6 filtered; 7 pending.
CrawlDb small_crawl(const std::string& path) {
  auto db = seeded(path, 6);
  Outcome first = page_outcome(1);
  first.urls = {url_row(7)};
  first.items = {"{}"};
  commit(db, first);
  commit(db, page_outcome(2));
  Outcome redirect;
  redirect.changes = {url_change(3, UrlState::done)};
  redirect.changes[0].redirect_to = 1;
  redirect.fetches = {fetch_row(3, 301)};
  commit(db, redirect);
  commit(db, failed_outcome(4, ErrorClass::http_4xx, 404));
  commit(db, failed_outcome(5, ErrorClass::dns, 0));
  Outcome robots;
  robots.changes = {url_change(6, UrlState::filtered)};
  robots.changes[0].reason = FilterReason::robots;
  commit(db, robots);
  return db;
}

// What ledger() says after the rows were changed behind its back.
std::vector<std::string> mismatches_after(const std::string& sql) {
  TempDir dir;
  auto db = small_crawl(dir.file("crawl.db"));
  must(db.database().execute(sql));
  auto checked = db.check();
  auto mismatches = must(db.ledger()).mismatches;
  EXPECT_EQ(checked.has_value(), mismatches.empty());
  for (const std::string& mismatch : mismatches) EXPECT_THAT(checked.error().message, HasSubstr(mismatch));
  return mismatches;
}

TEST(Ledger, CountsEveryTermFromTheRows) {
  TempDir dir;
  auto db = small_crawl(dir.file("crawl.db"));
  const LedgerCounts counts = must(db.ledger());
  EXPECT_EQ(counts.discovered, 7u);
  EXPECT_EQ(counts.done, 3u);
  EXPECT_EQ(counts.failed,
            (std::map<ErrorClass, std::uint64_t>{{ErrorClass::dns, 1}, {ErrorClass::http_4xx, 1}}));
  EXPECT_EQ(counts.filtered, (std::map<FilterReason, std::uint64_t>{{FilterReason::robots, 1}}));
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_EQ(counts.pages, 2u);
  EXPECT_EQ(counts.fetches, 5u);
  EXPECT_EQ(counts.bytes, 5000u);
  EXPECT_EQ(counts.hosts, 1u);
  EXPECT_EQ(counts.status, (std::map<int, std::uint64_t>{{200, 2}, {301, 1}, {404, 1}}));
  EXPECT_EQ(counts.items, 1u);
  EXPECT_THAT(counts.mismatches, IsEmpty());
}

TEST(Ledger, IsOneJsonObject) {
  TempDir dir;
  auto db = small_crawl(dir.file("crawl.db"));
  EXPECT_EQ(ledger_json(must(db.ledger())),
            R"({"discovered":7,"done":3,"failed":{"dns":1,"http_4xx":1},"filtered":{"robots":1},"pending":1,)"
            R"("pages":2,"fetches":5,"bytes":5000,"hosts":1,"status":{"200":2,"301":1,"404":1},"items":1,)"
            R"("kinds":{"page":5},"rules":[]})");
}

TEST(Ledger, IsATableForPeople) {
  TempDir dir;
  auto db = small_crawl(dir.file("crawl.db"));
  const std::string table = ledger_table(must(db.ledger()));
  EXPECT_THAT(table, HasSubstr("discovered          7\n"));
  EXPECT_THAT(table, HasSubstr("  failed            2  dns 1, http_4xx 1\n"));
  EXPECT_THAT(table, HasSubstr("fetches             5  5.0 kB received; page 5\n"));
}

TEST(Ledger, NoticesALostRow) {
  EXPECT_THAT(mismatches_after("DELETE FROM urls WHERE id = 7"),
              ElementsAre("7 discovered, but 3 done + 2 failed + 1 filtered + 0 pending = 6"));
}

TEST(Ledger, NoticesAWrongCounter) {
  EXPECT_THAT(mismatches_after("UPDATE meta SET value = 9 WHERE key = 'discovered'"),
              ElementsAre(HasSubstr("9 discovered")));
}

TEST(Ledger, NoticesADoneUrlWithoutItsPage) {
  EXPECT_THAT(mismatches_after("DELETE FROM pages WHERE url = 2"),
              ElementsAre("1 URLs done with a 2xx have no page row (the first: URL 2)"));
}

TEST(Ledger, NoticesAPageOfAUrlThatIsNotDone) {
  EXPECT_THAT(mismatches_after("UPDATE urls SET state = 'failed', reason = 'parse' WHERE id = 1"),
              ElementsAre("1 page rows belong to no URL done with a 2xx (the first: URL 1)"));
  EXPECT_THAT(
      mismatches_after("UPDATE pages SET url = 50 WHERE url = 2"),
      ElementsAre(HasSubstr("have no page row (the first: URL 2)"), HasSubstr("(the first: URL 50)")));
}

TEST(Ledger, NoticesASecondPageOfAUrl) {
  EXPECT_THAT(mismatches_after("INSERT INTO pages SELECT * FROM pages WHERE url = 2"),
              ElementsAre("1 page rows are of URLs that have one already (the first: URL 2)"));
}

TEST(Ledger, NoticesAFailedUrlWithoutAFetch) {
  EXPECT_THAT(mismatches_after("DELETE FROM fetches WHERE url = 5"),
              ElementsAre("1 done or failed URLs have no fetch row (the first: URL 5)"));
}

TEST(Ledger, NoticesAFetchOfNoUrl) {
  EXPECT_THAT(mismatches_after("INSERT INTO fetches (url, attempt, started_at, duration, wire_bytes)"
                               " VALUES (1000, 1, 0, 0, 0)"),
              ElementsAre("1 fetch rows belong to no URL (the first: URL 1000)"));
}

TEST(Ledger, NoticesAWordThatIsNotOfTheLedger) {
  EXPECT_THAT(mismatches_after("UPDATE urls SET reason = 'lost' WHERE id IN (4, 5)"),
              ElementsAre(HasSubstr("7 discovered"),
                          "2 URL rows have an unknown state or reason (the first: URL 4)"));
  EXPECT_THAT(mismatches_after("UPDATE urls SET reason = NULL WHERE id = 6"),
              ElementsAre(HasSubstr("7 discovered"), HasSubstr("URL 6")));
}

TEST(Ledger, DamagedIdIsAnError) {
  TempDir dir;
  auto db = small_crawl(dir.file("crawl.db"));
  must(db.database().execute("UPDATE urls SET id = 9000000000000000000 WHERE id = 7"));
  EXPECT_FALSE(db.ledger());
}

}  // namespace
}  // namespace gossamer::testing
