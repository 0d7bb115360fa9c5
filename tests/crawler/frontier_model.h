#pragma once

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/crawler/frontier_support.h"

namespace gossamer {

inline constexpr HostId kHosts = 12;
inline constexpr int kAddresses = 4;

struct Limited {  // a host or an address
  TimePoint not_before = TimePoint::min();
  std::optional<TimePoint> charged;  // not_before is this because a turn was given
  int in_flight = 0;

  void charge(TimePoint until) {
    if (not_before < until) charged = not_before = until;
  }
  void rest(TimePoint until) {
    not_before = std::max(not_before, until);
    charged.reset();
  }
  void give_back(TimePoint given_at, TimePoint until) {
    if (charged == until) not_before = given_at;
  }
};

// What the frontier should do, by looking at every URL every time.
class Model {
 public:
  struct HostState : Limited {
    std::chrono::microseconds delay{0};
    std::optional<int> address;
    std::uint64_t pages = 0;
    bool paused = false;
  };
  struct Waiting {
    Frontier::Entry entry;
    TimePoint not_before = TimePoint::min();
    bool retried = false;
    std::uint64_t order = 0;
  };

  explicit Model(const Frontier::Options& given) : options(given), hosts(kHosts), addresses(kAddresses) {
    for (HostState& host : hosts) host.delay = options.delay;
  }

  bool has_address_limits() const {
    return options.per_ip > 0 || options.ip_delay > std::chrono::milliseconds(0);
  }
  bool exhausted(const HostState& host) const {
    return options.max_pages_per_host && host.pages >= *options.max_pages_per_host;
  }

  // When a request to the host could begin; nullopt: not by waiting alone.
  std::optional<TimePoint> turn_at(const HostState& host) const {
    if (paused || host.paused || host.in_flight >= options.per_host) return std::nullopt;
    TimePoint at = std::max({now, host.not_before, rate_not_before});
    if (has_address_limits() && host.address) {
      const Limited& address = addresses[static_cast<std::size_t>(*host.address)];
      if (options.per_ip > 0 && address.in_flight >= options.per_ip) return std::nullopt;
      at = std::max(at, address.not_before);
    }
    return at;
  }
  std::optional<TimePoint> turn_at(const Waiting& url) const {
    const HostState& host = hosts[url.entry.host];
    if (options.max_pages_per_host &&
        host.pages + static_cast<std::uint64_t>(host.in_flight) >= *options.max_pages_per_host) {
      return std::nullopt;
    }
    const auto at = turn_at(host);
    return at ? std::optional(std::max(*at, url.not_before)) : std::nullopt;
  }
  std::optional<TimePoint> next_turn() const {
    std::optional<TimePoint> next;
    for (const auto& [id, url] : waiting) {
      if (const auto at = turn_at(url)) next = next ? std::min(*next, *at) : at;
    }
    return next;
  }

  std::chrono::nanoseconds period() const {
    return std::chrono::nanoseconds(static_cast<long>(1e9 / *options.rate));
  }
  void begin(HostState& host) {
    ++host.in_flight;
    if (options.per_host > 1) host.charge(now + host.delay);
    if (host.address) {
      Limited& address = addresses[static_cast<std::size_t>(*host.address)];
      ++address.in_flight;
      if (options.per_ip != 1) address.charge(now + options.ip_delay);
    }
    if (options.rate) rate_not_before = now + period();
  }
  // Without `took` nobody was asked in the turn given at `since`.
  void end(HostState& host, TimePoint since, std::optional<std::chrono::microseconds> took) {
    --host.in_flight;
    Limited* const address = host.address ? &addresses[static_cast<std::size_t>(*host.address)] : nullptr;
    if (address) --address->in_flight;
    if (!took) {
      host.give_back(since, since + host.delay);
      if (address) address->give_back(since, since + options.ip_delay);
      if (options.rate && rate_not_before == since + period()) rate_not_before = since;
      return;
    }
    const auto throttled = std::chrono::duration_cast<std::chrono::microseconds>(*took * options.throttle);
    host.rest(now + std::max(host.delay, throttled));
    if (address) address->rest(now + options.ip_delay);
  }
  bool move(HostState& host, int to) {
    if (!has_address_limits() || host.address == to) return true;
    if (host.address) addresses[static_cast<std::size_t>(*host.address)].in_flight -= host.in_flight;
    host.address = to;
    Limited& address = addresses[static_cast<std::size_t>(to)];
    address.in_flight += host.in_flight;
    if (host.in_flight == 0) return true;
    const bool fits =
        address.not_before <= now && (options.per_ip == 0 || address.in_flight <= options.per_ip);
    if (fits && options.per_ip != 1) address.rest(now + options.ip_delay);
    return fits;
  }

  static std::pair<int, int> urgency(const Frontier::Entry& entry) {
    return {entry.priority, std::min<int>(entry.depth, 255)};
  }

  // Whether the frontier may give out this URL now and no other one must come first.
  testing::AssertionResult may_come(const Frontier::Entry& taken) const {
    const auto known = waiting.find(taken.id);
    if (known == waiting.end()) return testing::AssertionFailure() << "URL " << taken.id << " comes twice";
    if (known->second.entry != taken) return testing::AssertionFailure() << "URL " << taken.id << " changed";
    const auto at = turn_at(known->second);
    if (!at || *at > now) return testing::AssertionFailure() << "URL " << taken.id << " comes early";
    for (const auto& [id, other] : waiting) {
      if (const auto other_at = turn_at(other); !other_at || *other_at > now) continue;
      const bool before = urgency(other.entry) < urgency(taken);
      const bool first = other.entry.host == taken.host && urgency(other.entry) == urgency(taken) &&
                         !other.retried && !known->second.retried && other.order < known->second.order;
      if (before || first) return testing::AssertionFailure() << "URL " << id << " comes before " << taken.id;
    }
    return testing::AssertionSuccess();
  }

  Frontier::Options options;
  std::vector<HostState> hosts;
  std::vector<Limited> addresses;
  std::map<UrlId, Waiting> waiting;
  TimePoint rate_not_before = TimePoint::min();
  TimePoint woken = TimePoint::min();  // retries up to here count as their host's
  TimePoint now = kStart;
  bool paused = false;
};

}  // namespace gossamer
