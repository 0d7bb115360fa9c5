#include <gmock/gmock.h>
#include <sys/resource.h>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

Outcome big_outcome(UrlId id) {
  Outcome outcome = page_outcome(id);
  outcome.page->body = std::string(20'000, 'x');
  outcome.items = {R"({"n":1})"};
  return outcome;
}

// Commits until the file system refuses; returns how many were acknowledged.
UrlId commit_until_full(CrawlDb& db, UrlId last) {
  for (UrlId id = 1; id <= last; ++id) {
    const Outcome outcome = big_outcome(id);
    auto ok = db.commit({&outcome, 1});
    if (ok) continue;
    if (ok.error().error_class != ErrorClass::storage) throw std::runtime_error(ok.error().message);
    return id - 1;
  }
  throw std::runtime_error("the limit was never reached");
}

void expect_whole(CrawlDb& db, std::uint64_t done) {
  EXPECT_EQ(must(db.ledger()).done, done);
  must(db.check());
  EXPECT_EQ(must(db.database().query_integer("SELECT count(*) = 1 FROM pragma_integrity_check"
                                             " WHERE integrity_check = 'ok'")),
            1);
}

TEST(DiskFull, FullDatabaseKeepsWhatItAcknowledgedAndGoesOnWhenThereIsRoom) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 100);
  must(db.database().execute("PRAGMA max_page_count = 200"));
  const UrlId acknowledged = commit_until_full(db, 100);
  EXPECT_GT(acknowledged, 10u);
  expect_whole(db, acknowledged);
  must(db.database().execute("PRAGMA max_page_count = 100000"));
  commit(db, big_outcome(acknowledged + 1));
  expect_whole(db, acknowledged + 1);
}

TEST(DiskFull, FileSizeLimitLosesNothingAndTheNextProcessResumes) {
  TempDir dir;
  run_and_die([&] {
    auto db = seeded(dir.file("crawl.db"), 1000);
    must(use_items_file(db, dir.file("items.jsonl")));
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{2'000'000, 2'000'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const UrlId acknowledged = commit_until_full(db, 1000);
    write_file(dir.file("acknowledged"), std::to_string(acknowledged));
    ::raise(SIGKILL);
  });
  const UrlId acknowledged = std::stoull(read_file(dir.file("acknowledged")));
  EXPECT_GT(acknowledged, 10u);
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  expect_whole(db, acknowledged);
  must(use_items_file(db, dir.file("items.jsonl")));
  const std::string items = read_file(dir.file("items.jsonl"));
  EXPECT_EQ(static_cast<UrlId>(std::count(items.begin(), items.end(), '\n')), acknowledged);
  commit(db, big_outcome(acknowledged + 1));
  expect_whole(db, acknowledged + 1);
}

TEST(DiskFull, SeedingOnAFullDiskLeavesANewJob) {
  TempDir dir;
  run_and_die([&] {
    auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{500'000, 500'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto transaction = must(db.begin_seeding());
    Result<void> ok;
    for (UrlId id = 1; ok && id <= 1'000'000; ++id) ok = transaction.add(url_row(id));
    if (ok) throw std::runtime_error("the limit was never reached");
    ::raise(SIGKILL);
  });
  EXPECT_TRUE(must(CrawlDb::open_for_crawl(dir.file("crawl.db"))).is_new());
}

}  // namespace
}  // namespace gossamer::testing
