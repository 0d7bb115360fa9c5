#include "storage/sqlite.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

constexpr std::string_view kRows =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5) "
    "SELECT 1 FROM n WHERE row(i, 'text ' || i, NULL)";

std::unique_ptr<Database> empty_database(const TempDir& dir) {
  return must(Database::open(dir.file("any.db"), Database::Mode::create, std::chrono::seconds(1)));
}

TEST(Database, GivesEveryRowWithAllItsColumns) {
  TempDir dir;
  auto db = empty_database(dir);
  std::int64_t rows = 0;
  must(db->for_each_row(kRows, [&](const Row& row) -> Result<void> {
    EXPECT_EQ(row.integer(0), ++rows);
    EXPECT_EQ(row.text(1), "text " + std::to_string(rows));
    EXPECT_TRUE(row.is_null(2));
    EXPECT_FALSE(row.is_null(0));
    return {};
  }));
  EXPECT_EQ(rows, 5);
}

TEST(Database, TheFirstErrorOfACallbackEndsTheRows) {
  TempDir dir;
  auto db = empty_database(dir);
  int rows = 0;
  const auto read = db->for_each_row(kRows, [&](const Row&) -> Result<void> {
    if (++rows == 3) return fail(ErrorClass::parse, "no more");
    return {};
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "no more");
  EXPECT_EQ(read.error().error_class, ErrorClass::parse);
  EXPECT_EQ(rows, 3);
}

TEST(Database, AnExceptionOfACallbackComesOutAndLeavesTheDatabaseUsable) {
  TempDir dir;
  auto db = empty_database(dir);
  EXPECT_THROW((void)db->for_each_row(kRows, [](const Row&) -> Result<void> { throw std::logic_error("x"); }),
               std::logic_error);
  EXPECT_EQ(must(db->query_integer("SELECT 7")), 7);
  EXPECT_FALSE(db->query_integer("SELECT row(1)")) << "row() without for_each_row()";
}

TEST(Database, RowsWithinRows) {
  TempDir dir;
  auto db = empty_database(dir);
  std::int64_t sum = 0;
  must(db->for_each_row(kRows, [&](const Row& outer) {
    return db->for_each_row(kRows, [&](const Row& inner) -> Result<void> {
      sum += outer.integer(0) * inner.integer(0);
      return {};
    });
  }));
  EXPECT_EQ(sum, 15 * 15);
}

}  // namespace
}  // namespace gossamer::testing
