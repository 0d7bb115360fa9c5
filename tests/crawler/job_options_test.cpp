#include "crawler/job_options.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Every stored field away from its default.
JobOptions unusual() {
  JobOptions o;
  o.scope = ScopeKind::prefix;
  o.include = {"/a/", "\"quoted\\\""};
  o.exclude = {"/b/"};
  o.depth = 0;
  o.max_pages = 1'000'000'000'000;
  o.delay = 1500ms;
  o.throttle = 0.25;
  o.per_host = 4;
  o.per_ip = 0;
  o.ip_delay = 20ms;
  o.rate = 0.5;
  o.max_pages_per_host = 7;
  o.order = CrawlOrder::best;
  o.threads = 3;
  o.memory = 64 << 20;
  o.retries = {"5", "timeout=0"};
  o.no_cookies = true;
  o.concurrency = 1000;
  o.network.user_agent = "mybot/1.0 (+https://example.com/\xC3\xA9)";
  o.network.timeout = 90s;
  o.network.max_body = 1234567;
  o.no_robots = true;
  o.network.allow_private = true;
  o.network.resolve = {"a.test:80:127.0.0.1"};
  o.network.dns = "127.0.0.1:53";
  o.network.cacert = "ca.pem";
  o.network.insecure = true;
  o.network.header = {"Accept-Language: en"};
  o.plugin = {"p.so"};
  o.items = "items.jsonl";
  o.store_bodies = true;
  o.store_links = true;
  o.assets = true;
  return o;
}

TEST(JobOptions, AllowAnAddressWhatOneHostOfItIsAllowed) {
  EXPECT_EQ(JobOptions{}.address_limit(), 4);
  EXPECT_EQ(JobOptions{.per_host = 16}.address_limit(), 16);
  EXPECT_EQ((JobOptions{.per_host = 16, .per_ip = 2}.address_limit()), 2);
  EXPECT_EQ((JobOptions{.per_host = 16, .per_ip = 0}.address_limit()), 0);
}

TEST(JobOptions, SurviveAsJson) {
  EXPECT_EQ(job_options_from_json(to_json(JobOptions{})), JobOptions{});
  EXPECT_EQ(job_options_from_json(to_json(unusual())), unusual());
}

TEST(JobOptions, WhatBelongsToOneRunIsNotStored) {
  JobOptions options;
  options.seeds = {"https://a.test/"};
  options.output = "x.db";
  options.quiet = true;
  options.skip_bad_seeds = true;
  options.retry_failed = true;
  options.refresh = 1h;
  EXPECT_EQ(to_json(options), to_json(JobOptions{}));
}

TEST(JobOptions, StoredOptionsOfAnotherVersion) {
  const auto older = job_options_from_json(R"({"scope":"any"})");
  ASSERT_TRUE(older) << "an option that came later has its default";
  EXPECT_EQ(older->scope, ScopeKind::any);
  EXPECT_EQ(older->network.timeout, 30s);
  for (const char* bad : {"", "[]", "{", R"({"scope":"hosts"})", R"({"scope":1})", R"({"depth":"x"})",
                          R"({"delay":"soon"})", R"({"from-the-future":1})"}) {
    const auto result = job_options_from_json(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().error_class, ErrorClass::invalid_input);
  }
}

TEST(JobOptions, ValidationNamesTheFlag) {
  EXPECT_TRUE(validate(JobOptions{}));
  EXPECT_TRUE(validate(unusual()));
  const std::vector<std::pair<std::string, std::function<void(JobOptions&)>>> cases{
      {"--output", [](JobOptions& o) { o.output = ""; }},
      {"--include", [](JobOptions& o) { o.include = {"/a/", ""}; }},
      {"--exclude", [](JobOptions& o) { o.exclude = {""}; }},
      {"--depth", [](JobOptions& o) { o.depth = 65'000; }},
      {"--max-pages", [](JobOptions& o) { o.max_pages = 0; }},
      {"--delay", [](JobOptions& o) { o.delay = 48h; }},
      {"--throttle", [](JobOptions& o) { o.throttle = -1; }},
      {"--throttle", [](JobOptions& o) { o.throttle = std::numeric_limits<double>::quiet_NaN(); }},
      {"--per-host", [](JobOptions& o) { o.per_host = 0; }},
      {"--concurrency", [](JobOptions& o) { o.concurrency = 0; }},
      {"--timeout", [](JobOptions& o) { o.network.timeout = 0ms; }},
      {"--max-body", [](JobOptions& o) { o.network.max_body = 0; }},
      {"--user-agent", [](JobOptions& o) { o.network.user_agent = ""; }},
      {"--user-agent", [](JobOptions& o) { o.network.user_agent = "a\r\nCookie: x"; }},
      {"--header", [](JobOptions& o) { o.network.header = {"no colon"}; }},
      {"--header", [](JobOptions& o) { o.network.header = {"Bad Name: x"}; }},
      {"--header", [](JobOptions& o) { o.network.header = {"A: b\r\nC: d"}; }},
  };
  for (const auto& [flag, spoil] : cases) {
    JobOptions options;
    spoil(options);
    const auto result = validate(options);
    ASSERT_FALSE(result) << flag;
    EXPECT_EQ(result.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(result.error().message, testing::StartsWith(flag + ":"));
  }
}

TEST(JobOptions, AResumeWithoutFlagsTakesWhatIsStored) {
  JobOptions given;
  given.output = "job.db";
  given.quiet = true;
  const auto resumed = resume_options(to_json(unusual()), given, {"output", "quiet"});
  ASSERT_TRUE(resumed);
  JobOptions expected = unusual();
  expected.output = "job.db";
  expected.quiet = true;
  EXPECT_EQ(resumed->options, expected);
  EXPECT_THAT(resumed->changes, IsEmpty());
}

TEST(JobOptions, AResumeTakesGivenFlagsAndReportsWhatTheyChange) {
  JobOptions given;
  given.delay = 2s;
  given.max_pages = 500;
  given.scope = ScopeKind::prefix;
  const auto resumed = resume_options(to_json(unusual()), given, {"delay", "max-pages", "scope"});
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->options.delay, 2s);
  EXPECT_EQ(resumed->options.max_pages, 500U);
  EXPECT_EQ(resumed->options.include, unusual().include);
  EXPECT_THAT(resumed->changes, ElementsAre(OptionChange{"--delay", "1500ms", "2s"},
                                            OptionChange{"--max-pages", "1000000000000", "500"}));
}

TEST(JobOptions, ListsAreReportedAsTheyWereGiven) {
  JobOptions given;
  given.exclude = {R"(\.pdf$)", "/tag/"};
  const auto resumed = resume_options(to_json(JobOptions()), given, {"exclude"});
  ASSERT_TRUE(resumed);
  EXPECT_THAT(resumed->changes, ElementsAre(OptionChange{"--exclude", "none", R"(\.pdf$, /tag/)"}));
}

TEST(JobOptions, ValuesOfHeadersAreNotReported) {
  JobOptions given;
  given.network.header = {"Authorization: Bearer s3cret", "Accept-Language: de"};
  const auto resumed = resume_options(to_json(unusual()), given, {"header"});
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->options.network.header, given.network.header);
  EXPECT_THAT(resumed->changes,
              ElementsAre(OptionChange{"--header", "Accept-Language: (hidden)",
                                       "Authorization: (hidden), Accept-Language: (hidden)"}));
}

TEST(JobOptions, WhatIsKeptOfEachPageMustNotChange) {
  EXPECT_TRUE(check_changes({{"--scope", "host", "any"}, {"--plugin", "none", "p.so"}}));
  for (const std::string flag :
       {"--store-bodies", "--store-links", "--sort-query", "--drop-query", "--drop-session-ids"}) {
    const auto refused = check_changes({{"--scope", "host", "any"}, {flag, "true", "false"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(refused.error().message, testing::StartsWith(flag + ": was true, is now false"));
  }
}

}  // namespace
}  // namespace gossamer
