#include "crawler/job_load.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

#include "crawler/robots_cache.h"
#include "crawler/url_registry_restore.h"
#include "crawler/wall_time.h"
#include "net/http/message.h"

namespace gossamer {
namespace {

// The pages that the pass has asked for already, or need not ask for.
Result<std::vector<bool>> refreshed(CrawlDb& db, const Refresh& refresh) {
  std::vector<bool> urls;
  auto ok = db.for_each_fetch_since(refresh.before, [&](const FetchView& fetch) {
    const bool ended = fetch.started_at < refresh.started || fetch.change;
    if (fetch.kind != FetchKind::page || !ended) return;
    if (fetch.url >= urls.size()) urls.resize(std::max<std::size_t>(fetch.url + 1, urls.size() * 2));
    urls[fetch.url] = true;
  });
  if (!ok) return std::unexpected(std::move(ok.error()));
  return urls;
}

Result<> restore(Job& job) {
  const TimePoint now = job.clock->now();
  const WallTime wall = wall_now();
  std::size_t robots_bytes = 0;
  const auto urls = job.db.last_url();
  if (!urls) return std::unexpected(urls.error());
  UrlRegistry::Restore registry(*job.registry, *urls);
  auto ok = job.db.for_each_host([&](const HostRow& host) {
    registry.add(host);
    // What does not fit is read when its host has a turn.
    const bool has_robots = host.robots_fetched_at &&
                            wall - *host.robots_fetched_at < RobotsCache::kLifetime &&
                            robots_bytes + host.robots_body.size() < job.memory.hosts / 4;
    if (!has_robots && !(host.rest_until > wall)) return;
    HostRow& kept = job.hosts.emplace_back(host);
    if (has_robots) {
      robots_bytes += sizeof kept + kept.robots_body.size();
    } else {
      kept.robots_fetched_at.reset();
      kept.robots_body = {};
    }
  });
  if (ok) ok = job.db.for_each_rule([&](const RuleRow& rule) { registry.add(rule); });
  if (!ok) return ok;
  auto unread = job.db.hosts_without_robots_since(wall - RobotsRules::kLongUnread);
  if (!unread) return std::unexpected(std::move(unread.error()));
  job.long_unread = std::move(*unread);
  std::vector<bool> asked;
  if (job.refresh) {
    auto done = refreshed(job.db, *job.refresh);
    if (!done) return std::unexpected(std::move(done.error()));
    asked = std::move(*done);
  }
  std::unordered_set<UrlId> dropped;
  if (job.options.refresh) {
    auto pages = job.db.dropped_pages();
    if (!pages) return std::unexpected(std::move(pages.error()));
    dropped = std::move(*pages);
  }
  const auto add = [&](const UrlView& url) {
    const bool was_asked = url.id < asked.size() && asked[url.id];
    if (dropped.contains(url.id) && !was_asked &&
        (url.state == UrlState::done || url.state == UrlState::failed)) {
      job.reopened.push_back(url.id);
      UrlView pending = url;
      pending.state = UrlState::pending;
      pending.failure.reset();
      pending.redirect_to.reset();
      pending.status = 0;
      return registry.add(pending);
    }
    const bool has_page = url.state == UrlState::done && is_success(url.status);
    const bool due = job.refresh && has_page && !was_asked;
    const bool again = due || (url.reread && job.options.reads_sitemaps()) ||
                       (job.options.retry_failed && url.state == UrlState::failed);
    std::optional<TimePoint> not_before;
    if (url.not_before) not_before = now + std::max(Duration::zero(), Duration(*url.not_before - wall));
    registry.add(url, not_before, again);
    job.pages += has_page;
    if (has_page && job.options.max_pages_per_host) {
      job.refresh ? static_cast<void>(++job.pages_by_host[url.host]) : job.frontier->count_page(url.host);
    }
    if (url.digest) {
      job.twins->twin_of(url.id, url.host, url.digest->high, url.digest->low, url.digest->simhash);
    }
  };
  return job.db.for_each_url(add, {.digests = job.twins->remembers(), .brief = !job.refresh});
}

}  // namespace

Result<> load_job(Job& job) {
  auto scope = make_scope(job.options);
  if (!scope) return std::unexpected(std::move(scope.error()));
  const auto traps = TrapLimits::parse(job.options.trap);
  if (!traps) return std::unexpected(traps.error());
  const JobOptions& options = job.options;
  const std::string directory = scratch_directory(options);
  job.registry.reset();
  job.frontier = std::make_unique<Frontier>(
      Frontier::Options{.per_host = options.per_host,
                        .delay = options.delay,
                        .throttle = options.throttle,
                        .per_ip = options.address_limit(),
                        .ip_delay = options.ip_delay,
                        .rate = options.rate,
                        .max_pages_per_host = job.refresh ? std::nullopt : options.max_pages_per_host,
                        .memory = job.memory.frontier,
                        .scratch_directory = directory});
  job.registry = std::make_unique<UrlRegistry>(
      std::move(*scope), job.secret, *job.frontier,
      UrlRegistry::Options{.order = options.order,
                           .seen = {.memory = job.memory.seen_set, .scratch_directory = directory},
                           .table = {.resident = job.memory.url_table, .scratch_directory = directory},
                           .canonical = options.canonical});
  job.twins = std::make_unique<PageTwins>(*traps);
  job.pages = 0;
  job.reopened.clear();
  job.hosts.clear();
  job.pages_by_host.clear();
  return job.resumed ? restore(job) : Result<>{};
}

}  // namespace gossamer
