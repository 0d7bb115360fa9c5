#include "crawler/cli/commands.h"

#include <gmock/gmock.h>

#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct CommandRun {
  int exit_code = -1;
  std::string out;
  std::string err;
};

CommandRun run(std::vector<std::string> arguments) {
  CLI::App app;
  CommandRun result;
  add_stats_command(app, result.exit_code);
  add_export_command(app, result.exit_code);
  std::reverse(arguments.begin(), arguments.end());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError&) {
    result.exit_code = kExitUsage;
  }
  std::fflush(stdout);
  result.out = ::testing::internal::GetCapturedStdout();
  result.err = ::testing::internal::GetCapturedStderr();
  return result;
}

TEST(StatsCommand, ShowsTheLedger) {
  TempDir dir;
  {
    seeded(dir.file("crawl.db"), 3);
  }
  auto table = run({"stats", dir.file("crawl.db")});
  EXPECT_EQ(table.exit_code, kExitDone);
  EXPECT_THAT(table.out, HasSubstr("  pending           3\n"));
  auto json = run({"stats", dir.file("crawl.db"), "--jsonl"});
  EXPECT_EQ(json.exit_code, kExitDone);
  EXPECT_THAT(json.out, StartsWith("{\"discovered\":3,"));
  EXPECT_EQ(json.err, "");
}

TEST(StatsCommand, MismatchIsNamedAndFails) {
  TempDir dir;
  {
    auto db = seeded(dir.file("crawl.db"), 3);
    must(db.database().execute("DELETE FROM urls WHERE id = 2"));
  }
  auto result = run({"stats", dir.file("crawl.db")});
  EXPECT_EQ(result.exit_code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("3 discovered"));
}

TEST(StatsCommand, UnreadableInputIsAUsageError) {
  TempDir dir;
  auto missing = run({"stats", dir.file("crawl.db")});
  EXPECT_EQ(missing.exit_code, kExitUsage);
  EXPECT_EQ(missing.err, "gossamer stats: " + dir.file("crawl.db") + ": No such file or directory\n");
  write_file(dir.file("seeds.txt"), "http://example.test/\n");
  EXPECT_EQ(run({"stats", dir.file("seeds.txt")}).exit_code, kExitUsage);
  EXPECT_EQ(run({"stats"}).exit_code, kExitUsage);
}

TEST(ExportCommand, WritesToStdoutOrAFile) {
  TempDir dir;
  {
    seeded(dir.file("crawl.db"), 1);
  }
  auto out = run({"export", dir.file("crawl.db"), "--table", "urls", "--format", "csv"});
  EXPECT_EQ(out.exit_code, kExitDone);
  EXPECT_THAT(out.out, HasSubstr("http://example.test/1,pending"));
  auto file =
      run({"export", dir.file("crawl.db"), "--table", "urls", "--format", "csv", "-o", dir.file("urls.csv")});
  EXPECT_EQ(file.exit_code, kExitDone);
  EXPECT_EQ(file.out, "");
  EXPECT_EQ(read_file(dir.file("urls.csv")), out.out);
}

TEST(ExportCommand, NeverWritesOverTheDatabase) {
  TempDir dir;
  {
    seeded(dir.file("crawl.db"), 1);
  }
  auto result = run({"export", dir.file("crawl.db"), "--table", "urls", "-o", dir.file("crawl.db")});
  EXPECT_EQ(result.exit_code, kExitUsage);
  EXPECT_EQ(ledger_of(dir.file("crawl.db")).pending, 1u);
}

TEST(ExportCommand, BadUseIsAUsageError) {
  TempDir dir;
  EXPECT_EQ(run({"export", dir.file("crawl.db")}).exit_code, kExitUsage);
  {
    seeded(dir.file("crawl.db"), 1);
  }
  EXPECT_EQ(run({"export", dir.file("crawl.db"), "--format", "xml"}).exit_code, kExitUsage);
  EXPECT_EQ(run({"export", dir.file("crawl.db"), "--table", "fetches"}).exit_code, kExitUsage);
  EXPECT_EQ(run({"export", dir.file("crawl.db"), "-o", dir.file("no/out")}).exit_code, kExitUsage);
  EXPECT_EQ(run({"export", dir.file("crawl.db"), "--table", "urls", "-o", "/dev/full"}).exit_code,
            kExitFailed);
}

}  // namespace
}  // namespace gossamer::testing
