#include "crawler/frontier.h"

#include <algorithm>

namespace gossamer {

namespace {

// Of a key in a host's queue: priority, depth, order.
constexpr int kPriorityShift = 48;
constexpr int kDepthShift = 40;
constexpr std::uint64_t kOrderMask = (std::uint64_t{1} << kDepthShift) - 1;
constexpr std::chrono::seconds kReadAgain{10};

}  // namespace

Frontier::Frontier(const Options& options)
    : options_(options),
      store_(options.scratch_directory),
      addresses_(hosts_),
      ready_(HostPosition{&hosts_}),
      resting_(HostPosition{&hosts_}),
      idle_(HostPosition{&hosts_}),
      resting_addresses_(AddressPosition{&addresses_}) {}

void Frontier::add(const Entry& entry) { enter(entry, false); }

void Frontier::improve(const Entry& entry) { enter(entry, true); }

void Frontier::add_retry(const Entry& entry, TimePoint not_before) {
  ++pending_;
  {
    const QueueCharge charge(windows_, retries_);
    retries_.push(time_key(not_before), entry);
  }
  relieve(retries_, retry_window());
}

std::uint64_t Frontier::place_in_queue(const Entry& entry) {
  return std::uint64_t{entry.priority} << kPriorityShift |
         std::uint64_t{std::min<std::uint16_t>(entry.depth, 255)} << kDepthShift |
         (next_order_++ & kOrderMask);
}

// Adds a record to its host's queue; the host gets a new turn if that makes it more urgent.
void Frontier::enter(const Entry& entry, bool improved) {
  Host& host = hosts_.activate(entry.host);
  const std::uint64_t key = place_in_queue(entry);
  if (improved) {
    Improved& known = improved_[entry.id];
    known.key = key;
    ++known.outdated;
  } else {
    count_pending(entry.host, host, 1);
    if (!improved_.empty()) {
      const auto known = improved_.find(entry.id);
      if (known != improved_.end()) known->second.key = key;
    }
  }
  const bool more_urgent = host.urls.empty() || key >> kDepthShift < host.urls.smallest_key() >> kDepthShift;
  {
    const QueueCharge charge(windows_, host.urls);
    host.urls.push(key, entry);
  }
  track(entry.host, host);
  if (more_urgent) schedule(entry.host, host);
  relieve(host.urls, host_window());
}

// Adds `change`, which may be -1, to every count of pending URLs that the host's are part of.
void Frontier::count_pending(HostId id, Host& host, std::size_t change) {
  pending_ += change;
  host.pending += static_cast<std::uint32_t>(change);
  if (std::size_t* const count = blocked(id)) *count += change;
}

void Frontier::remove_front(HostId id, Host& host) {
  {
    const QueueCharge charge(windows_, host.urls);
    host.urls.pop();
  }
  track(id, host);
}

// Removes records from the front of which a better one of the same URL was entered since.
Result<> Frontier::drop_outdated(HostId id, Host& host) {
  while (!improved_.empty() && !host.urls.empty()) {
    const auto record = front(host.urls);
    if (!record) return std::unexpected(record.error());
    const auto known = improved_.find((*record)->id);
    if (known == improved_.end() || known->second.key == (*record)->key) return {};
    if (--known->second.outdated == 0) improved_.erase(known);
    remove_front(id, host);
  }
  return {};
}

// The most urgent host that may be asked now, its next URL in memory and not outdated.
std::optional<HostId> Frontier::settle() {
  while (!ready_.empty()) {
    const HostId id = ready_.top();
    const std::uint64_t turn = ready_.top_key();
    Host& host = hosts_.get(id);
    if (const auto index = addresses_.index_of(id); index && !is_open(addresses_.at(*index))) {
      ready_.remove(id);
      addresses_.at(*index).waiting.push(id, turn);
      host.place = Place::address;
      refresh(*index);
      continue;
    }
    Result<> read = drop_outdated(id, host);
    if (read && !host.urls.empty()) {
      if (const auto record = front(host.urls); !record) read = std::unexpected(record.error());
    }
    track(id, host);
    if (!read) {
      scratch_error_ = std::move(read.error());
      host.ready_at = std::max(host.ready_at, latest_ + kReadAgain);
    } else if (!host.urls.empty() && host.urls.smallest_key() >> kDepthShift == turn) {
      return id;
    }
    schedule(id, host);
  }
  return std::nullopt;
}

std::optional<Frontier::Entry> Frontier::pop(TimePoint now) {
  advance(now);
  if (paused_ || rate_ready_at_ > latest_) return std::nullopt;
  const auto id = settle();
  if (!id) return std::nullopt;
  Host& host = hosts_.get(*id);
  Entry entry = (*front(host.urls))->entry();
  remove_front(*id, host);
  count_pending(*id, host, static_cast<std::size_t>(-1));
  host.recent = true;
  occupy(*id, host);
  schedule(*id, host);
  if (const auto index = addresses_.index_of(*id)) refresh(*index);
  relieve(retries_, retry_window());
  return entry;
}

// Wakes the retries, hosts and addresses whose time has come.
void Frontier::advance(TimePoint now) {
  latest_ = std::max(latest_, now);
  while (!retries_.empty() && retries_.smallest_key() <= time_key(latest_) &&
         retries_readable_at_ <= latest_) {
    const auto record = front(retries_);
    if (!record) {
      scratch_error_ = record.error();
      retries_readable_at_ = latest_ + kReadAgain;
      break;
    }
    const Entry entry = (*record)->entry();
    {
      const QueueCharge charge(windows_, retries_);
      retries_.pop();
    }
    --pending_;
    enter(entry, false);
  }
  for (HostHeap* const waiting : {&resting_, &idle_}) {
    while (!waiting->empty() && waiting->top_key() <= time_key(latest_)) {
      const HostId id = waiting->top();
      schedule(id, hosts_.get(id));
    }
  }
  while (!resting_addresses_.empty() && resting_addresses_.top_key() <= time_key(latest_)) {
    refresh(resting_addresses_.top());
  }
}

std::optional<Frontier::TimePoint> Frontier::next_ready() {
  if (paused_) return std::nullopt;
  std::optional<TimePoint> next;
  const auto consider = [&next](TimePoint at) { next = next ? std::min(*next, at) : at; };
  if (settle()) {
    consider(latest_);
  } else {
    if (!resting_.empty()) consider(time_of(resting_.top_key()));
    if (!resting_addresses_.empty()) consider(time_of(resting_addresses_.top_key()));
    if (!retries_.empty()) consider(std::max(time_of(retries_.smallest_key()), retries_readable_at_));
  }
  if (next) next = std::max(*next, rate_ready_at_);
  return next;
}

}  // namespace gossamer
