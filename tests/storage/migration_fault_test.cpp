#include <gmock/gmock.h>

#include "tests/storage/fault_job.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/schema_v1.h"

namespace gossamer::testing {
namespace {

// A job of schema version 1 that a crash has left with most of it in the log.
DiskImage version_1() {
  MemoryDir dir;
  auto database = must(Database::open(dir.file("crawl.db"), Database::Mode::create, std::chrono::seconds(1)));
  must(database->execute("PRAGMA journal_mode = WAL"));
  must(database->execute(std::string("BEGIN;") + kSchemaV1 + kRowsV1 + "COMMIT"));
  must(database->execute("PRAGMA wal_checkpoint"));
  must(
      database->execute("WITH n(i) AS (SELECT 8 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
                        " INSERT INTO urls SELECT i, 1, 'failed', 'http_4xx', 404, 1, 0, 'link', 1, NULL, "
                        "'http://example.test/' || i FROM n;"
                        "INSERT INTO fetches SELECT NULL, id, 1, 1700000005000000, 1500, 404, 'http_4xx', "
                        "'headers', 'not found',"
                        " '192.0.2.1:80', NULL, 100 FROM urls WHERE id > 7;"
                        "UPDATE meta SET value = 400 WHERE key = 'discovered'"));
  DiskImage image;
  for (const char* name : {"crawl.db", "crawl.db-wal"}) image[name] = read_file(dir.file(name));
  return image;
}

class MigrationFaultTest : public ::testing::Test {
 protected:
  MigrationFaultTest() {
    write_image(old_, dir_.path());
    migrated_ = dump(must(open()).database());
  }

  Result<CrawlDb> open() { return CrawlDb::open_for_crawl(dir_.file("crawl.db")); }

  // What is wrong with the files that are there, "" if nothing.
  std::string judge() {
    try {
      auto db = must(open());
      must(db.check());
      return dump(db.database()) == migrated_ ? "" : "not what the migration makes of it";
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  const DiskImage old_ = version_1();
  MemoryDir dir_;
  std::string migrated_;
};

TEST_F(MigrationFaultTest, PowerCutLeavesTheOldOrTheNewVersion) {
  write_image(old_, dir_.path());
  std::vector<DiskEvent> events;
  {
    FaultDisk disk(dir_.path(), {}, true);
    must(open());
    events = disk.events();
  }
  PowerCutDisk platter;
  bool started = false;
  for (std::size_t n = 0; n < events.size(); ++n) {
    platter.apply(events[n]);
    started = started || events[n].kind == DiskEvent::Kind::sync_folder;
    if (!started) continue;
    for (const auto loss :
         {PowerCutDisk::Loss::none, PowerCutDisk::Loss::everything, PowerCutDisk::Loss::anything}) {
      std::mt19937_64 random(n);
      write_image(platter.cut(loss, random), dir_.path());
      ASSERT_EQ(judge(), "") << "cut after operation " << n + 1 << ", loss " << static_cast<int>(loss);
    }
  }
}

TEST_F(MigrationFaultTest, FailingOperationLeavesTheOldOrTheNewVersion) {
  for (const DiskOp op : {DiskOp::read, DiskOp::write, DiskOp::sync, DiskOp::open, DiskOp::map_shared}) {
    bool struck = true;
    for (std::uint64_t n = 1; struck; ++n) {
      for (const bool for_good : {false, true}) {
        write_image(old_, dir_.path());
        {
          FaultDisk disk(dir_.path(), {.op = op, .n = n, .for_good = for_good});
          const auto db = open();
          struck = disk.struck();
          if (!db) EXPECT_EQ(db.error().error_class, ErrorClass::storage) << db.error().message;
        }
        ASSERT_EQ(judge(), "") << to_string(op) << " " << n;
      }
    }
  }
}

}  // namespace
}  // namespace gossamer::testing
