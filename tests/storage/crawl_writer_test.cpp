#include "storage/crawl_writer.h"

#include <atomic>
#include <future>
#include <gmock/gmock.h>
#include <semaphore>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

constexpr std::chrono::hours kNever{1};

TEST(CrawlWriter, CommitsAFullBatchWithoutWaiting) {
  TempDir dir;
  std::promise<std::size_t> committed;
  CrawlWriter writer(seeded(dir.file("crawl.db"), 4), {.max_batch = 4, .linger = kNever},
                     [&](std::size_t count, const Result<void>& result) {
                       must(result);
                       committed.set_value(count);
                     });
  for (UrlId id = 1; id <= 4; ++id) writer.submit(page_outcome(id));
  EXPECT_EQ(committed.get_future().get(), 4u);
  EXPECT_EQ(ledger_of(dir.file("crawl.db")).done, 4u);
}

TEST(CrawlWriter, CommitsAHeavyBatchWithoutWaiting) {
  TempDir dir;
  std::promise<std::size_t> committed;
  CrawlWriter writer(seeded(dir.file("crawl.db"), 2), {.max_batch_bytes = 10'000, .linger = kNever},
                     [&](std::size_t count, const Result<void>&) { committed.set_value(count); });
  writer.submit(page_outcome(1));
  Outcome heavy = page_outcome(2);
  heavy.page->body = std::string(10'000, 'x');
  writer.submit(std::move(heavy));
  EXPECT_EQ(committed.get_future().get(), 2u);
}

TEST(CrawlWriter, CommitsALoneOutcomeAfterTheLinger) {
  TempDir dir;
  std::promise<std::size_t> committed;
  CrawlWriter writer(seeded(dir.file("crawl.db"), 1), {.linger = std::chrono::milliseconds(1)},
                     [&](std::size_t count, const Result<void>&) { committed.set_value(count); });
  writer.submit(page_outcome(1));
  EXPECT_EQ(committed.get_future().get(), 1u);
}

TEST(CrawlWriter, CloseCommitsTheRestAndGivesTheDatabaseBack) {
  TempDir dir;
  std::size_t committed = 0;
  CrawlWriter writer(seeded(dir.file("crawl.db"), 10), {.linger = kNever},
                     [&](std::size_t count, const Result<void>&) { committed += count; });
  for (UrlId id = 1; id <= 10; ++id) writer.submit(page_outcome(id));
  auto db = must(writer.close());
  EXPECT_EQ(committed, 10u);
  EXPECT_EQ(must(db.ledger()).done, 10u);
  must(db.check());
}

TEST(CrawlWriter, OwnerTakesTheDatabaseBackWhereItWas) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  must(use_items_file(db, dir.file("items.jsonl")));
  CrawlWriter writer(std::move(db), {}, [](std::size_t, const Result<void>&) {});
  writer.submit(page_outcome(1));
  db = must(writer.close());
  Outcome outcome;
  outcome.items = {"{}"};
  outcome.item_url = 1;
  commit(db, outcome);
  EXPECT_EQ(read_file(dir.file("items.jsonl")), "{}\n");
  EXPECT_FALSE(CrawlDb::open_for_crawl(dir.file("crawl.db"))) << "the lock came back too";
}

TEST(CrawlWriter, ClosesWithoutAnOutcome) {
  TempDir dir;
  CrawlWriter writer(seeded(dir.file("crawl.db"), 1), {}, [](std::size_t, const Result<void>&) { FAIL(); });
  EXPECT_EQ(must(must(writer.close()).ledger()).pending, 1u);
}

TEST(CrawlWriter, TakesOutcomesFromSeveralThreadsWithinABound) {
  TempDir dir;
  constexpr UrlId kUrls = 3000;
  std::counting_semaphore<64> room(64);
  CrawlWriter writer(seeded(dir.file("crawl.db"), kUrls),
                     {.max_batch = 16, .linger = std::chrono::milliseconds(1)},
                     [&](std::size_t count, const Result<void>& result) {
                       must(result);
                       room.release(static_cast<std::ptrdiff_t>(count));
                     });
  std::atomic<UrlId> next = 1;
  std::vector<std::thread> producers;
  for (int i = 0; i < 3; ++i) {
    producers.emplace_back([&] {
      for (UrlId id = next++; id <= kUrls; id = next++) {
        room.acquire();
        writer.submit(page_outcome(id));
      }
    });
  }
  for (std::thread& producer : producers) producer.join();
  auto db = must(writer.close());
  EXPECT_EQ(must(db.ledger()).done, kUrls);
  must(db.check());
}

TEST(CrawlWriter, GivesEverythingBackAfterAnError) {
  TempDir dir;
  std::vector<std::pair<std::size_t, bool>> told;
  CrawlWriter writer(
      seeded(dir.file("crawl.db"), 3), {.max_batch = 1, .linger = kNever},
      [&](std::size_t count, const Result<void>& result) { told.emplace_back(count, result.has_value()); });
  writer.submit(page_outcome(1));
  writer.submit(page_outcome(77));  // no such URL
  writer.submit(page_outcome(2));
  auto db = writer.close();
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().error_class, ErrorClass::storage);
  std::size_t settled = 0;
  for (const auto& [count, ok] : told) settled += count;
  EXPECT_EQ(settled, 3u);
  EXPECT_FALSE(told.back().second);
  // What shared the batch of the bad outcome, or came later, is still pending: fetched again, not lost.
  EXPECT_LE(ledger_of(dir.file("crawl.db")).done, 1u);
  EXPECT_THAT(ledger_of(dir.file("crawl.db")).mismatches, ::testing::IsEmpty());
}

TEST(CrawlWriter, WhatItToldOfSurvivesAKill) {
  TempDir dir;
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::counting_semaphore<256> room(256);
    CrawlWriter writer(seeded(dir.file("crawl.db"), 100'000),
                       {.max_batch = 32, .linger = std::chrono::milliseconds(1)},
                       [&](std::size_t count, const Result<void>& result) {
                         const std::string told(result ? count : 0, '.');
                         (void)!::write(pipe_ends[1], told.data(), told.size());
                         room.release(static_cast<std::ptrdiff_t>(count));
                       });
    for (UrlId id = 1; id <= 100'000; ++id) {
      room.acquire();
      writer.submit(page_outcome(id));
    }
    ::_exit(1);
  }
  ::close(pipe_ends[1]);
  char told = 0;
  std::size_t count = 0;
  while (count < 500 && ::read(pipe_ends[0], &told, 1) == 1) ++count;
  ::kill(child, SIGKILL);
  while (::read(pipe_ends[0], &told, 1) == 1) ++count;
  ::close(pipe_ends[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  EXPECT_GE(must(db.ledger()).done, count);
  EXPECT_GT(must(db.ledger()).pending, 0u);
  must(db.check());
}

// A page of which the first part says that URL 1 is done, and each brings a new URL.
Outcome part_of_page_1(UrlId found, bool partial) {
  Outcome part;
  if (found == 2) part = page_outcome(1);
  part.urls.push_back(url_row(found));
  part.partial = partial;
  part.part_of = 1;
  return part;
}

TEST(CrawlWriter, PartsAreWrittenOneByOneAndCommittedTogether) {
  TempDir dir;
  std::counting_semaphore<> written(0);
  std::atomic<std::size_t> bytes{0};
  std::atomic<std::size_t> committed{0};
  CrawlWriter writer(
      seeded(dir.file("crawl.db"), 1), {.linger = kNever},
      [&](std::size_t count, const Result<void>& result) {
        must(result);
        committed += count;
      },
      [&](std::size_t freed) {
        bytes += freed;
        written.release();
      });
  std::size_t submitted = 0;
  for (const UrlId found : {2, 3, 4}) {
    submitted += writer.submit(part_of_page_1(found, true));
    written.acquire();
    EXPECT_EQ(bytes, submitted);
    EXPECT_EQ(committed, 0u);
    EXPECT_EQ(ledger_of(dir.file("crawl.db")).discovered, 1u);
  }
  writer.submit(part_of_page_1(5, false));
  auto db = must(writer.close());
  EXPECT_EQ(committed, 4u);
  must(db.check());
  EXPECT_EQ(must(db.ledger()).discovered, 5u);
}

TEST(CrawlWriter, AnUnfinishedOutcomeIsUndone) {
  TempDir dir;
  std::size_t refused = 0;
  CrawlWriter writer(seeded(dir.file("crawl.db"), 1), {.linger = kNever},
                     [&](std::size_t count, const Result<void>& result) {
                       if (!result) refused += count;
                     });
  writer.submit(part_of_page_1(2, true));
  writer.submit(part_of_page_1(3, true));
  auto db = writer.close();
  ASSERT_FALSE(db);
  EXPECT_THAT(db.error().message, ::testing::HasSubstr("unfinished"));
  EXPECT_EQ(refused, 2u);
  const LedgerCounts counts = ledger_of(dir.file("crawl.db"));
  EXPECT_EQ(counts.discovered, 1u);
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_THAT(counts.mismatches, ::testing::IsEmpty());
}

}  // namespace
}  // namespace gossamer::testing
