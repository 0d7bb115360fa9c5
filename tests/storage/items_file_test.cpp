#include "storage/items_file.h"

#include <gmock/gmock.h>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::HasSubstr;

Outcome item_outcome(UrlId id) {
  Outcome outcome = page_outcome(id);
  outcome.items = {fmt::format(R"({{"n":{}}})", id), fmt::format(R"({{"m":{}}})", id)};
  return outcome;
}

constexpr const char* kFirst = "{\"n\":1}\n{\"m\":1}\n";
constexpr const char* kSecond = "{\"n\":2}\n{\"m\":2}\n";
constexpr const char* kThird = "{\"n\":3}\n{\"m\":3}\n";

class ItemsFileTest : public ::testing::Test {
 protected:
  TempDir dir_;
  std::string db_ = dir_.file("crawl.db");
  std::string items_ = dir_.file("items.jsonl");
};

TEST_F(ItemsFileTest, HoldsTheCommittedItemsInOrder) {
  auto db = seeded(db_, 2);
  must(use_items_file(db, items_));
  commit(db, item_outcome(2));
  commit(db, item_outcome(1));
  EXPECT_EQ(read_file(items_), std::string(kSecond) + kFirst);
}

TEST_F(ItemsFileTest, ResumeCutsOffWhatACrashLeftBehind) {
  run_and_die([&] {
    auto db = seeded(db_, 2);
    must(use_items_file(db, items_));
    commit(db, item_outcome(1));
    // As if killed between the write to the file and the commit.
    std::ofstream(items_, std::ios::app) << R"({"n":2})" << "\n{\"m";
    ::raise(SIGKILL);
  });
  auto db = must(CrawlDb::open_for_crawl(db_));
  must(use_items_file(db, items_));
  EXPECT_EQ(read_file(items_), kFirst);
  commit(db, item_outcome(2));
  EXPECT_EQ(read_file(items_), std::string(kFirst) + kSecond);
}

TEST_F(ItemsFileTest, CrashBeforeTheFirstCommitDoesNotMakeTheFileForeign) {
  run_and_die([&] {
    auto db = seeded(db_, 1);
    must(use_items_file(db, items_));
    std::ofstream(items_, std::ios::app) << "{\"n\"";
    ::raise(SIGKILL);
  });
  auto db = must(CrawlDb::open_for_crawl(db_));
  must(use_items_file(db, items_));
  EXPECT_EQ(read_file(items_), "");
}

TEST_F(ItemsFileTest, ShorterOrMissingFileIsRefused) {
  {
    auto db = seeded(db_, 1);
    must(use_items_file(db, items_));
    commit(db, item_outcome(1));
  }
  auto db = must(CrawlDb::open_for_crawl(db_));
  std::filesystem::resize_file(items_, 5);
  auto shorter = use_items_file(db, items_);
  ASSERT_FALSE(shorter);
  EXPECT_EQ(shorter.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(shorter.error().message, HasSubstr("has 5 bytes, but 16 bytes were committed"));
  std::filesystem::remove(items_);
  auto missing = use_items_file(db, items_);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("is missing, but 16 bytes were committed"));
  EXPECT_FALSE(std::filesystem::exists(items_));
}

TEST_F(ItemsFileTest, FileWithOtherContentIsNeverOverwritten) {
  write_file(items_, "precious\n");
  auto db = seeded(db_, 1);
  auto refused = use_items_file(db, items_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error_class, ErrorClass::invalid_input);
  EXPECT_EQ(read_file(items_), "precious\n");
}

TEST_F(ItemsFileTest, ItemsOfRunsWithoutTheFileAreWrittenLater) {
  {
    auto db = seeded(db_, 3);
    must(use_items_file(db, items_));
    commit(db, item_outcome(1));
  }
  {
    auto db = must(CrawlDb::open_for_crawl(db_));
    commit(db, item_outcome(2));
  }
  auto db = must(CrawlDb::open_for_crawl(db_));
  must(use_items_file(db, items_));
  EXPECT_EQ(read_file(items_), std::string(kFirst) + kSecond);
  commit(db, item_outcome(3));
  EXPECT_EQ(read_file(items_), std::string(kFirst) + kSecond + kThird);
}

TEST_F(ItemsFileTest, NewNameGetsAllItems) {
  {
    auto db = seeded(db_, 2);
    must(use_items_file(db, items_));
    commit(db, item_outcome(1));
  }
  auto db = must(CrawlDb::open_for_crawl(db_));
  must(use_items_file(db, dir_.file("second.jsonl")));
  commit(db, item_outcome(2));
  EXPECT_EQ(read_file(dir_.file("second.jsonl")), std::string(kFirst) + kSecond);
  EXPECT_EQ(read_file(items_), kFirst);
}

TEST_F(ItemsFileTest, MayBeMovedWithTheDatabase) {
  {
    auto db = seeded(db_, 2);
    must(use_items_file(db, items_));
    commit(db, item_outcome(1));
  }
  std::filesystem::create_directory(dir_.file("moved"));
  std::filesystem::rename(db_, dir_.file("moved/crawl.db"));
  std::filesystem::rename(items_, dir_.file("moved/items.jsonl"));
  auto db = must(CrawlDb::open_for_crawl(dir_.file("moved/crawl.db")));
  must(use_items_file(db, dir_.file("moved/items.jsonl")));
  commit(db, item_outcome(2));
  EXPECT_EQ(read_file(dir_.file("moved/items.jsonl")), std::string(kFirst) + kSecond);
}

TEST_F(ItemsFileTest, FailedCommitTakesItsLinesBack) {
  auto db = seeded(db_, 2);
  must(use_items_file(db, items_));
  commit(db, item_outcome(1));
  // A deferred foreign key is checked by COMMIT, after the lines were written.
  must(db.database().execute(
      "PRAGMA foreign_keys = ON; CREATE TABLE guard (url INTEGER REFERENCES hosts DEFERRABLE INITIALLY "
      "DEFERRED);"
      "CREATE TRIGGER spoil AFTER INSERT ON items BEGIN INSERT INTO guard VALUES (99); END"));
  const Outcome outcome = item_outcome(2);
  EXPECT_FALSE(db.commit({&outcome, 1}));
  EXPECT_EQ(read_file(items_), kFirst);
  must(db.database().execute("DROP TRIGGER spoil"));
  commit(db, outcome);
  EXPECT_EQ(read_file(items_), std::string(kFirst) + kSecond);
}

TEST_F(ItemsFileTest, TwoCrawlsDoNotShareOneFile) {
  auto first = seeded(db_, 1);
  must(use_items_file(first, items_));
  auto second = seeded(dir_.file("second.db"), 1);
  auto refused = use_items_file(second, items_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error_class, ErrorClass::refused);
}

TEST_F(ItemsFileTest, DeviceIsNoItemsFile) {
  auto db = seeded(db_, 1);
  EXPECT_FALSE(use_items_file(db, "/dev/null"));
}

}  // namespace
}  // namespace gossamer::testing
