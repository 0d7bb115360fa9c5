#include "crawler/cli/crawl_flags.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// As the command line would: parse, then finish. What CLI11 throws becomes an error.
Result<CrawlFlags::Parsed> parse(std::vector<std::string> arguments) {
  CLI::App app;
  CrawlFlags flags(app);
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return fail(ErrorClass::invalid_input, error.what());
  }
  return flags.finish();
}

class JobFile {
 public:
  explicit JobFile(const std::string& text)
      : path_(testing::TempDir() + "gossamer-job-" + std::to_string(::getpid()) + ".toml") {
    std::ofstream(path_) << text;
  }
  ~JobFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(CrawlFlags, NoFlagsAreTheDefaults) {
  const auto parsed = parse({});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->options, JobOptions{});
  EXPECT_TRUE(parsed->given.empty());
}

TEST(CrawlFlags, EveryFlagReachesItsField) {
  const auto parsed = parse({"https://a.test/",
                             "-o",
                             "x.db",
                             "--scope",
                             "domain",
                             "--include",
                             "/a/",
                             "b.test",
                             "--include",
                             "/b/",
                             "--exclude",
                             "/c/",
                             "--depth",
                             "3",
                             "--max-pages",
                             "100",
                             "--delay",
                             "500ms",
                             "--throttle",
                             "0.5",
                             "--per-host",
                             "2",
                             "--concurrency",
                             "9",
                             "--user-agent",
                             "bot/1",
                             "--timeout",
                             "1m",
                             "--max-body",
                             "1G",
                             "--no-robots",
                             "--allow-private",
                             "--resolve",
                             "a.test:80:127.0.0.1",
                             "--dns",
                             "127.0.0.1",
                             "--cacert",
                             "ca.pem",
                             "--insecure",
                             "--header",
                             "A: b",
                             "--plugin",
                             "p.so",
                             "--items",
                             "i.jsonl",
                             "--store-bodies",
                             "--store-links",
                             "--assets",
                             "--skip-bad-seeds",
                             "--quiet"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  JobOptions o;
  o.seeds = {"https://a.test/", "b.test"};
  o.output = "x.db";
  o.scope = ScopeKind::domain;
  o.include = {"/a/", "/b/"};
  o.exclude = {"/c/"};
  o.depth = 3;
  o.max_pages = 100;
  o.delay = 500ms;
  o.throttle = 0.5;
  o.per_host = 2;
  o.concurrency = 9;
  o.network.user_agent = "bot/1";
  o.network.timeout = 60s;
  o.network.max_body = 1U << 30U;
  o.no_robots = true;
  o.network.allow_private = true;
  o.network.resolve = {"a.test:80:127.0.0.1"};
  o.network.dns = "127.0.0.1";
  o.network.cacert = "ca.pem";
  o.network.insecure = true;
  o.network.header = {"A: b"};
  o.plugin = {"p.so"};
  o.items = "i.jsonl";
  o.store_bodies = true;
  o.store_links = true;
  o.assets = true;
  o.skip_bad_seeds = true;
  o.quiet = true;
  EXPECT_EQ(parsed->options, o);
}

TEST(CrawlFlags, SaysWhichFlagsWereGiven) {
  const auto parsed = parse({"a.test", "-o", "x.db", "--delay", "0s", "--quiet"});
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->given, UnorderedElementsAre("seeds", "output", "delay", "quiet"));
}

TEST(CrawlFlags, BadValuesAreNamed) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--delay", "soon"}, "--delay: 'soon' is not a duration"},
      {{"--delay", "5"}, "--delay: '5' is not a duration"},
      {{"--max-body", "big"}, "--max-body: 'big' is not a size"},
      {{"--scope", "hosts"}, "--scope: 'hosts' is not a scope"},
      {{"--depth", "-1"}, "--depth"},
      {{"--depth", "70000"}, "--depth"},
      {{"--per-host", "0"}, "--per-host: must be"},
      {{"--header", "nonsense"}, "--header: "},
      {{"--no-such-flag"}, "--no-such-flag"},
  };
  for (const auto& [arguments, message] : cases) {
    const auto parsed = parse(arguments);
    ASSERT_FALSE(parsed) << message;
    EXPECT_THAT(parsed.error().message, HasSubstr(message));
  }
}

TEST(CrawlFlags, AJobFileGivesWhatTheCommandLineDoesNot) {
  const JobFile file(R"(
seeds = ["https://a.test/", "b.test"]
scope = "any"
include = ['\.html$', "/docs/"]
exclude = "/old/"
depth = 2
delay = "250ms"
throttle = 1
quiet = true
assets = false
)");
  const auto parsed = parse({"--config", file.path(), "--depth", "7", "--exclude", "/new/"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  JobOptions o;
  o.seeds = {"https://a.test/", "b.test"};
  o.scope = ScopeKind::any;
  o.include = {R"(\.html$)", "/docs/"};
  o.exclude = {"/new/"};
  o.depth = 7;
  o.delay = 250ms;
  o.quiet = true;
  EXPECT_EQ(parsed->options, o);
  EXPECT_THAT(parsed->given, testing::IsSupersetOf({"seeds", "scope", "include", "exclude", "depth", "delay",
                                                    "throttle", "quiet"}));
}

TEST(CrawlFlags, MistakesInAJobFileAreNamedWithTheirLine) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"\nmax_pages = 3\n", ":2: max_pages: no such option"},
      {"config = 'x'\n", ":1: config: no such option"},
      {"help = true\n", ":1: help: no such option"},
      {"delay = \"soon\"\n", ":1: delay: "},
      {"depth = \"deep\"\n", ":1: depth: "},
      {"depth = [1, 2]\n", ":1: depth: "},
      {"depth = 1.5\n", ":1: depth: "},
      {"quiet = \"perhaps\"\n", ":1: quiet: "},
      {"[section]\na = 1\n", ":1: section: no such option"},
      {"delay = 2020-01-01\n", ":1: delay: must be"},
      {"a = = b\n", ":1: "},
      {"per-host = 0\n", "--per-host: must be"},
  };
  for (const auto& [text, message] : cases) {
    const JobFile file(text);
    const auto parsed = parse({"--config", file.path()});
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(parsed.error().message, HasSubstr(message)) << text;
  }
  const auto missing = parse({"--config", "/no/such/job.toml"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("/no/such/job.toml"));
}

TEST(CrawlFlags, UnsetTakesAnOptionBack) {
  const auto parsed = parse({"--unset", "exclude", "--unset", "--depth"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_THAT(parsed->given, UnorderedElementsAre("exclude", "depth", "unset"));
  EXPECT_EQ(parsed->options.depth, std::nullopt);
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--unset", "exclud"}, "--unset exclud: a job has no such option"},
      {{"--unset", "output"}, "--unset output: a job has no such option"},
      {{"--unset", "depth", "--depth", "3"}, "--unset depth: --depth is given too"},
      {{"--unset", "exclude", "--exclude-from", "x"}, "--unset exclude: --exclude is given too"}};
  for (const auto& [arguments, message] : cases) {
    const auto refused = parse(arguments);
    ASSERT_FALSE(refused) << message;
    EXPECT_EQ(refused.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(refused.error().message, HasSubstr(message));
  }
}

}  // namespace
}  // namespace gossamer
