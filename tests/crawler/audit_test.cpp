#include "crawler/audit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <map>

#include "crawler/audit_database.h"
#include "crawler/run_record.h"
#include "crawler/wall_time.h"
#include "tests/storage/job.h"

namespace gossamer::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr WallTime kStart{microseconds(1'700'000'000'000'000)};

JobOptions polite() {
  JobOptions options;
  options.throttle = 0;
  options.per_ip = 0;
  return options;
}

// A job of two hosts whose requests a test writes down. Times are microseconds from the start of the first
// run; robots.txt of both hosts took from 0 to 1000 us.
class RequestLog {
 public:
  explicit RequestLog(const JobOptions& options, std::string_view robots = "", bool asked_robots = true)
      : db_(must(CrawlDb::open_for_crawl(dir_.file("crawl.db")))) {
    auto transaction = must(db_.begin_seeding());
    must(transaction.set_meta("options", to_json(options)));
    must(transaction.set_meta(run_key(kStart), run_value(options)));
    for (const HostId id : {1U, 2U}) {
      HostRow host;
      host.id = id;
      host.origin = fmt::format("http://{}.test", id);
      if (asked_robots) host.robots_fetched_at = kStart;
      host.robots_status = asked_robots ? 200 : 0;
      host.robots_body = robots;
      must(transaction.add(host));
    }
    UrlRow url = url_row(1);
    url.url = "http://1.test/private/page?x";
    must(transaction.add(url));
    must(transaction.commit());
    if (!asked_robots) return;
    for (const HostId id : {1U, 2U}) {
      add({.start = 0,
           .duration = 1000,
           .host = id,
           .kind = FetchKind::robots,
           .address = fmt::format("10.0.0.{}:80", id)});
    }
  }

  struct Request {
    std::int64_t start;
    std::int64_t duration = 0;
    HostId host = 1;
    FetchKind kind = FetchKind::page;
    int status = 200;
    std::int64_t rest = 0;
    std::string address = "192.0.2.1:80";
    std::int64_t retry_after = -1;  // none was sent
    int attempt = 1;
    int url = 1;
  };
  RequestLog& add(const Request& request) {
    must(db_.database().execute(fmt::format(
        "INSERT INTO fetches (url, attempt, started_at, duration, status, address, wire_bytes, host, kind, "
        "rest, retry_after)"
        " VALUES ({}, {}, {}, {}, {}, '{}', 1, {}, '{}', {}, {})",
        request.kind == FetchKind::page ? request.url : 0, request.attempt,
        kStart.time_since_epoch().count() + request.start, request.duration, request.status, request.address,
        request.host, to_string(request.kind), request.rest == 0 ? "NULL" : std::to_string(request.rest),
        request.retry_after < 0 ? "NULL" : std::to_string(request.retry_after))));
    return *this;
  }
  RequestLog& begin_run(std::int64_t at, const JobOptions& options) {
    auto transaction = must(db_.begin_seeding());
    must(transaction.set_meta(run_key(kStart + microseconds(at)), run_value(options)));
    must(transaction.commit());
    return *this;
  }
  RequestLog& execute(const std::string& sql) {
    must(db_.database().execute(sql));
    return *this;
  }

  // The names of the rules that were broken, once for each time.
  std::vector<std::string> broken(std::string_view host = "") {
    std::vector<std::string> names;
    const auto note = [&names](const auto& report) {
      for (const Violation& violation : report.violations.kept())
        names.emplace_back(to_string(violation.rule));
    };
    const auto only = host.empty() ? std::nullopt : std::optional(must(HostName::parse(host)));
    totals = must(audit_database(db_, only,
                                 {.host =
                                      [&](const HostReport& report) {
                                        note(report);
                                        hosts.insert_or_assign(report.id, report);
                                      },
                                  .address =
                                      [&](const AddressReport& report) {
                                        note(report);
                                        addresses.insert_or_assign(report.address, report);
                                      },
                                  .crawl =
                                      [&](const CrawlReport& report) {
                                        note(report);
                                        crawl = report;
                                      }}));
    EXPECT_EQ(totals.violations, names.size());
    return names;
  }

  std::map<HostId, HostReport> hosts;
  std::map<std::string, AddressReport> addresses;
  CrawlReport crawl;
  AuditTotals totals;

 private:
  TempDir dir_;
  CrawlDb db_;
};

// Each rule: kept to the microsecond, and broken by one.

TEST(Audit, DelayCountsFromTheEndOfARequest) {
  JobOptions options = polite();
  options.delay = 1s;
  EXPECT_THAT(RequestLog(options).add({.start = 1'001'000}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(options).add({.start = 1'000'999}).broken(), ElementsAre("delay"));
}

TEST(Audit, CrawlDelay) {
  const std::string robots = "User-agent: *\nCrawl-delay: 2";
  EXPECT_THAT(RequestLog(polite(), robots).add({.start = 2'001'000}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(polite(), robots).add({.start = 2'000'999}).broken(), ElementsAre("crawl-delay"));
}

TEST(Audit, CrawlDelayIsJudgedAsFarAsItCounts) {
  RequestLog kept(polite(), "User-agent: *\nCrawl-delay: 900");
  EXPECT_THAT(kept.add({.start = 300'001'000}).broken(), IsEmpty());
  ASSERT_EQ(kept.hosts.at(1).asked_as.size(), 1u);
  EXPECT_EQ(kept.hosts.at(1).asked_as[0].asked_delay, 900s);
  EXPECT_EQ(kept.hosts.at(1).asked_as[0].crawl_delay, 300s);
  EXPECT_THAT(RequestLog(polite(), "User-agent: *\nCrawl-delay: 900").add({.start = 300'000'999}).broken(),
              ElementsAre("crawl-delay"));
}

TEST(Audit, Throttle) {
  JobOptions options = polite();
  options.throttle = 2.5;
  EXPECT_THAT(RequestLog(options).add({.start = 3'500}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(options).add({.start = 3'499}).broken(), ElementsAre("throttle"));
}

TEST(Audit, RestASiteAskedFor) {
  const RequestLog::Request busy{.start = 5'000, .duration = 10, .status = 429, .rest = 3'000'000};
  RequestLog kept(polite());
  EXPECT_THAT(kept.add(busy).add({.start = 3'005'010}).broken(), IsEmpty());
  EXPECT_EQ(kept.hosts.at(1).back_off.times, 1u);
  EXPECT_EQ(kept.hosts.at(1).back_off.longest, 3s);
  EXPECT_THAT(RequestLog(polite()).add(busy).add({.start = 3'005'009}).broken(), ElementsAre("rest"));
}

// Whatever the crawl believed that it had to rest.
TEST(Audit, RetryAfterOfABusyHostHoldsForTheHost) {
  for (const int status : {429, 503}) {
    const RequestLog::Request busy{
        .start = 5'000, .duration = 10, .status = status, .rest = 1'000'000, .retry_after = 3'000'000};
    RequestLog kept(polite());
    EXPECT_THAT(kept.add(busy).add({.start = 3'005'010, .url = 2}).broken(), IsEmpty());
    EXPECT_EQ(kept.hosts.at(1).retry_after.times, 1u);
    EXPECT_EQ(kept.hosts.at(1).retry_after.longest, 3s);
    EXPECT_THAT(RequestLog(polite()).add(busy).add({.start = 3'005'009, .url = 2}).broken(),
                ElementsAre("rest"));
  }
}

TEST(Audit, RetryAfterOfAnErrorHoldsForFurtherAttemptsAtItsUrl) {
  for (const int status : {408, 425, 500, 502, 504}) {
    const RequestLog::Request failing{
        .start = 5'000, .duration = 10, .status = status, .retry_after = 3'000'000};
    const auto with_next = [&](const RequestLog::Request& next) {
      return RequestLog(polite()).add(failing).add({.start = 6'000, .url = 2}).add(next).broken();
    };
    EXPECT_THAT(with_next({.start = 3'005'010, .attempt = 2}), IsEmpty()) << status;
    EXPECT_THAT(with_next({.start = 3'005'009, .attempt = 2}), ElementsAre("rest")) << status;
    EXPECT_THAT(with_next({.start = 3'005'009, .attempt = 1}), IsEmpty()) << "--retry-failed";
  }
  EXPECT_THAT(RequestLog(polite())
                  .add({.start = 5'000, .duration = 10, .status = 404, .retry_after = 3'000'000})
                  .add({.start = 6'000, .attempt = 2})
                  .broken(),
              IsEmpty());
}

TEST(Audit, ConnectionsToAHost) {
  EXPECT_THAT(RequestLog(polite()).add({.start = 1'000}).broken(), IsEmpty());
  RequestLog broken(polite());
  EXPECT_THAT(broken.add({.start = 999}).broken(), ElementsAre("robots", "per-host"));
  EXPECT_EQ(broken.hosts.at(1).pace.most_at_once, 2u);
}

TEST(Audit, ConnectionsToAHostThatMayHaveTwo) {
  JobOptions options = polite();
  options.per_host = 2;
  const auto with_third_at = [&](std::int64_t start) {
    return RequestLog(options)
        .add({.start = 2'000, .duration = 500})
        .add({.start = 2'100, .duration = 300})
        .add({.start = start})
        .broken();
  };
  EXPECT_THAT(with_third_at(2'400), IsEmpty());
  EXPECT_THAT(with_third_at(2'399), ElementsAre("per-host"));
}

TEST(Audit, DelayOnSeveralConnectionsCountsFromTheStart) {
  JobOptions options = polite();
  options.per_host = 2;
  options.delay = 1ms;
  const auto with_second_at = [&](std::int64_t start) {
    return RequestLog(options)
        .add({.start = 5'000, .duration = 9'000})
        .add({.start = start, .duration = 9'000})
        .broken();
  };
  EXPECT_THAT(with_second_at(6'000), IsEmpty());
  EXPECT_THAT(with_second_at(5'999), ElementsAre("delay"));
}

TEST(Audit, WhatWasGivenOutOnAnotherConnectionIsExcused) {
  JobOptions options = polite();
  options.per_host = 2;
  options.throttle = 1;
  // When the answer of 5000 to 6000 came, one more request can have been on its way; a second cannot.
  RequestLog log(options);
  log.add({.start = 5'000, .duration = 1'000}).add({.start = 6'001, .duration = 5'000});
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_THAT(log.add({.start = 6'002, .duration = 5'000}).broken(), ElementsAre("throttle"));
}

TEST(Audit, RobotsTxtIsAskedForFirst) {
  EXPECT_THAT(RequestLog(polite(), "", false).add({.start = 5'000}).broken(), ElementsAre("robots"));
  JobOptions own_site = polite();
  own_site.no_robots = true;
  EXPECT_THAT(RequestLog(own_site, "", false).add({.start = 5'000}).broken(), IsEmpty());
}

TEST(Audit, UrlsThatRobotsTxtRefuses) {
  RequestLog log(polite(), "User-agent: *\nAllow: /\nDisallow: /private/*?x");
  EXPECT_THAT(log.add({.start = 5'000}).broken(), ElementsAre("robots"));
  EXPECT_THAT(log.hosts.at(1).violations.kept()[0].text,
              HasSubstr("for /private/page?x, which line 3 of robots.txt refuses (Disallow: /private/*?x)"));
  EXPECT_THAT(RequestLog(polite(), "User-agent: *\nDisallow: /private/*?y").add({.start = 5'000}).broken(),
              IsEmpty());
  JobOptions own_site = polite();
  own_site.no_robots = true;
  EXPECT_THAT(RequestLog(own_site, "User-agent: *\nDisallow: /").add({.start = 5'000}).broken(), IsEmpty());
}

TEST(Audit, NothingIsAskedWhileRobotsTxtCannotBeRead) {
  const RequestLog::Request failing{.start = 5'000, .duration = 10, .kind = FetchKind::robots, .status = 503};
  const auto never_read = [] { return RequestLog(polite(), "", false); };
  EXPECT_THAT(never_read().add(failing).add({.start = 6'000}).broken(), ElementsAre("robots"));
  const RequestLog::Request again{.start = 7'000, .duration = 10, .kind = FetchKind::robots, .status = 404};
  EXPECT_THAT(never_read().add(failing).add(again).add({.start = 7'010}).broken(), IsEmpty());
}

TEST(Audit, AnEarlierRobotsTxtHoldsWhileItsHostTellsNothing) {
  const auto failing = [](int status) {
    return RequestLog::Request{.start = 5'000, .duration = 10, .kind = FetchKind::robots, .status = status};
  };
  const std::string rules = "User-agent: *\nDisallow: /private\n";
  EXPECT_THAT(RequestLog(polite()).add(failing(503)).add({.start = 6'000}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(polite(), rules).add(failing(503)).add({.start = 6'000}).broken(),
              ElementsAre("robots"));
  EXPECT_THAT(RequestLog(polite()).add(failing(0)).add({.start = 6'000}).broken(), ElementsAre("robots"))
      << "who cannot be reached has no pages either";
  RequestLog::Request later = failing(503);
  for (const auto& [days, broken] : {std::pair{29, 1U}, {31, 0U}}) {
    later.start = days * 86'400'000'000;
    RequestLog log(polite(), "", false);
    log.add(failing(503)).add(later).add({.start = later.start + 10});
    EXPECT_EQ(log.broken().size(), broken) << days;
  }
  RequestLog replaced(polite());
  replaced.add(failing(429)).add({.start = 6'000});
  replaced.execute(
      fmt::format("UPDATE hosts SET robots_at = {}", kStart.time_since_epoch().count() + 90'000));
  EXPECT_THAT(replaced.broken(), IsEmpty());
}

TEST(Audit, WhatWasAskedUnderAnEarlierRobotsTxtIsNotJudgedByTheLater) {
  RequestLog log(polite(), "User-agent: *\nDisallow: /\nCrawl-delay: 60");
  log.add({.start = 5'000}).add({.start = 90'000, .duration = 10, .kind = FetchKind::robots});
  log.execute(fmt::format("UPDATE hosts SET robots_at = {}", kStart.time_since_epoch().count() + 90'000));
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_EQ(log.hosts.at(1).unjudged_pages, 1u);
}

TEST(Audit, ConnectionsToAnAddressOfSeveralHosts) {
  JobOptions options = polite();
  options.per_ip = 1;
  const auto with_second_at = [&](std::int64_t start, const std::string& address) {
    return RequestLog(options)
        .add({.start = 5'000, .duration = 100, .host = 1, .address = "192.0.2.1:80"})
        .add({.start = start, .host = 2, .address = address})
        .broken();
  };
  EXPECT_THAT(with_second_at(5'100, "192.0.2.1:8080"), IsEmpty());
  EXPECT_THAT(with_second_at(5'099, "192.0.2.1:8080"), ElementsAre("per-ip"));
  EXPECT_THAT(with_second_at(5'099, "192.0.2.2:80"), IsEmpty());
}

TEST(Audit, DelayOfAnAddress) {
  JobOptions options = polite();
  options.ip_delay = 1s;
  for (const int per_ip : {0, 1, 4}) {
    options.per_ip = per_ip;
    const auto with_second_at = [&](std::int64_t start) {
      return RequestLog(options)
          .add({.start = 2'000'000, .host = 1, .address = "[2001:db8::1]:80"})
          .add({.start = start, .host = 2, .address = "[2001:db8::1]:443"})
          .broken();
    };
    EXPECT_THAT(with_second_at(3'000'000), IsEmpty());
    EXPECT_THAT(with_second_at(2'999'999), ElementsAre("ip-delay"));
  }
}

TEST(Audit, RateOfTheWholeCrawl) {
  JobOptions options = polite();
  options.rate = 3;  // both robots.txt, at 0, are two of them
  const auto with_fourth_at = [&](std::int64_t start) {
    return RequestLog(options).add({.start = 500'000, .host = 1}).add({.start = start, .host = 2}).broken();
  };
  EXPECT_THAT(with_fourth_at(1'000'000), IsEmpty());
  EXPECT_THAT(with_fourth_at(999'999), ElementsAre("rate"));
}

TEST(Audit, RateBelowOneASecond) {
  RateRule rule(0.25);
  Violations violations;
  const auto at = [](std::int64_t us) {
    return AskedAt{.id = 1, .started_at = kStart + microseconds(us), .ended_at = kStart + microseconds(us)};
  };
  rule.judge(at(0), violations);
  rule.judge(at(4'000'000), violations);
  EXPECT_EQ(violations.count(), 0u);
  rule.judge(at(7'999'999), violations);
  EXPECT_EQ(violations.count(), 1u);
}

// What is judged over several runs, and what is not.

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

TEST(Audit, CountsWhatCannotBeJudged) {
  RequestLog log(polite(), "User-agent: *\nDisallow: /secret");
  log.add({.start = 5'000, .kind = FetchKind::spider}).add({.start = 6'000});
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_EQ(log.totals.unjudged, 1u);
  JobOptions own_site = polite();
  own_site.no_robots = true;
  RequestLog free(own_site, "User-agent: *\nDisallow: /secret");
  free.add({.start = 5'000, .kind = FetchKind::spider});
  EXPECT_THAT(free.broken(), IsEmpty());
  EXPECT_EQ(free.totals.unjudged, 0u) << "nothing was to be compared";
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

// The reports.

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
