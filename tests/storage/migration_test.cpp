#include <gmock/gmock.h>
#include <map>

#include "tests/storage/job.h"
#include "tests/storage/schema_v1.h"

namespace gossamer::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<Database> plain_sqlite(const std::string& path) {
  return must(Database::open(path, Database::Mode::create, std::chrono::seconds(1)));
}

void make_version_1(const std::string& path) {
  auto database = plain_sqlite(path);
  must(database->execute(kSchemaV1));
  must(database->execute(kRowsV1));
}

// Every column of every table: "urls 1 0 0 id INTEGER 0 - 1".
std::vector<std::string> columns_of(Database& database) {
  auto rows = must(database.prepare(
      "SELECT t.name || ' ' || t.strict || t.wr || ' ' || c.cid || ' ' || c.name || ' ' || c.type || ' ' ||"
      " c.\"notnull\" || ' ' || coalesce(c.dflt_value, '-') || ' ' || c.pk"
      " FROM pragma_table_list t JOIN pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.type = "
      "'table'"
      " AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"));
  std::vector<std::string> columns;
  while (must(rows.step())) columns.emplace_back(rows.text(0));
  return columns;
}

TEST(Migration, AVersion1DatabaseBecomesWhatANewOneIs) {
  TempDir dir;
  make_version_1(dir.file("old.db"));
  auto old = must(CrawlDb::open_for_crawl(dir.file("old.db")));
  auto fresh = seeded(dir.file("new.db"), 1);
  EXPECT_EQ(columns_of(old.database()), columns_of(fresh.database()));
  EXPECT_EQ(must(old.database().query_integer("PRAGMA user_version")), kSchemaVersion);
}

TEST(Migration, TheLedgerBalancesAndTheRowsComeBack) {
  TempDir dir;
  make_version_1(dir.file("crawl.db"));
  {
    auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
    must(db.check());
  }
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  const LedgerCounts counts = must(db.ledger());
  EXPECT_THAT(counts.mismatches, IsEmpty());
  EXPECT_EQ(counts.discovered, 7u);
  EXPECT_EQ(counts.pages, 2u);
  EXPECT_EQ(counts.items, 2u);
  EXPECT_EQ(counts.kinds, (std::map<FetchKind, std::uint64_t>{{FetchKind::page, 5}}));
  EXPECT_THAT(counts.rules, IsEmpty());

  std::vector<HostRow> hosts;
  must(db.for_each_host([&](const HostRow& host) { hosts.push_back(host); }));
  ASSERT_EQ(hosts.size(), 2u);
  EXPECT_EQ(hosts[0].robots_body, "User-agent: *");
  EXPECT_EQ(hosts[1].address, "");
  EXPECT_EQ(hosts[1].rest_until, std::nullopt);
  std::vector<UrlState> states;
  must(db.for_each_url([&](const UrlView& url) {
    states.push_back(url.state);
    EXPECT_EQ(url.rule, std::nullopt);
    EXPECT_EQ(url.twins, 0u);
    EXPECT_EQ(url.nofollow, url.reason == FilterReason::nofollow);
    EXPECT_EQ(url.attempts, 0u);
  }));
  EXPECT_THAT(states, ElementsAre(UrlState::done, UrlState::done, UrlState::done, UrlState::failed,
                                  UrlState::filtered, UrlState::filtered, UrlState::pending));
  std::vector<HostId> fetched;
  must(db.for_each_fetch_since({}, [&](const FetchView& fetch) { fetched.push_back(fetch.host); }));
  EXPECT_THAT(fetched, ElementsAre(1, 2, 2, 1, 1));
}

// A table without its last column. (DROP COLUMN takes the comment before it for the end of the table.)
void drop_last_column(Database& database, const std::string& table) {
  std::string create;
  std::string columns;
  {
    auto row = must(database.prepare(fmt::format(
        "SELECT sql, (SELECT group_concat(name) FROM (SELECT name, cid FROM pragma_table_info('{0}')"
        " ORDER BY cid DESC LIMIT -1 OFFSET 1)) FROM sqlite_schema WHERE name = '{0}'",
        table)));
    must(row.step());
    create = row.text(0);
    columns = row.text(1);
  }
  create.resize(create.rfind("\n  "));
  create[create.rfind(',', create.rfind(" --"))] = ' ';
  must(database.execute(
      fmt::format("ALTER TABLE {0} RENAME TO newer; {1}\n) STRICT; INSERT INTO {0} ({2}) SELECT "
                  "{2} FROM newer; DROP TABLE newer",
                  table, create, columns)));
}

// What each later version changed, changed back.
void make_older(Database& database, int version) {
  if (version < 5) {
    auto row = must(database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'pages'"));
    must(row.step());
    std::string create(row.text(0));
    row.reset();
    const std::string_view column = "INTEGER NOT NULL";
    create.replace(create.find(column), column.size(), "INTEGER PRIMARY KEY");
    must(database.execute(fmt::format(
        "ALTER TABLE pages RENAME TO newer; {}; INSERT INTO pages SELECT * FROM newer; DROP TABLE newer",
        create)));
  }
  if (version < 4) drop_last_column(database, "fetches");
  if (version < 3) drop_last_column(database, "urls");
  must(database.execute(fmt::format("PRAGMA user_version = {}", version)));
}

TEST(Migration, LaterVersionsBecomeWhatANewOneIsToo) {
  for (const int version : {2, 3, 4}) {
    TempDir dir;
    const std::string path = dir.file("crawl.db");
    std::vector<std::string> columns;
    {
      auto db = seeded(path, 2);
      Outcome outcome = page_outcome(1);
      outcome.page->title = "first";
      outcome.fetches[0].rest = std::chrono::seconds(3);
      outcome.fetches[0].retry_after = std::chrono::seconds(2);
      commit(db, outcome);
      columns = columns_of(db.database());
      make_older(db.database(), version);
      must(db.database().execute("CREATE VIEW titles AS SELECT title FROM pages"));
      ASSERT_NE(columns_of(db.database()), columns);
    }
    ASSERT_FALSE(CrawlDb::open_read_only(path));
    auto db = must(CrawlDb::open_for_crawl(path));
    EXPECT_EQ(columns_of(db.database()), columns) << version;
    EXPECT_EQ(must(db.database().query_integer("PRAGMA user_version")), kSchemaVersion);
    EXPECT_THAT(must(db.ledger()).mismatches, IsEmpty()) << version;
    EXPECT_EQ(must(db.database().query_integer("SELECT rest FROM fetches")), 3'000'000);
    EXPECT_EQ(must(db.database().query_integer("SELECT retry_after IS NULL FROM fetches")), version < 4);
    EXPECT_EQ(must(db.database().query_integer("SELECT count(*) FROM titles WHERE title = 'first'")), 1)
        << "a view of the user's";
    commit(db, page_outcome(2));
    EXPECT_THAT(must(db.ledger()).mismatches, IsEmpty()) << version;
    // A refresh finds the pages of before too.
    Outcome changed = page_outcome(1);
    changed.page->version = 2;
    commit(db, changed);
    EXPECT_EQ(
        must(db.database().query_integer("SELECT count(*) * 10 + max(version) FROM pages WHERE url = 1")),
        12);
    EXPECT_THAT(must(db.ledger()).mismatches, IsEmpty()) << version;
  }
}

TEST(Migration, TheCrawlGoesOn) {
  TempDir dir;
  make_version_1(dir.file("crawl.db"));
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  Outcome outcome = page_outcome(7);
  outcome.urls = {url_row(8, UrlState::filtered)};
  outcome.urls[0].reason = FilterReason::pattern;
  commit(db, outcome);
  EXPECT_THAT(must(db.ledger()).mismatches,
              ElementsAre(HasSubstr("no row of their rule (the first: URL 8)")));
}

TEST(Migration, KilledBeforeItsCommitTheDatabaseIsWhatItWas) {
  TempDir dir;
  const std::string path = dir.file("crawl.db");
  make_version_1(path);
  std::vector<std::string> before;
  {
    before = columns_of(*plain_sqlite(path));
  }
  run_and_die([&] {
    auto database = plain_sqlite(path);
    must(database->execute("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;"));
    // Its first and its last statement, and all of the table that it rewrites.
    must(
        database->execute("ALTER TABLE hosts ADD COLUMN address TEXT; UPDATE fetches SET attempt = attempt;"
                          "PRAGMA user_version = 2;"));
  });
  EXPECT_EQ(columns_of(*plain_sqlite(path)), before);
  EXPECT_EQ(must(plain_sqlite(path)->query_integer("PRAGMA user_version")), 1);
  auto db = must(CrawlDb::open_for_crawl(path));
  must(db.check());
}

TEST(Migration, AReaderSaysHow) {
  TempDir dir;
  make_version_1(dir.file("crawl.db"));
  auto db = CrawlDb::open_read_only(dir.file("crawl.db"));
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(db.error().message, HasSubstr("gossamer crawl -o " + dir.file("crawl.db")));
}

}  // namespace
}  // namespace gossamer::testing
