#include "crawler/audit.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "crawler/retry_policy.h"
#include "crawler/wall_time.h"

namespace gossamer {
namespace {

using std::chrono::microseconds;

// What a Retry-After obliges to.
microseconds asked_rest(const RequestView& request) {
  return std::min<microseconds>(request.retry_after.value_or(microseconds::zero()),
                                RetryPolicy::kLongestRetryAfter);
}

AskedAt asked_at(const RequestView& request) {
  const bool of_host = RetryPolicy::is_crowded(request.status);
  return {.id = request.id,
          .started_at = request.started_at,
          .ended_at = request.started_at + request.duration,
          .rest = of_host ? std::max(request.rest, asked_rest(request)) : request.rest};
}

// The run in which a request began, at or after `run`.
std::size_t run_of(const std::vector<AuditRun>& runs, std::size_t run, WallTime started_at) {
  while (run + 1 < runs.size() && runs[run + 1].from <= started_at) ++run;
  return run;
}

// How many requests may have been given out on the other of `limit` connections before the end of one was
// known, while `others` are seen under way. With one connection, none.
std::size_t given_out(int limit, std::size_t others) {
  if (limit == 0) return SIZE_MAX;
  const auto connections = static_cast<std::size_t>(limit);
  return connections > others + 1 ? connections - 1 - others : 0;
}

void judge_connections(AuditRule rule, int limit, const UnderWay& under_way, const AskedAt& request,
                       Violations& violations) {
  if (limit == 0 || under_way.size() < static_cast<std::size_t>(limit)) return;
  const AskedAt& other = under_way.first_to_end();
  violations.add(rule, other.id, request.id, [&] {
    return fmt::format("fetch {} began {}, {} before the end of fetch {}: {} at once, {} allowed", request.id,
                       format_wall_time(request.started_at),
                       exact_duration(other.ended_at - request.started_at), other.id, under_way.size() + 1,
                       limit);
  });
}

}  // namespace

void Pace::count(const AskedAt& request, std::size_t under_way, std::optional<WallTime> end) {
  if (requests++ == 0) first_at = request.started_at;
  last_at = request.started_at;
  most_at_once = std::max(most_at_once, under_way);
  if (!end) return;
  const auto gap = std::max(microseconds::zero(), request.started_at - *end);
  ++gaps;
  gap_sum += gap;
  least_gap = std::min(least_gap, gap);
}

HostAudit::HostAudit(const HostRow& host, const std::vector<AuditRun>& runs)
    : runs_(runs), robots_body_(host.robots_body), has_rules_(!host.robots_body.empty()) {
  report_.id = host.id;
  report_.origin = host.origin;
  report_.robots_at = host.robots_fetched_at;
  report_.robots_status = host.robots_status;
  report_.robots_bytes = host.robots_body.size();
  begin_run(0, WallTime::min());
}

void HostAudit::begin_run(std::size_t run, WallTime now) {
  // Of the run before only what a site asked for is kept.
  under_way_.advance(now,
                     [this](const AskedAt& over, std::size_t) { rest_.leave(over, over.rest, excused(0)); });
  under_way_ = {};
  for (RestRule* rule : {&delay_, &spacing_, &throttle_, &crawl_delay_, &crawl_spacing_}) rule->forget();
  last_end_.reset();
  run_ = run;
  const std::string& user_agent = runs_[run].user_agent;
  rules_ = RobotsRules::parse(robots_body_, product_token(user_agent));
  asked_as_ = {.from = runs_[run].from,
               .user_agent = user_agent,
               .obeys_robots = promises().robots,
               .own_groups = rules_.own_groups(),
               .asked_delay = rules_.asked_crawl_delay(),
               .crawl_delay = rules_.crawl_delay()};
}

std::size_t HostAudit::excused(std::size_t others) const { return given_out(promises().per_host, others); }

// What a request that is over leaves for those to come.
void HostAudit::settle(const AskedAt& over, std::size_t others) {
  const std::size_t under_way = excused(others);
  rest_.leave(over, over.rest, under_way);
  delay_.leave(over, promises().delay, under_way);
  const auto throttled = static_cast<double>(over.duration().count()) * promises().throttle;
  throttle_.leave(over, microseconds(static_cast<std::int64_t>(throttled)), under_way);
  if (promises().robots && rules_.crawl_delay() && rules_since_ && over.ended_at >= *rules_since_) {
    crawl_delay_.leave(over, *rules_.crawl_delay(), under_way);
  }
}

void HostAudit::add(const RequestView& request, std::string_view target) {
  const AskedAt asked = asked_at(request);
  if (const auto run = run_of(runs_, run_, asked.started_at); run != run_) begin_run(run, asked.started_at);
  under_way_.advance(asked.started_at,
                     [this](const AskedAt& over, std::size_t others) { settle(over, others); });

  if (report_.asked_as.empty() || !report_.asked_as.back().is_as(asked_as_)) {
    report_.asked_as.push_back(asked_as_);
  }
  ++report_.asked_as.back().requests;
  judge_robots(request, asked, target);
  rest_.judge(asked, report_.violations);
  if (request.kind == FetchKind::page) judge_url_rest(request, asked);
  judge_connections(AuditRule::connections, promises().per_host, under_way_, asked, report_.violations);
  for (RestRule* rule : {&delay_, &spacing_, &throttle_}) rule->judge(asked, report_.violations);

  if (request.retry_after) report_.retry_after.count(*request.retry_after);
  if (request.rest > microseconds::zero()) report_.back_off.count(request.rest);
  report_.pace.count(asked, under_way_.size() + 1, last_end_);
  last_end_ = std::max(last_end_.value_or(asked.ended_at), asked.ended_at);
  if (promises().per_host != 1) spacing_.leave(asked, promises().delay);
  under_way_.begin(asked);
}

// A Retry-After that is not about the host holds for the further attempts at its URL. Attempt 1 begins a new
// series, by the wish of a user.
void HostAudit::judge_url_rest(const RequestView& request, const AskedAt& asked) {
  if (const auto rest = url_rests_.find(request.url); rest != url_rests_.end()) {
    if (request.attempt > 1) rest->second.judge(asked, report_.violations);
    url_rests_.erase(rest);
  }
  if (!RetryPolicy::may_pass(request.status) || RetryPolicy::is_crowded(request.status)) return;
  if (!request.retry_after) return;
  url_rests_.emplace(request.url, RestRule(AuditRule::rest, RestRule::From::end))
      .first->second.leave(asked, asked_rest(request));
}

void HostAudit::judge_robots(const RequestView& request, const AskedAt& asked, std::string_view target) {
  // The steps of one asking, over redirects, come before its answer is known.
  const bool further_step = request.kind == FetchKind::robots && asking_robots_;
  if (request.kind != FetchKind::robots && !rules_since_ && report_.robots_at &&
      *report_.robots_at <= asked.started_at) {
    rules_since_ = report_.robots_at;  // asked for by a version that stored no row of it
    if (!robots_known_) robots_known_ = report_.robots_at;
  }
  if (rules_since_ && asked.started_at >= *rules_since_ && !further_step && promises().robots) {
    crawl_delay_.judge(asked, report_.violations);
    crawl_spacing_.judge(asked, report_.violations);
    if (promises().per_host != 1 && rules_.crawl_delay()) crawl_spacing_.leave(asked, *rules_.crawl_delay());
  }
  if (request.kind == FetchKind::robots) {
    saw_robots(request, asked);
  } else {
    if (request.kind == FetchKind::spider) {
      ++report_.spider_requests;
      if (promises().robots && has_rules_) ++report_.unjudged;
    }
    if (promises().robots) judge_page(request, target);
  }
  asking_robots_ = request.kind == FetchKind::robots;
}

void HostAudit::saw_robots(const RequestView& request, const AskedAt& asked) {
  ++report_.robots_requests;
  // The stored file came with the first asking that ended after it was begun.
  if (report_.robots_at && asked.ended_at > *report_.robots_at) {
    const bool same_asking = asking_robots_ && last_robots_ && rules_since_ == last_robots_->ended_at;
    if (!rules_since_ || same_asking) rules_since_ = asked.ended_at;
  }
  if (!robots_known_) robots_known_ = asked.ended_at;
  const bool silent = request.failed || request.status == 0;
  const bool tells_nothing = request.status >= 500 || request.status == 429;
  was_answered_ |= rules_since_ || (!silent && !tells_nothing && request.status / 100 != 3);
  const bool for_long = asked.started_at - *robots_known_ > RobotsRules::kLongUnread;
  robots_unreadable_ = silent || (tells_nothing && !was_answered_ && !for_long);
  last_robots_ = asked;
}

void HostAudit::judge_page(const RequestView& request, std::string_view target) {
  const auto breach = [&](std::uint64_t first, std::string_view what) {
    report_.violations.add(AuditRule::robots, first, request.id, [&] {
      return fmt::format("fetch {} began {}, {}", request.id, format_wall_time(request.started_at), what);
    });
  };
  const bool recorded = request.started_at >= runs_.front().from && runs_.front().from != WallTime::min();
  if (!robots_known_ || request.started_at < *robots_known_) {
    if (recorded) breach(0, "before robots.txt had been asked for");
    return;
  }
  if (robots_unreadable_ && request.started_at >= last_robots_->ended_at) {
    return breach(last_robots_->id,
                  fmt::format("though robots.txt could not be read (fetch {})", last_robots_->id));
  }
  if (request.kind != FetchKind::page || !has_rules_) return;
  if (!rules_since_ || request.started_at < *rules_since_) {
    ++report_.unjudged_pages;
    ++report_.unjudged;
    return;
  }
  const auto verdict = rules_.check(target);
  if (verdict.allowed) return;
  breach(0, fmt::format("for {}, which line {} of robots.txt refuses ({})", target, verdict.line.value_or(0),
                        verdict.rule));
}

HostReport HostAudit::finish() { return std::move(report_); }

AddressAudit::AddressAudit(std::string address, const std::vector<AuditRun>& runs) : runs_(runs) {
  report_.address = std::move(address);
}

void AddressAudit::add(const RequestView& request) {
  const AskedAt asked = asked_at(request);
  if (const auto run = run_of(runs_, run_, asked.started_at); run != run_) {
    run_ = run;
    under_way_ = {};
    last_end_.reset();
    delay_.forget();
    spacing_.forget();
  }
  const Promises& promises = runs_[run_].promises;
  under_way_.advance(asked.started_at, [&](const AskedAt& over, std::size_t others) {
    delay_.leave(over, promises.ip_delay, given_out(promises.per_ip, others));
  });
  judge_connections(AuditRule::ip_connections, promises.per_ip, under_way_, asked, report_.violations);
  delay_.judge(asked, report_.violations);
  spacing_.judge(asked, report_.violations);

  report_.hosts.insert(request.host);
  report_.pace.count(asked, under_way_.size() + 1, last_end_);
  last_end_ = std::max(last_end_.value_or(asked.ended_at), asked.ended_at);
  if (promises.per_ip != 1) spacing_.leave(asked, promises.ip_delay);
  under_way_.begin(asked);
}

CrawlAudit::CrawlAudit(const std::vector<AuditRun>& runs) : runs_(runs) { begin_run(0); }

void CrawlAudit::begin_run(std::size_t run) {
  run_ = run;
  rate_.reset();
  if (const auto rate = runs_[run].promises.rate) rate_.emplace(*rate);
}

void CrawlAudit::add(const RequestView& request) {
  const AskedAt asked = asked_at(request);
  if (const auto run = run_of(runs_, run_, asked.started_at); run != run_) begin_run(run);
  if (rate_) rate_->judge(asked, report_.violations);
  if (report_.requests++ == 0) report_.first_at = asked.started_at;
  report_.last_at = asked.started_at;
  second_.push(asked.started_at);
  while (asked.started_at - second_.front() >= std::chrono::seconds(1)) second_.pop();
  report_.busiest_second = std::max<std::uint64_t>(report_.busiest_second, second_.size());
}

}  // namespace gossamer
