#include "crawler/audit_database.h"

#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "crawler/run_record.h"
#include "storage/crawl_db.h"

namespace gossamer {
namespace {

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

std::vector<AuditRun> audit_runs(const std::vector<RunRecord>& records) {
  std::vector<AuditRun> runs;
  for (const auto& [from, options] : records) {
    runs.push_back({.from = from,
                    .promises = {.per_host = options.per_host,
                                 .delay = options.delay,
                                 .throttle = options.throttle,
                                 .robots = !options.no_robots,
                                 .per_ip = options.address_limit(),
                                 .ip_delay = options.ip_delay,
                                 .rate = options.rate},
                    .user_agent = options.network.user_agent});
  }
  return runs;
}

// The rows that the requests refer to.
class Rows {
 public:
  static Result<Rows> prepare(Database& database) {
    auto hosts =
        database.prepare("SELECT origin, robots_at, robots_status, robots_body FROM hosts WHERE id = ?1");
    if (!hosts) return forward(hosts.error());
    auto urls = database.prepare("SELECT url FROM urls WHERE id = ?1");
    if (!urls) return forward(urls.error());
    return Rows(std::move(*hosts), std::move(*urls));
  }

  Result<HostRow> host(HostId id) {
    hosts_.reset();
    auto row = hosts_.bind(1, id).step();
    if (!row) return forward(row.error());
    HostRow host;
    host.id = id;
    if (!*row) return host;
    host.origin = hosts_.text(0);
    if (!hosts_.is_null(1)) host.robots_fetched_at = WallTime(std::chrono::microseconds(hosts_.integer(1)));
    host.robots_status = static_cast<int>(hosts_.integer(2));
    host.robots_body = hosts_.text(3);
    return host;
  }

  // Path and query of a canonical URL; lives until the next call.
  Result<std::string_view> target(UrlId id) {
    urls_.reset();
    auto row = urls_.bind(1, static_cast<std::int64_t>(id)).step();
    if (!row) return forward(row.error());
    const std::string_view url = *row ? urls_.text(0) : std::string_view();
    const std::size_t host = url.find("://");
    const std::size_t path = host == std::string_view::npos ? host : url.find('/', host + 3);
    return path == std::string_view::npos ? std::string_view("/") : url.substr(path);
  }

 private:
  Rows(Statement hosts, Statement urls) : hosts_(std::move(hosts)), urls_(std::move(urls)) {}
  Statement hosts_;
  Statement urls_;
};

// Adds to `totals`.
Result<void> audit_hosts(Database& database, const std::vector<AuditRun>& runs, std::optional<HostId> only,
                         const AuditSinks& sinks, AuditTotals& totals) {
  auto rows = Rows::prepare(database);
  if (!rows) return forward(rows.error());
  std::optional<HostAudit> audit;
  HostId id = 0;
  const auto finish = [&] {
    if (!audit) return;
    const HostReport report = audit->finish();
    totals.violations += report.violations.count();
    totals.unjudged += report.unjudged;
    sinks.host(report);
  };
  const auto each = [&](const RequestView& request) -> Result<void> {
    if (!audit || request.host != id) {
      finish();
      id = request.host;
      auto host = rows->host(id);
      if (!host) return forward(host.error());
      audit.emplace(*host, runs);
    }
    std::string_view target;
    if (audit->has_rules() && request.kind == FetchKind::page) {
      auto found = rows->target(request.url);
      if (!found) return forward(found.error());
      target = *found;
    }
    audit->add(request, target);
    return {};
  };
  if (auto ok = for_each_request(database, RequestOrder::by_host, only, each); !ok) return ok;
  finish();
  return {};
}

Result<std::uint64_t> audit_addresses(Database& database, const std::vector<AuditRun>& runs,
                                      const AuditSinks& sinks) {
  std::uint64_t violations = 0;
  std::optional<AddressAudit> audit;
  std::string address;
  const auto finish = [&] {
    if (!audit) return;
    const AddressReport report = audit->finish();
    violations += report.violations.count();
    sinks.address(report);
  };
  const auto each = [&](const RequestView& request) -> Result<void> {
    if (!audit || request.address != address) {
      finish();
      address = request.address;
      audit.emplace(address, runs);
    }
    audit->add(request);
    return {};
  };
  if (auto ok = for_each_request(database, RequestOrder::by_address, std::nullopt, each); !ok)
    return forward(ok.error());
  finish();
  return violations;
}

Result<std::uint64_t> audit_crawl(Database& database, const std::vector<AuditRun>& runs,
                                  const AuditSinks& sinks) {
  CrawlAudit audit(runs);
  const auto each = [&](const RequestView& request) -> Result<void> {
    audit.add(request);
    return {};
  };
  if (auto ok = for_each_request(database, RequestOrder::by_time, std::nullopt, each); !ok)
    return forward(ok.error());
  const CrawlReport report = audit.finish();
  sinks.crawl(report);
  return report.violations.count();
}

Result<std::vector<HostId>> hosts_named(Database& database, const HostName& name) {
  auto rows = database.prepare("SELECT id, origin FROM hosts");
  if (!rows) return forward(rows.error());
  std::vector<HostId> hosts;
  while (true) {
    auto row = rows->step();
    if (!row) return forward(row.error());
    if (!*row) break;
    if (name.names(rows->text(1))) hosts.push_back(static_cast<HostId>(rows->integer(0)));
  }
  if (hosts.empty()) {
    return fail(ErrorClass::not_found, fmt::format("{} is not a host of this job", name.text()));
  }
  return hosts;
}

}  // namespace

Result<AuditTotals> audit_database(CrawlDb& db, const std::optional<HostName>& only,
                                   const AuditSinks& sinks) {
  Database& database = db.database();
  auto snapshot = Transaction::begin(database, Transaction::Kind::read);
  if (!snapshot) return forward(snapshot.error());
  const auto records = read_runs(database);
  if (!records) return std::unexpected(records.error());
  const std::vector<AuditRun> runs = audit_runs(*records);

  AuditTotals totals;
  if (only) {
    const auto hosts = hosts_named(database, *only);
    if (!hosts) return std::unexpected(hosts.error());
    for (const HostId host : *hosts) {
      if (auto ok = audit_hosts(database, runs, host, sinks, totals); !ok) return forward(ok.error());
    }
    return totals;
  }
  if (auto ok = audit_hosts(database, runs, std::nullopt, sinks, totals); !ok) return forward(ok.error());
  auto of_addresses = audit_addresses(database, runs, sinks);
  if (!of_addresses) return forward(of_addresses.error());
  auto of_crawl = audit_crawl(database, runs, sinks);
  if (!of_crawl) return forward(of_crawl.error());
  totals.violations += *of_addresses + *of_crawl;
  return totals;
}

}  // namespace gossamer
