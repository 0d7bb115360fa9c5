#include "storage/export.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string exported(CrawlDb& db, ExportTable table, ExportFormat format) {
  std::string out;
  must(export_table(db, table, format, [&](std::string_view rows) -> Result<void> {
    out += rows;
    return {};
  }));
  return out;
}

std::vector<json> exported_rows(CrawlDb& db, ExportTable table) {
  std::vector<json> rows;
  std::istringstream lines(exported(db, table, ExportFormat::jsonl));
  for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
  return rows;
}

TEST(Export, PagesAsJsonLines) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome = page_outcome(1);
  outcome.page->title = "\"Größe\"\n\t\x01 \xff \xf0\x9f\x95\xb8";
  outcome.page->noindex = true;
  outcome.page->digest_low = 0xab;
  commit(db, outcome);
  const auto rows = exported_rows(db, ExportTable::pages);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["url"], "http://example.test/1");
  EXPECT_EQ(rows[0]["title"], "\"Größe\"\n\t\x01 \xef\xbf\xbd \xf0\x9f\x95\xb8") << "bad bytes become U+FFFD";
  EXPECT_EQ(rows[0]["fetched_at"], "2023-11-14T22:13:20.250Z");
  EXPECT_EQ(rows[0]["status"], 200);
  EXPECT_EQ(rows[0]["noindex"], true);
  EXPECT_EQ(rows[0]["body_complete"], true);
  EXPECT_EQ(rows[0]["digest"], "000000000000000000000000000000ab");
}

TEST(Export, PagesComeInTheOrderTheyWereStored) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 3);
  for (const UrlId id : {3, 1, 2}) commit(db, page_outcome(id));
  std::vector<std::string> urls;
  for (const json& row : exported_rows(db, ExportTable::pages)) urls.push_back(row["url"]);
  EXPECT_THAT(urls, ElementsAre("http://example.test/3", "http://example.test/1", "http://example.test/2"));
}

TEST(Export, UrlsNameParentAndTargetByUrl) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 2);
  Outcome outcome;
  outcome.urls = {url_row(3)};
  outcome.urls[0].parent = 1;
  outcome.urls[0].via = Via::link;
  outcome.changes = {url_change(3, UrlState::done)};
  outcome.changes[0].redirect_to = 2;
  outcome.fetches = {fetch_row(3, 301)};
  commit(db, outcome);
  const auto rows = exported_rows(db, ExportTable::urls);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0],
            json::parse(R"({"url":"http://example.test/1","state":"pending","reason":null,"status":null,
      "depth":0,"via":"seed","parent":null,"redirect_to":null,"rule":null,"score":null,"twins":0})"));
  EXPECT_EQ(rows[2], json::parse(R"({"url":"http://example.test/3","state":"done","reason":null,"status":301,
      "depth":0,"via":"link","parent":"http://example.test/1","redirect_to":"http://example.test/2",
      "rule":null,"score":null,"twins":0})"));
}

TEST(Export, ItemsStayTheJsonTheyAre) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome = page_outcome(1);
  outcome.items = {R"({"b":1.50,"a":"x,\"y\""})"};
  commit(db, outcome);
  EXPECT_EQ(
      exported(db, ExportTable::items, ExportFormat::jsonl),
      "{\"url\":\"http://example.test/1\",\"item\":{\"b\":1.50,\"a\":\"x,\\\"y\\\"\"},\"version\":1}\n");
  EXPECT_EQ(exported(db, ExportTable::items, ExportFormat::csv),
            "url,item,version\r\n"
            "http://example.test/1,\"{\"\"b\"\":1.50,\"\"a\"\":\"\"x,\\\"\"y\\\"\"\"\"}\",1\r\n");
}

TEST(Export, CsvQuotesByRfc4180) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome = page_outcome(1);
  outcome.page->title = "a, \"b\"\r\nc";
  commit(db, outcome);
  const std::string csv = exported(db, ExportTable::pages, ExportFormat::csv);
  EXPECT_THAT(csv,
              StartsWith("url,fetched_at,status,content_type,encoding,title,language,canonical,noindex,depth,"
                         "body_bytes,body_complete,digest,links,other_links,"
                         "etag,last_modified,version,twin_of,simhash\r\n"));
  EXPECT_THAT(csv, HasSubstr(",text/html,,\"a, \"\"b\"\"\r\nc\",,,false,0,"));
}

// The texts of a page come from the network, whatever bytes they have.
TEST(Export, CsvIsValidUtf8) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  Outcome outcome = page_outcome(1);
  PageRow& page = *outcome.page;
  page.content_type = "text/html; x=\xff";
  page.encoding = "\x80";
  page.title =
      "Gr\xf6\xdf"
      "e \xe2\x82";  // Latin-1, and a character cut short
  page.language = "\xc0\xaf";
  page.canonical = "http://example.test/\xed\xa0\x80";
  outcome.fetches[0].content_type = page.content_type;
  outcome.fetches[0].message = "\xfe";
  outcome.links.push_back({.from = 1, .to = 1, .tag = "a", .text = "\xff", .nofollow = false});
  commit(db, outcome);
  EXPECT_THAT(exported(db, ExportTable::pages, ExportFormat::csv),
              HasSubstr(",text/html; x=\uFFFD,\uFFFD,Gr\uFFFD\uFFFDe \uFFFD,\uFFFD\uFFFD,"
                        "http://example.test/\uFFFD\uFFFD\uFFFD,"));
  auto row = must(db.database().prepare("SELECT content_type, message, text FROM fetches, links"));
  ASSERT_TRUE(must(row.step()));
  EXPECT_EQ(row.text(0), "text/html; x=\uFFFD");
  EXPECT_EQ(row.text(1), "\uFFFD");
  EXPECT_EQ(row.text(2), "\uFFFD");
}

TEST(Export, NullIsAnEmptyCsvField) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  EXPECT_EQ(exported(db, ExportTable::urls, ExportFormat::csv),
            "url,state,reason,status,depth,via,parent,redirect_to,rule,score,twins\r\n"
            "http://example.test/1,pending,,,0,seed,,,,,0\r\n");
}

TEST(Export, EmptyTableIsNoLineOrJustTheHeader) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  EXPECT_EQ(exported(db, ExportTable::items, ExportFormat::jsonl), "");
  EXPECT_EQ(exported(db, ExportTable::items, ExportFormat::csv), "url,item,version\r\n");
}

TEST(Export, LongTablesComeInWholeRowsWhileACrawlWrites) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 30'000);
  auto reader = must(CrawlDb::open_read_only(dir.file("crawl.db")));
  std::size_t calls = 0;
  std::string out;
  must(export_table(reader, ExportTable::urls, ExportFormat::jsonl,
                    [&](std::string_view rows) -> Result<void> {
                      ++calls;
                      EXPECT_TRUE(rows.empty() || rows.ends_with('\n'));
                      out += rows;
                      commit(db, page_outcome(calls));
                      // No reader holds on to the log.
                      EXPECT_TRUE(must(db.database().checkpoint_and_truncate()));
                      return {};
                    }));
  EXPECT_GT(calls, 2u);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 30'000);
}

TEST(Export, ErrorOfTheWriterEndsIt) {
  TempDir dir;
  auto db = seeded(dir.file("crawl.db"), 1);
  auto ok = export_table(db, ExportTable::urls, ExportFormat::csv, [](std::string_view) -> Result<void> {
    return fail(ErrorClass::io, "pipe closed");
  });
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().message, "pipe closed");
}

}  // namespace
}  // namespace gossamer::testing
