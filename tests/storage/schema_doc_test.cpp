#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

const std::string kDocument = read_file(GOSSAMER_SOURCE_DIR "/docs/schema.md");

TEST(SchemaDocument, NamesEveryColumn) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  auto columns = must(db.database().prepare(
      "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"));
  int count = 0;
  for (; must(columns.step()); ++count) {
    EXPECT_NE(kDocument.find(fmt::format("`{}`", columns.text(1))), std::string::npos)
        << columns.text(0) << '.' << columns.text(1);
  }
  EXPECT_GT(count, 50);
}

TEST(SchemaDocument, QuestionsRun) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  commit(db, page_outcome(1));
  const std::string fence = "```sql\n";
  int count = 0;
  for (std::size_t at = kDocument.find(fence); at != std::string::npos;
       at = kDocument.find(fence, at), ++count) {
    at += fence.size();
    const std::string sql = kDocument.substr(at, kDocument.find("```", at) - at);
    auto ok = db.database().execute(sql);
    EXPECT_TRUE(ok) << sql << (ok ? "" : ok.error().message);
  }
  EXPECT_GE(count, 5);
}

TEST(SchemaDocument, PagesWithoutABodyAreNoTwins) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 4);
  for (UrlId id = 1; id <= 4; ++id) {
    Outcome outcome = page_outcome(id);
    outcome.page->digest_low = id <= 2 ? 1 : 2;
    outcome.page->body_complete = id <= 2;
    commit(db, outcome);
  }
  const std::string fence = "```sql\n";
  const std::size_t at = kDocument.find(fence, kDocument.find("Pages with the same content:")) + fence.size();
  const std::string sql = kDocument.substr(at, kDocument.find(';', at) - at);
  EXPECT_EQ(must(db.database().query_integer("SELECT count(*) FROM (" + sql + ")")), 1);
}

}  // namespace
}  // namespace gossamer::testing
