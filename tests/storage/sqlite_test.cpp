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
  must(db->for_each_row(kRows, [&](const Row& row) -> Result<bool> {
    EXPECT_EQ(row.integer(0), ++rows);
    EXPECT_EQ(row.text(1), "text " + std::to_string(rows));
    EXPECT_TRUE(row.is_null(2));
    EXPECT_FALSE(row.is_null(0));
    return false;
  }));
  EXPECT_EQ(rows, 5);
}

TEST(Database, TheFirstErrorOfACallbackEndsTheRows) {
  TempDir dir;
  auto db = empty_database(dir);
  int rows = 0;
  const auto read = db->for_each_row(kRows, [&](const Row&) -> Result<bool> {
    if (++rows == 3) return fail(ErrorClass::parse, "no more");
    return false;
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "no more");
  EXPECT_EQ(read.error().error_class, ErrorClass::parse);
  EXPECT_EQ(rows, 3);
}

TEST(Database, AnExceptionOfACallbackComesOutAndLeavesTheDatabaseUsable) {
  TempDir dir;
  auto db = empty_database(dir);
  EXPECT_THROW((void)db->for_each_row(kRows, [](const Row&) -> Result<bool> { throw std::logic_error("x"); }),
               std::logic_error);
  EXPECT_EQ(must(db->query_integer("SELECT 7")), 7);
  EXPECT_FALSE(db->query_integer("SELECT row(1)")) << "row() without for_each_row()";
}

TEST(Database, RowsWithinRows) {
  TempDir dir;
  auto db = empty_database(dir);
  std::int64_t sum = 0;
  must(db->for_each_row(kRows, [&](const Row& outer) -> Result<bool> {
    must(db->for_each_row(kRows, [&](const Row& inner) -> Result<bool> {
      sum += outer.integer(0) * inner.integer(0);
      return false;
    }));
    return false;
  }));
  EXPECT_EQ(sum, 15 * 15);
}

TEST(Database, ARowMayBeAskedForMoreColumns) {
  TempDir dir;
  auto db = empty_database(dir);
  std::string calls;
  must(db->for_each_row(
      "SELECT 1 FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3)"
      " WHERE CASE WHEN row(n) THEN row('more', n) END",
      [&](const Row& row) -> Result<bool> {
        const bool first = row.text(0) != "more";
        calls += first ? "n" + std::to_string(row.integer(0)) : "m" + std::to_string(row.integer(1));
        return first && row.integer(0) == 2;
      }));
  EXPECT_EQ(calls, "n1n2m2n3");
}

}  // namespace
}  // namespace gossamer::testing
