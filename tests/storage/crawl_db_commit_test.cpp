// What is committed stays and what is not leaves no trace: refusals, kills, and readers beside the crawl.
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::HasSubstr;

TEST(CrawlDb, RefusedOutcomeTakesItsWholeBatchBack) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  Outcome stray = page_outcome(2);
  stray.urls = {url_row(3)};
  stray.changes[0].id = 99;
  const std::vector<Outcome> batch = {page_outcome(1), stray};
  auto refused = db.commit(batch);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error_class, ErrorClass::storage);
  EXPECT_THAT(refused.error().message, HasSubstr("99"));
  EXPECT_EQ(must(db.ledger()).pending, 2u);
  commit(db, page_outcome(1));
  EXPECT_EQ(must(db.ledger()).discovered, 2u) << "the URL of the refused batch is not counted later";
  must(db.check());
}

TEST(CrawlDb, PageIsNotStoredTwice) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  commit(db, page_outcome(1));
  const Outcome again = page_outcome(1);
  EXPECT_FALSE(db.commit({&again, 1}));
  EXPECT_EQ(must(db.ledger()).fetches, 1u);
}

TEST(CrawlDb, AbandonedSeedingLeavesANewJob) {
  TempDir dir;
  run_and_die([&] {
    auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
    auto transaction = must(db.begin_seeding());
    must(transaction.set_meta("options", "{}"));
    // More than the page cache holds, so that a part is already in the file.
    for (UrlId id = 1; id <= 400'000; ++id) must(transaction.add(url_row(id)));
    ::raise(SIGKILL);
  });
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  EXPECT_TRUE(db.is_new());
  EXPECT_EQ(must(db.meta("options")), std::nullopt);
  seed(db, 2);
  EXPECT_EQ(must(db.ledger()).discovered, 2u);
}

TEST(CrawlDb, SeedingCanBeTriedAgainAfterARollBack) {
  TempDir dir;
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  {
    auto transaction = must(db.begin_seeding());
    must(transaction.add(url_row(1)));
  }
  EXPECT_TRUE(db.is_new());
  seed(db, 2);
  EXPECT_EQ(must(db.ledger()).discovered, 2u);
}

TEST(CrawlDb, SeedsAddedAtAResumeAreCountedOrRolledBackTogether) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  {
    auto transaction = must(db.begin_seeding());
    must(transaction.add(url_row(3)));
  }
  must(db.check());
  auto transaction = must(db.begin_seeding());
  must(transaction.add(url_row(3)));
  must(transaction.set_meta("options", "{\"depth\":2}"));
  must(transaction.commit());
  EXPECT_EQ(must(db.ledger()).discovered, 3u);
  EXPECT_EQ(must(db.meta("options")), "{\"depth\":2}");
  must(db.check());
}

TEST(CrawlDb, CommittedOutcomesSurviveAKill) {
  TempDir dir;
  run_and_die([&] {
    auto db = seeded(dir.file("crawl.db"), 3);
    commit(db, page_outcome(1));
    commit(db, page_outcome(2));
    ::raise(SIGKILL);
  });
  const LedgerCounts before = ledger_of(dir.file("crawl.db"));
  EXPECT_EQ(before.done, 2u);
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  EXPECT_EQ(must(db.ledger()).pending, 1u);
  must(db.check());
}

TEST(CrawlDb, ReadersWatchACrawlAtWork) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 3);
  auto reader = must(CrawlDb::open_read_only(dir.file("crawl.db")));
  for (UrlId id = 1; id <= 3; ++id) {
    commit(db, page_outcome(id));
    EXPECT_EQ(must(reader.ledger()).done, id);
  }
  auto snapshot = must(Transaction::begin(reader.database(), Transaction::Kind::read));
  EXPECT_EQ(must(reader.database().query_integer("SELECT count(*) FROM urls")), 3);
  Outcome outcome;
  outcome.urls = {url_row(4)};
  commit(db, outcome);
  EXPECT_EQ(must(reader.database().query_integer("SELECT count(*) FROM urls")), 3)
      << "a snapshot stays as it is";
}

TEST(CrawlDb, LogStopsGrowingWhileAReaderHoldsOnToIt) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 100);
  db.limit_wal({.bytes = 1'000'000, .patience = std::chrono::seconds(0)});
  must(db.database().execute("PRAGMA busy_timeout = 1"));
  auto reader = must(CrawlDb::open_read_only(dir.file("crawl.db")));
  UrlId id = 0;
  Result<void> ok;
  {
    auto snapshot = must(Transaction::begin(reader.database(), Transaction::Kind::read));
    EXPECT_EQ(must(reader.database().query_integer("SELECT count(*) FROM pages")), 0);
    while (ok && id < 100) {
      Outcome outcome = page_outcome(++id);
      outcome.page->body = std::string(100'000, 'x');
      ok = db.commit({&outcome, 1});
    }
    ASSERT_FALSE(ok);
    EXPECT_THAT(ok.error().message, HasSubstr("keeps reading"));
    EXPECT_LT(std::filesystem::file_size(dir.file("crawl.db-wal")), 1'300'000u);
  }
  commit(db, page_outcome(id));
  EXPECT_EQ(must(db.ledger()).done, id);
  must(db.check());
}

TEST(CrawlDb, ReadersCannotWrite) {
  TempDir dir;
  {
    seeded(dir.file("crawl.db"), 1);
  }
  auto reader = must(CrawlDb::open_read_only(dir.file("crawl.db")));
  EXPECT_FALSE(reader.database().execute("DELETE FROM urls"));
  const Outcome outcome = page_outcome(1);
  EXPECT_FALSE(reader.commit({&outcome, 1}));
}

}  // namespace
}  // namespace gossamer::testing
