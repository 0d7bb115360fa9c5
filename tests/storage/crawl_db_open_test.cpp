#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Database> plain_sqlite(const std::string& path) {
  return must(Database::open(path, Database::Mode::create, std::chrono::seconds(1)));
}

TEST(CrawlDbOpen, MissingFileIsANewJob) {
  TempDir dir;
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  EXPECT_TRUE(db.is_new());
  seed(db, 3);
  EXPECT_FALSE(db.is_new());
}

TEST(CrawlDbOpen, EmptyFileIsANewJob) {
  TempDir dir;
  write_file(dir.file("crawl.db"), "");
  {
    EXPECT_TRUE(must(CrawlDb::open_for_crawl(dir.file("crawl.db"))).is_new());
  }
  EXPECT_TRUE(std::filesystem::exists(dir.file("crawl.db"))) << "it was there before";
}

TEST(CrawlDbOpen, JobThatWasNeverSeededLeavesNoFile) {
  TempDir dir;
  {
    auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
    auto transaction = must(db.begin_seeding());
    must(transaction.add(url_row(1)));
  }
  EXPECT_EQ(dir.file_count(), 0u);
}

TEST(CrawlDbOpen, ClosedJobIsOneFile) {
  TempDir dir;
  {
    seeded(dir.file("crawl.db"), 3);
  }
  EXPECT_EQ(ledger_of(dir.file("crawl.db")).pending, 3u);
  EXPECT_EQ(dir.file_count(), 1u);
}

TEST(CrawlDbOpen, SecondProcessIsRefusedWithThePidOfTheFirst) {
  TempDir dir;
  auto first = seeded(dir.file("crawl.db"), 1);
  auto second = CrawlDb::open_for_crawl(dir.file("crawl.db"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error_class, ErrorClass::refused);
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("process {}", ::getpid())));
  EXPECT_TRUE(std::filesystem::exists(dir.file("crawl.db.lock"))) << "still the first one's";
  EXPECT_TRUE(CrawlDb::open_read_only(dir.file("crawl.db")));
}

TEST(CrawlDbOpen, LockOfAKilledProcessDoesNotStay) {
  TempDir dir;
  run_and_die([&] {
    auto db = seeded(dir.file("crawl.db"), 2);
    ::raise(SIGKILL);
  });
  EXPECT_TRUE(std::filesystem::exists(dir.file("crawl.db.lock")));
  EXPECT_FALSE(must(CrawlDb::open_for_crawl(dir.file("crawl.db"))).is_new());
}

TEST(CrawlDbOpen, TheDatabaseItselfIsNotLocked) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  const int lock_fd = ::open(dir.file("crawl.db.lock").c_str(), O_RDONLY);
  EXPECT_NE(::flock(lock_fd, LOCK_EX | LOCK_NB), 0);
  ::close(lock_fd);
  const int fd = ::open(dir.file("crawl.db").c_str(), O_RDONLY);
  EXPECT_EQ(::flock(fd, LOCK_EX | LOCK_NB), 0);
  ::close(fd);
}

TEST(CrawlDbOpen, FilesOfSomethingElseAreRefusedAndUntouched) {
  TempDir dir;
  const std::string text = "http://example.test/\n";
  for (const std::string& content :
       {text, std::string("x"), std::string(5000, '\0'), std::string(100'000, 'a')}) {
    write_file(dir.file("seeds.txt"), content);
    auto db = CrawlDb::open_for_crawl(dir.file("seeds.txt"));
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(db.error().message, HasSubstr("not a crawl database"));
    auto reader = CrawlDb::open_read_only(dir.file("seeds.txt"));
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().error_class, ErrorClass::invalid_input);
    EXPECT_EQ(read_file(dir.file("seeds.txt")), content);
    EXPECT_EQ(dir.file_count(), 1u);
  }
}

TEST(CrawlDbOpen, SqliteFileOfAnotherProgramIsRefusedAndUntouched) {
  TempDir dir;
  must(plain_sqlite(dir.file("other.db"))
           ->execute("CREATE TABLE urls (id INTEGER); INSERT INTO urls VALUES (7)"));
  const std::string before = read_file(dir.file("other.db"));
  auto db = CrawlDb::open_for_crawl(dir.file("other.db"));
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(db.error().message, HasSubstr("another program"));
  EXPECT_EQ(read_file(dir.file("other.db")), before);
  EXPECT_EQ(dir.file_count(), 1u);
}

TEST(CrawlDbOpen, NewerSchemaIsRefused) {
  TempDir dir;
  {
    seeded(dir.file("crawl.db"), 1);
  }
  must(plain_sqlite(dir.file("crawl.db"))
           ->execute(fmt::format("PRAGMA user_version = {}", kSchemaVersion + 1)));
  for (auto* open : {&CrawlDb::open_for_crawl, &CrawlDb::open_read_only}) {
    auto db = open(dir.file("crawl.db"));
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(db.error().message, HasSubstr(fmt::format("schema version {}", kSchemaVersion + 1)));
  }
}

TEST(CrawlDbOpen, MissingFolderAndFolderAsFileAreNamed) {
  TempDir dir;
  auto missing = CrawlDb::open_for_crawl(dir.file("no/crawl.db"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error_class, ErrorClass::storage);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file or directory"));
  std::filesystem::create_directory(dir.file("folder"));
  EXPECT_FALSE(CrawlDb::open_for_crawl(dir.file("folder")));
  EXPECT_FALSE(CrawlDb::open_read_only(dir.file("folder")));
}

TEST(CrawlDbOpen, ReaderOfAMissingFileDoesNotMakeIt) {
  TempDir dir;
  auto db = CrawlDb::open_read_only(dir.file("crawl.db"));
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().error_class, ErrorClass::not_found);
  EXPECT_EQ(dir.file_count(), 0u);
}

TEST(CrawlDbOpen, ReaderRefusesAJobThatWasNeverCreated) {
  TempDir dir;
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  auto reader = CrawlDb::open_read_only(dir.file("crawl.db"));
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().error_class, ErrorClass::invalid_input);
}

TEST(CrawlDbOpen, ReadOnlyStorageNeedsNoSideFiles) {
  TempDir dir;
  const std::string path = dir.file("a#b%20?.db");
  {
    seeded(path, 2);
  }
  auto database = must(Database::open(path, Database::Mode::immutable, std::chrono::seconds(1)));
  EXPECT_EQ(must(database->query_integer("SELECT count(*) FROM urls")), 2);
  EXPECT_EQ(dir.file_count(), 1u);
}

TEST(CrawlDbOpen, TheCacheKeepsToItsLimit) {
  TempDir dir;
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  must(db.limit_cache(5 << 20));
  EXPECT_EQ(must(db.database().query_integer("PRAGMA cache_size")), -5 * 1024) << "in KiB";
}

TEST(CrawlDbOpen, NamesThatSqliteGivesAMeaningAreFileNames) {
  TempDir dir;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.file(""));
  for (const std::string name : {":memory:", "file:crawl.db?mode=memory", "a#b%20?.db"}) {
    {
      seeded(name, 2);
    }
    EXPECT_TRUE(std::filesystem::exists(name));
    EXPECT_EQ(ledger_of(name).pending, 2u);
  }
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace gossamer::testing
