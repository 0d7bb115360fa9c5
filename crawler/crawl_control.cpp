// A crawl in the hands of who runs it: pause, drop, and what it tells of itself.
#include <algorithm>
#include <fmt/format.h>
#include <re2/re2.h>

#include "crawler/crawl.h"
#include "crawler/host_name.h"
#include "crawler/memory_plan.h"
#include "net/http/url.h"
#include "storage/pending_urls.h"

namespace gossamer {
namespace {

constexpr std::size_t kDropsAtOnce = 1000;  // of one outcome
constexpr std::size_t kTopHosts = 5;

}  // namespace

void Crawl::pause() {
  frontier_.pause();
  if (!paused_since_) paused_since_ = EventLoop::current().now();
}

void Crawl::resume() {
  frontier_.resume();
  paused_since_.reset();
  changed_.set();
}

std::vector<HostId> Crawl::hosts_named(const std::function<bool(std::string_view)>& named) const {
  std::vector<HostId> hosts;
  for (HostId id = 1; id <= registry_.host_count(); ++id) {
    if (named(registry_.host(id).origin)) hosts.push_back(id);
  }
  return hosts;
}

Result<std::size_t> Crawl::pause_host(std::string host) {
  const auto name = HostName::parse(host);
  if (!name) return std::unexpected(name.error());
  const auto hosts = hosts_named([&](std::string_view origin) { return name->names(origin); });
  if (hosts.empty()) return fail(ErrorClass::not_found, fmt::format("no URL of {} is known", host));
  for (const HostId id : hosts) frontier_.pause_host(id);
  paused_names_.insert(name->text());
  return hosts.size();
}

Result<std::size_t> Crawl::resume_host(std::string host) {
  const auto name = HostName::parse(host);
  if (!name) return std::unexpected(name.error());
  const auto hosts = hosts_named([&](std::string_view origin) { return name->names(origin); });
  if (hosts.empty()) return fail(ErrorClass::not_found, fmt::format("no URL of {} is known", host));
  paused_names_.erase(name->text());
  for (const HostId id : hosts) {
    frontier_.resume_host(id);
    paused_names_.erase(std::string(registry_.host(id).origin));
    if (const auto url = Url::parse(registry_.host(id).origin)) {
      paused_names_.erase(std::string(url->hostname()));
    }
  }
  changed_.set();
  return hosts.size();
}

// Pauses a host whose name was paused before any URL of this origin was known.
bool Crawl::is_paused_by_name(HostId id) {
  if (paused_names_.empty()) return false;
  const auto url = Url::parse(registry_.host(id).origin);
  if (!url || !paused_names_.contains(std::string(url->hostname()))) return false;
  frontier_.pause_host(id);
  return true;
}

Task<Result<DropReport>> Crawl::drop(std::string pattern) {
  const auto not_running = [] {
    return fail(ErrorClass::refused, "the crawl is not running, it begins or ends");
  };
  if (!running_ || stopping_) co_return not_running();
  ++drops_;
  struct Done {
    Crawl& crawl;
    ~Done() {
      --crawl.drops_;
      crawl.changed_.set();
    }
  } done{*this};
  Permit permit = co_await commit_permits_.acquire();
  Outcome rule;
  if (auto dropped = registry_.drop(pattern, rule); !dropped) {
    co_return std::unexpected(std::move(dropped.error()));
  }
  submit(std::move(rule), std::move(permit));

  // What is searched is the database: all that waits by now is to be there. What comes later is found when
  // its turn comes.
  const std::uint64_t all = committed_ + uncommitted_.size();
  while (committed_ < all && !storage_error_) co_await changed_or(kNoDeadline);
  DropReport report;
  Result<PendingUrls> pending = fail(ErrorClass::storage, "");
  const re2::RE2 wanted(pattern);
  co_await run_in_executor(*executor_, [&] { pending = PendingUrls::open(job_.options.output); });
  if (!pending) co_return std::unexpected(std::move(pending.error()));
  while (running_ && !stopping_) {
    const auto found = co_await run_in_executor(*executor_, [&] {
      return pending->next(kDropsAtOnce,
                           [&](std::string_view url) { return re2::RE2::PartialMatch(url, wanted); });
    });
    if (!found) co_return std::unexpected(found.error());
    if (found->empty()) co_return report;
    Permit part = co_await commit_permits_.acquire();
    Outcome outcome;
    for (const auto& [id, url] : *found) {
      const UrlTable::State state = registry_.state(id);
      if (state == UrlTable::State::in_flight) ++report.in_flight;
      if (state != UrlTable::State::queued && state != UrlTable::State::waiting) continue;
      if (const auto host = registry_.find_host(url)) frontier_.note_dropped(*host);
      registry_.finish_dropped(id, url, outcome);
      ++report.dropped;
    }
    submit(std::move(outcome), std::move(part));
  }
  co_return report;  // the crawl ended meanwhile: the rest is dropped when the next run gives it out
}

Task<CrawlState> Crawl::state() {
  std::vector<FetchUnderWay> fetches;
  if (running_) fetches = co_await workers_->under_way();
  CrawlState state;
  state.now = EventLoop::current().now();
  state.mode = stopping_            ? CrawlState::Mode::stopping
               : frontier_.paused() ? CrawlState::Mode::paused
                                    : CrawlState::Mode::running;
  if (state.mode == CrawlState::Mode::paused) state.paused_since = paused_since_;
  const UrlCounts& counts = registry_.counts();
  state.discovered = counts.discovered;
  state.done = counts.done;
  state.failed = counts.failed;
  state.filtered = counts.filtered;
  state.pending = counts.pending;
  state.pages = pages_;
  state.bytes = bytes_;
  if (loop_) {
    state.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(state.now - started_);
    const double seconds = std::chrono::duration<double>(state.now - started_).count();
    if (seconds > 0) state.pages_per_second = static_cast<double>(pages_ - pages_before_) / seconds;
  }
  state.last_settled = last_settled_;
  if (!frontier_.paused() && running_) state.next = frontier_.next_ready();
  state.memory_used = resident_memory();
  state.memory_budget = job_.options.memory;
  state.capped_delays = capped_delays();
  state.memory.push_back({"frontier", frontier_.memory_bytes()});
  state.memory.push_back({"seen set", registry_.seen().memory_bytes()});
  state.memory.push_back({"URL table and hosts", registry_.memory_bytes()});
  const auto trouble = frontier_.scratch_error() ? frontier_.scratch_error() : registry_.trouble();
  if (trouble) state.scratch_error = trouble->message;
  state.hosts = frontier_.active_hosts();
  const Frontier::Census census = frontier_.census(state.now, kTopHosts);
  state.resting_hosts = census.resting;
  state.paused_hosts = census.paused;
  state.paused_names.assign(paused_names_.begin(), paused_names_.end());
  for (const Frontier::Census::OneHost& host : census.most) {
    state.top_hosts.push_back({.origin = std::string(registry_.host(host.host).origin),
                               .pending = host.pending,
                               .in_flight = host.in_flight,
                               .paused = host.paused,
                               .rests_until = host.ready_at});
  }
  state.in_flight = in_flight_.list(fetches);
  co_return state;
}

}  // namespace gossamer
