#include "crawler/frontier.h"

#include <algorithm>
#include <utility>

namespace gossamer {

// std::priority_queue puts the greatest on top: these compare backwards.
bool Frontier::LessUrgent::operator()(const Turn& a, const Turn& b) const {
  return a.depth != b.depth ? a.depth > b.depth : a.ticket > b.ticket;
}
bool Frontier::Later::operator()(const Turn& a, const Turn& b) const {
  return a.at != b.at ? a.at > b.at : a.ticket > b.ticket;
}
bool Frontier::RetryLater::operator()(const Retry& a, const Retry& b) const {
  return a.not_before != b.not_before ? a.not_before > b.not_before : a.order > b.order;
}

Frontier::Frontier(const Options& options) : options_(options) {}

void Frontier::add(const Entry& entry) {
  ++pending_;
  enter(entry);
}

void Frontier::add_retry(Entry entry, TimePoint not_before) {
  ++pending_;
  retries_.push({.not_before = not_before, .order = next_ticket_++, .entry = std::move(entry)});
}

void Frontier::improve(const Entry& entry) {
  Improved& improved = improved_[entry.id];
  improved.depth = entry.depth;
  improved.hops = entry.hops;
  ++improved.outdated;
  enter(entry);
}

// Appends a record to its host's queue; the host gets a new turn if that makes it more urgent.
void Frontier::enter(const Entry& entry) {
  Host& host = hosts_[entry.host];
  const bool more_urgent = host.levels.empty() || entry.depth < host.levels.back().depth;
  auto level = std::ranges::lower_bound(host.levels, entry.depth, std::greater{}, &Level::depth);
  if (level == host.levels.end() || level->depth != entry.depth) {
    level = host.levels.insert(level, Level{.depth = entry.depth, .urls = {}});
  }
  level->urls.push({.id = entry.id, .attempt = entry.attempt, .hops = entry.hops, .url = entry.url});
  if (more_urgent) schedule(entry.host, host);
}

// Drops the front record if a better one of the same URL was entered since.
bool Frontier::drop_outdated(Level& level) {
  if (improved_.empty()) return false;
  const UrlQueue::Record record = level.urls.front();
  const auto found = improved_.find(record.id);
  if (found == improved_.end()) return false;
  Improved& best = found->second;
  if (level.depth == best.depth && record.hops == best.hops) return false;
  if (--best.outdated == 0) improved_.erase(found);
  level.urls.pop();
  return true;
}

// The level of the host's next URL, which is its front(). nullptr: the host has none.
Frontier::Level* Frontier::head(Host& host) {
  while (!host.levels.empty()) {
    Level& level = host.levels.back();
    while (!level.urls.empty() && drop_outdated(level)) {
    }
    if (!level.urls.empty()) return &level;
    host.levels.pop_back();
  }
  return nullptr;
}

// Gives the host the turn it is due by its URLs, its rest and its free slots; the one it had no longer
// counts.
void Frontier::schedule(HostId id, Host& host) {
  host.ticket = 0;
  const bool resting = host.ready_at > latest_;
  const Level* const next = head(host);
  if (host.in_flight > 0 && (!next || host.in_flight >= options_.per_host)) return;  // release() comes first
  if (!next && !resting) {
    hosts_.erase(id);
    return;
  }
  host.ticket = next_ticket_++;
  const Turn turn{
      .at = host.ready_at, .ticket = host.ticket, .host = id, .depth = next ? next->depth : std::uint16_t{0}};
  if (!next) {
    idle_.push(turn);
  } else if (resting) {
    resting_.push(turn);
  } else {
    ready_.push(turn);
  }
}

bool Frontier::is_current(const Turn& turn) const {
  const auto host = hosts_.find(turn.host);
  return host != hosts_.end() && host->second.ticket == turn.ticket;
}

// Wakes the retries and hosts whose time has come.
void Frontier::advance(TimePoint now) {
  latest_ = std::max(latest_, now);
  while (!retries_.empty() && retries_.top().not_before <= latest_) {
    enter(retries_.top().entry);
    retries_.pop();
  }
  for (auto* const turns : {&resting_, &idle_}) {
    while (!turns->empty() && turns->top().at <= latest_) {
      const Turn turn = turns->top();
      turns->pop();
      if (is_current(turn)) schedule(turn.host, hosts_.find(turn.host)->second);
    }
  }
}

std::optional<Frontier::Entry> Frontier::pop(TimePoint now) {
  advance(now);
  while (!ready_.empty()) {
    const Turn turn = ready_.top();
    ready_.pop();
    if (!is_current(turn)) continue;
    Host& host = hosts_.find(turn.host)->second;
    Level* const level = head(host);
    if (!level || level->depth != turn.depth) {  // what was next has been improved away
      schedule(turn.host, host);
      continue;
    }
    const UrlQueue::Record record = level->urls.front();
    Entry entry{.id = record.id,
                .host = turn.host,
                .depth = level->depth,
                .hops = record.hops,
                .attempt = record.attempt,
                .url = std::string(record.url)};
    level->urls.pop();
    if (level->urls.empty()) host.levels.pop_back();
    --pending_;
    ++in_flight_;
    ++host.in_flight;
    if (options_.per_host > 1) host.ready_at = std::max(host.ready_at, latest_ + delay_of(turn.host));
    schedule(turn.host, host);
    return entry;
  }
  return std::nullopt;
}

void Frontier::release(HostId id, TimePoint now, std::optional<std::chrono::microseconds> response_time) {
  latest_ = std::max(latest_, now);
  Host& host = hosts_.at(id);
  --in_flight_;
  --host.in_flight;
  if (response_time) {
    const auto throttled =
        std::chrono::duration_cast<std::chrono::microseconds>(*response_time * options_.throttle);
    host.ready_at = std::max(host.ready_at, now + std::max(delay_of(id), throttled));
  }
  schedule(id, host);
}

bool Frontier::take_turn(HostId id, TimePoint now) {
  advance(now);
  const auto known = hosts_.find(id);
  if (known != hosts_.end() &&
      (known->second.in_flight >= options_.per_host || known->second.ready_at > latest_)) {
    return false;
  }
  Host& host = hosts_[id];
  ++in_flight_;
  ++host.in_flight;
  if (options_.per_host > 1) host.ready_at = std::max(host.ready_at, latest_ + delay_of(id));
  schedule(id, host);
  return true;
}

std::optional<Frontier::TimePoint> Frontier::turn_at(HostId id) const {
  const auto host = hosts_.find(id);
  if (host == hosts_.end()) return latest_;
  if (host->second.in_flight >= options_.per_host) return std::nullopt;
  return host->second.ready_at;
}

std::chrono::microseconds Frontier::delay_of(HostId host) const {
  if (crawl_delays_.empty()) return options_.delay;
  const auto found = crawl_delays_.find(host);
  return found == crawl_delays_.end() ? options_.delay : std::max(options_.delay, found->second);
}

void Frontier::set_crawl_delay(HostId host, std::chrono::milliseconds delay) { crawl_delays_[host] = delay; }

void Frontier::back_off(HostId id, TimePoint until) {
  Host& host = hosts_[id];
  host.ready_at = std::max(host.ready_at, until);
  schedule(id, host);
}

std::optional<Frontier::TimePoint> Frontier::next_ready() {
  while (!ready_.empty() && !is_current(ready_.top())) ready_.pop();
  if (!ready_.empty()) return latest_;
  std::optional<TimePoint> next;
  while (!resting_.empty() && !is_current(resting_.top())) resting_.pop();
  if (!resting_.empty()) next = resting_.top().at;
  if (!retries_.empty() && (!next || retries_.top().not_before < *next)) next = retries_.top().not_before;
  return next;
}

}  // namespace gossamer
