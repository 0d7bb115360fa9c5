#pragma once

#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/audit.h"
#include "crawler/audit_database.h"
#include "crawler/run_record.h"
#include "tests/storage/job.h"

namespace gossamer::testing {

inline constexpr WallTime kStart{std::chrono::microseconds(1'700'000'000'000'000)};

inline JobOptions polite() {
  JobOptions options;
  options.throttle = 0;
  options.per_ip = 0;
  return options;
}

// A job of two hosts whose requests a test writes down. Times are std::chrono::microseconds from the start of
// the first run; robots.txt of both hosts took from 0 to 1000 us.
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
    must(transaction.set_meta(run_key(kStart + std::chrono::microseconds(at)), run_value(options)));
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

}  // namespace gossamer::testing
