// Jobs of several runs, what the reports tell, and how they write it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "crawler/audit.h"
#include "crawler/wall_time.h"
#include "tests/crawler/request_log.h"

namespace gossamer::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Audit, AnotherRunKeepsOnlyWhatASiteAskedFor) {
  JobOptions options = polite();
  options.delay = 1s;
  options.throttle = 100;
  const auto with_next_run_at = [&](std::int64_t start) {
    return RequestLog(options)
        .add({.start = 2'000'000, .duration = 500'000, .rest = 10'000'000})
        .begin_run(3'000'000, options)
        .add({.start = start})
        .broken();
  };
  EXPECT_THAT(with_next_run_at(12'500'000), IsEmpty());
  EXPECT_THAT(with_next_run_at(12'499'999), ElementsAre("rest"));
}

TEST(Audit, ARunIsJudgedByItsOwnOptions) {
  JobOptions hasty = polite();
  JobOptions patient = polite();
  patient.delay = 10s;
  RequestLog log(hasty);
  log.add({.start = 5'000})
      .begin_run(1'000'000, patient)
      .add({.start = 2'000'000})
      .add({.start = 12'000'000});
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_THAT(log.add({.start = 21'999'999}).broken(), ElementsAre("delay"));
}

TEST(Audit, EachRunIsDescribedByItsOwnOptions) {
  JobOptions own_site = polite();
  own_site.no_robots = true;
  JobOptions renamed = polite();
  renamed.network.user_agent = "mybot/2.0";
  RequestLog log(polite(), "User-agent: mybot\nDisallow: /private\nCrawl-delay: 2\n\nUser-agent: *\n");
  log.add({.start = 5'000})
      .begin_run(1'000'000, own_site)
      .add({.start = 2'000'000})
      .begin_run(3'000'000, own_site)
      .add({.start = 4'000'000})
      .begin_run(5'000'000, renamed)
      .add({.start = 6'000'000});
  EXPECT_THAT(log.broken(), ElementsAre("robots")) << "the last run's request";
  const auto& as = log.hosts.at(1).asked_as;
  ASSERT_EQ(as.size(), 3u);
  EXPECT_TRUE(as[0].obeys_robots);
  EXPECT_FALSE(as[0].own_groups);
  EXPECT_EQ(as[0].crawl_delay, std::nullopt);
  EXPECT_EQ(as[0].requests, 2u);
  EXPECT_FALSE(as[1].obeys_robots);
  EXPECT_EQ(as[1].requests, 2u);
  EXPECT_EQ(as[1].from, kStart + 1s);
  EXPECT_EQ(as[2].user_agent, "mybot/2.0");
  EXPECT_TRUE(as[2].own_groups);
  EXPECT_EQ(as[2].crawl_delay, 2s);
  EXPECT_EQ(as[2].requests, 1u);
}

// A job that was begun by a version that recorded neither runs nor requests for robots.txt.
TEST(Audit, AJobWithoutRecordOfItsRunsIsJudgedByItsOptions) {
  JobOptions options = polite();
  options.delay = 1s;
  RequestLog log(options, "User-agent: *\nDisallow: /nothing");
  log.execute("DELETE FROM meta WHERE key LIKE 'run %'; DELETE FROM fetches");
  EXPECT_THAT(log.add({.start = 2'000'000}).add({.start = 3'000'000}).broken(), IsEmpty());
  EXPECT_THAT(log.add({.start = 3'999'999}).broken(), ElementsAre("delay"));
}

TEST(Audit, CountsRequestsAndGaps) {
  RequestLog log(polite());
  log.add({.start = 2'000, .duration = 100})
      .add({.start = 2'600, .duration = 100, .kind = FetchKind::spider})
      .add({.start = 5'000, .duration = 0, .status = 0, .address = ""});
  log.execute("UPDATE fetches SET status = NULL, address = NULL WHERE status = 0");  // not asked for at all
  EXPECT_THAT(log.broken(), IsEmpty());
  const HostReport& host = log.hosts.at(1);
  EXPECT_EQ(host.pace.requests, 3u);
  EXPECT_EQ(host.robots_requests, 1u);
  EXPECT_EQ(host.spider_requests, 1u);
  EXPECT_EQ(host.pace.gaps, 2u);
  EXPECT_EQ(host.pace.gap_sum, 1500us);
  EXPECT_EQ(host.pace.least_gap, 500us);
  EXPECT_EQ(host.pace.most_at_once, 1u);
  EXPECT_EQ(log.addresses.at("192.0.2.1").pace.requests, 2u);
  EXPECT_EQ(log.crawl.requests, 4u);
  EXPECT_EQ(log.crawl.busiest_second, 4u);
}

TEST(Audit, ALookupInVainIsNoRequest) {
  RequestLog log(polite());
  log.add({.start = 5'000, .duration = 5'000'000, .status = 0, .address = ""}).add({.start = 6'000});
  log.execute(
      "UPDATE fetches SET status = NULL, address = NULL, error = 'dns', phase = 'dns' WHERE status = 0");
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_EQ(log.hosts.at(1).pace.requests, 2u);
}

TEST(Violations, AreCountedAndTheFirstKept) {
  Violations violations;
  for (std::uint64_t id = 1; id <= 12; ++id) {
    violations.add(AuditRule::delay, id, id + 1, [&] {
      EXPECT_LE(id, Violations::kKept);
      return fmt::format("{}", id);
    });
  }
  EXPECT_EQ(violations.count(), 12u);
  EXPECT_EQ(violations.kept().size(), Violations::kKept);
  EXPECT_EQ(violations.kept().back().text, "10");
}

TEST(Audit, OneHostAlone) {
  JobOptions options = polite();
  options.delay = 1s;
  RequestLog log(options);
  log.add({.start = 5'000, .host = 1}).add({.start = 5'000'000, .host = 2});
  EXPECT_THAT(log.broken("http://2.test"), IsEmpty());
  EXPECT_EQ(log.hosts.size(), 1u);
  EXPECT_THAT(log.broken("http://1.test"), ElementsAre("delay"));
  EXPECT_THAT(log.broken("1.test"), ElementsAre("delay")) << "by its name";
}

TEST(HostName, IsANameAPortOfItOrAnOrigin) {
  const auto named = [](std::string_view text, std::string_view origin) {
    return must(HostName::parse(text)).names(origin);
  };
  for (const char* origin : {"http://example.org", "https://example.org", "https://example.org:8443"}) {
    EXPECT_TRUE(named("example.org", origin)) << origin;
    EXPECT_TRUE(named("Example.ORG", origin)) << origin;
    EXPECT_FALSE(named("www.example.org", origin)) << origin;
    EXPECT_EQ(named("https://example.org/", origin), origin == std::string_view("https://example.org"));
    EXPECT_EQ(named("example.org:8443", origin), origin == std::string_view("https://example.org:8443"));
    EXPECT_EQ(named("example.org:80", origin), origin == std::string_view("http://example.org"));
    EXPECT_EQ(named("example.org:443", origin), origin == std::string_view("https://example.org"));
  }
  EXPECT_TRUE(named("[::1]", "http://[::1]:8080"));
  EXPECT_FALSE(HostName::parse("not a host"));
  EXPECT_FALSE(HostName::parse("ftp://example.org"));
}

TEST(WallTimeText, IsReadBack) {
  const WallTime time = kStart + 123'456us;
  EXPECT_EQ(format_wall_time(time), "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(parse_wall_time(format_wall_time(time)), time);
  for (const char* wrong :
       {"", "2023-11-14T22:13:20Z", "2023-13-14T22:13:20.123456Z", "2023-11-14T22:13:60.123456Z"}) {
    EXPECT_EQ(parse_wall_time(wrong), std::nullopt) << wrong;
  }
}

TEST(ExactDuration, LosesNothing) {
  EXPECT_EQ(exact_duration(0us), "0 s");
  EXPECT_EQ(exact_duration(1us), "0.001 ms");
  EXPECT_EQ(exact_duration(999'999us), "999.999 ms");
  EXPECT_EQ(exact_duration(1'500'000us), "1.5 s");
  EXPECT_EQ(exact_duration(300s), "300 s");
  EXPECT_EQ(exact_duration(-2ms), "-2 ms");
}

}  // namespace
}  // namespace gossamer::testing
