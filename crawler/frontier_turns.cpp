// Who may be asked when: the part of the frontier that is politeness.

#include <algorithm>
#include <cmath>

#include "crawler/frontier.h"

namespace gossamer {

namespace {

constexpr int kDepthShift = 40;  // see frontier.cpp

// The least whole number of nanoseconds between two requests that never exceeds the rate.
std::chrono::nanoseconds period_of(double rate) {
  constexpr double kLongest = 1e18;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(std::ceil(1e9 / rate), kLongest)));
}

// A turn is given: the next comes no earlier than at `until`.
void charge(auto& limited, TimePoint until) {
  if (limited.ready_at >= until) return;
  limited.ready_at = until;
  limited.by_turn = true;
}

// What no turn may give back.
void rest(auto& limited, TimePoint until) {
  limited.ready_at = std::max(limited.ready_at, until);
  limited.by_turn = false;
}

}  // namespace

// Takes the host out of where it waits and puts it where its URLs, its rest and its free slots belong.
void Frontier::schedule(HostId id, Host& host) {
  leave(id, host);
  if (host.in_flight >= options_.per_host) return;  // release() comes first
  const bool resting = host.ready_at > latest_;
  if (host.urls.empty()) {
    if (host.in_flight > 0) return;
    if (resting) {
      host.place = Place::idle;
      idle_.push(id, time_key(host.ready_at));
    } else {
      hosts_.erase(id);
    }
    return;
  }
  if (block_of(id) != Block::none || !has_page_room(id, host)) return;
  host.place = resting ? Place::resting : Place::ready;
  if (resting) {
    resting_.push(id, time_key(host.ready_at));
  } else {
    ready_.push(id, host.urls.smallest_key() >> kDepthShift);
  }
}

// Takes the host out of where it waits.
void Frontier::leave(HostId id, Host& host) {
  const auto address = addresses_.index_of(id);
  switch (std::exchange(host.place, Place::none)) {
    case Place::none:
      return;
    case Place::ready:
      ready_.remove(id);
      break;
    case Place::address:
      addresses_.at(*address).waiting.remove(id);
      break;
    case Place::resting:
      resting_.remove(id);
      return;
    case Place::idle:
      idle_.remove(id);
      return;
  }
  if (address) refresh(*address);  // it may have stood for the others there
}

// While an address is open and hosts wait for it, one at least as urgent as they stands in ready_ for them;
// while it rests, it stands in resting_addresses_; while it has no slot, release() comes first. To be called
// after every change of the address.
void Frontier::refresh(AddressTable::Index index) {
  Address& address = addresses_.at(index);
  if (std::exchange(address.resting, false)) resting_addresses_.remove(index);
  if (address.waiting.empty() || (options_.per_ip > 0 && address.in_flight >= options_.per_ip)) return;
  if (address.ready_at > latest_) {
    address.resting = true;
    resting_addresses_.push(index, time_key(address.ready_at));
    return;
  }
  const HostId id = address.waiting.top();
  const std::uint64_t turn = address.waiting.top_key();
  address.waiting.remove(id);
  hosts_.get(id).place = Place::ready;
  ready_.push(id, turn);
}

bool Frontier::is_open(const Address& address) const {
  return address.ready_at <= latest_ && (options_.per_ip == 0 || address.in_flight < options_.per_ip);
}

// Takes a slot.
void Frontier::occupy(HostId id, Host& host) {
  ++in_flight_;
  ++host.in_flight;
  if (options_.per_host > 1) charge(host, latest_ + delay_of(id));
  if (Address* const address = addresses_.of(id)) {
    ++address->in_flight;
    if (options_.per_ip != 1) charge(*address, latest_ + options_.ip_delay);
  }
  if (options_.rate) rate_ready_at_ = latest_ + period_of(*options_.rate);
}

void Frontier::release(HostId id, TimePoint now, std::chrono::microseconds response_time) {
  const auto throttled =
      std::chrono::duration_cast<std::chrono::microseconds>(response_time * options_.throttle);
  rest(hosts_.get(id), now + std::max(delay_of(id), throttled));
  if (Address* const address = addresses_.of(id)) rest(*address, now + options_.ip_delay);
  vacate(id, now);
}

void Frontier::give_back(HostId id, TimePoint given_at, TimePoint now) {
  const auto undo = [&](auto& limited, Duration charged) {
    if (limited.by_turn && limited.ready_at == given_at + charged) limited.ready_at = given_at;
  };
  undo(hosts_.get(id), delay_of(id));
  if (Address* const address = addresses_.of(id)) undo(*address, options_.ip_delay);
  if (options_.rate && rate_ready_at_ == given_at + period_of(*options_.rate)) rate_ready_at_ = given_at;
  vacate(id, now);
}

// Frees a slot.
void Frontier::vacate(HostId id, TimePoint now) {
  latest_ = std::max(latest_, now);
  Host& host = hosts_.get(id);
  const auto index = addresses_.index_of(id);
  --in_flight_;
  --host.in_flight;
  if (index) --addresses_.at(*index).in_flight;
  schedule(id, host);
  if (index) refresh(*index);
}

bool Frontier::take_turn(HostId id, TimePoint now) {
  advance(now);
  const auto at = turn_at(id);
  if (!at || *at > latest_) return false;
  Host& host = hosts_.activate(id);
  occupy(id, host);
  schedule(id, host);
  if (const auto index = addresses_.index_of(id)) refresh(*index);
  return true;
}

std::optional<Frontier::TimePoint> Frontier::turn_at(HostId id) {
  if (paused_ || paused_hosts_.contains(id)) return std::nullopt;
  TimePoint at = std::max(latest_, rate_ready_at_);
  if (const Host* const host = hosts_.find(id)) {
    if (host->in_flight >= options_.per_host) return std::nullopt;
    at = std::max(at, host->ready_at);
  }
  if (const Address* const address = addresses_.of(id)) {
    if (options_.per_ip > 0 && address->in_flight >= options_.per_ip) return std::nullopt;
    at = std::max(at, address->ready_at);
  }
  return at;
}

std::chrono::microseconds Frontier::delay_of(HostId host) const {
  if (crawl_delays_.empty()) return options_.delay;
  const auto found = crawl_delays_.find(host);
  return found == crawl_delays_.end() ? options_.delay : std::max(options_.delay, found->second);
}

void Frontier::set_crawl_delay(HostId host, std::chrono::milliseconds delay) { crawl_delays_[host] = delay; }

void Frontier::back_off(HostId id, TimePoint until) {
  Host& host = hosts_.activate(id);
  rest(host, until);
  schedule(id, host);
}

bool Frontier::set_address(HostId id, const IpAddress& ip, TimePoint now) {
  latest_ = std::max(latest_, now);
  if (options_.per_ip == 0 && options_.ip_delay.count() == 0) return true;
  const auto before = addresses_.index_of(id);
  if (before && addresses_.at(*before).ip == ip) return true;
  Host* const host = hosts_.find(id);
  const int moved = host ? host->in_flight : 0;
  if (host) leave(id, *host);
  if (before) addresses_.at(*before).in_flight -= moved;
  const AddressTable::Index index = addresses_.assign(id, ip);
  Address& address = addresses_.at(index);
  address.in_flight += moved;
  const bool fits =
      address.ready_at <= latest_ && (options_.per_ip == 0 || address.in_flight <= options_.per_ip);
  if (moved > 0 && fits && options_.per_ip != 1) {
    rest(address, latest_ + options_.ip_delay);
  }
  if (host) schedule(id, *host);
  if (before) refresh(*before);
  refresh(index);
  return moved == 0 || fits;
}

Frontier::Block Frontier::block_of(HostId id) const {
  if (options_.max_pages_per_host && pages_of(id) >= *options_.max_pages_per_host) return Block::exhausted;
  if (!paused_hosts_.empty() && paused_hosts_.contains(id)) return Block::paused;
  if (!held_hosts_.empty() && held_hosts_.contains(id)) return Block::paused;
  return Block::none;
}

// The count of blocked URLs that the host's belong to, if any.
std::size_t* Frontier::blocked(HostId id) {
  switch (block_of(id)) {
    case Block::none:
      return nullptr;
    case Block::exhausted:
      return &pending_exhausted_;
    case Block::paused:
      return &pending_paused_;
  }
  return nullptr;
}

// Whether one more URL in flight could still bring a page that the host may have.
bool Frontier::has_page_room(HostId id, const Host& host) const {
  return !options_.max_pages_per_host || pages_of(id) + host.in_flight < *options_.max_pages_per_host;
}

// Makes a change that may block the host or set it free.
template <class Change>
void Frontier::change_block(HostId id, Change change) {
  Host* const host = hosts_.find(id);
  const Block before = block_of(id);
  if (std::size_t* const count = blocked(id); count && host) *count -= host->pending;
  change();
  if (std::size_t* const count = blocked(id); count && host) *count += host->pending;
  if (host && (block_of(id) != before || (host->place != Place::none && !has_page_room(id, *host)))) {
    schedule(id, *host);
  }
}

void Frontier::count_page(HostId id) {
  if (!options_.max_pages_per_host) return;
  change_block(id, [&] {
    if (id >= pages_.size()) pages_.resize(id + 1);
    ++pages_[id];
  });
}

void Frontier::pause_host(HostId id) {
  change_block(id, [&] { paused_hosts_.insert(id); });
}

void Frontier::resume_host(HostId id) {
  change_block(id, [&] { paused_hosts_.erase(id); });
}

void Frontier::hold_host(HostId id) {
  change_block(id, [&] { held_hosts_.insert(id); });
}

void Frontier::let_host(HostId id) {
  change_block(id, [&] { held_hosts_.erase(id); });
}

void Frontier::note_thrown_away(HostId host) {
  const auto dropped = dropped_.find(host);
  if (dropped != dropped_.end() && --dropped->second == 0) dropped_.erase(dropped);
}

Frontier::Census Frontier::census(TimePoint now, std::size_t most) const {
  Census census;
  const auto more = [](const Census::OneHost& a, const Census::OneHost& b) {
    return a.pending != b.pending ? a.pending > b.pending : a.host < b.host;
  };
  std::vector<Census::OneHost>& heap = census.most;  // the least on top
  hosts_.for_each([&](HostId id, const Host& host) {
    const bool paused = paused_hosts_.contains(id);
    const auto dropped = dropped_.find(id);
    const std::uint32_t pending =
        host.pending - (dropped == dropped_.end() ? 0 : std::min(dropped->second, host.pending));
    if (pending > 0) {
      census.paused += paused;
      census.resting += !paused && host.ready_at > now;
    }
    if (pending == 0 && host.in_flight == 0) return;
    heap.push_back({id, pending, host.in_flight, paused, host.ready_at});
    std::ranges::push_heap(heap, more);
    if (heap.size() <= most) return;
    std::ranges::pop_heap(heap, more);
    heap.pop_back();
  });
  std::ranges::sort_heap(heap, more);
  return census;
}

}  // namespace gossamer
