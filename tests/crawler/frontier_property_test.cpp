// Random operations under a clock that jumps, against a model that looks at every URL every time. Whatever
// happens: no host and no address before its time or beyond its limit, no more than the rate, every URL
// exactly once an attempt and in order, exact counts, and never a wait in vain nor one too long. Every second
// frontier has so little memory that all its URLs go to disk and come back.

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "tests/crawler/frontier_model.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr UrlId kBesideTheQueue = 0;

class FrontierProperty : public testing::TestWithParam<int> {
 protected:
  int upto(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  HostId any_host() { return static_cast<HostId>(upto(kHosts)); }
  std::chrono::milliseconds any_time(int n) { return std::chrono::milliseconds(upto(n)); }

  Frontier::Options any_options() {
    Frontier::Options options{.per_host = 1 + upto(3),
                              .delay = upto(2) * any_time(50),
                              .throttle = upto(3) / 2.0,
                              .per_ip = upto(3),
                              .ip_delay = upto(2) * any_time(20)};
    if (upto(3) == 0) options.rate = 1000.0 / (1 << upto(5));
    if (upto(3) == 0) options.max_pages_per_host = 20 + upto(100);
    if (GetParam() % 2 == 0) {
      options.memory = 1;
      options.scratch_directory = testing::TempDir();
    }
    return options;
  }

  Frontier::Entry any_entry(UrlId id) {
    auto made =
        entry(id, any_host(), static_cast<std::uint16_t>(upto(6)), static_cast<std::uint8_t>(upto(3)));
    if (upto(2) == 0) made.priority = static_cast<std::uint16_t>(upto(1000));
    if (upto(200) == 0) made.depth = static_cast<std::uint16_t>(upto(1000));
    made.url.append(static_cast<std::size_t>(upto(20) == 0 ? upto(9000) : upto(200)), 'x');
    return made;
  }

  // A better link to a waiting URL; false: there is none.
  bool better(Frontier::Entry& known) {
    switch (upto(3)) {
      case 0:
        return known.depth > 0 && known.depth-- > 0;
      case 1:
        return known.hops > 0 && known.hops-- > 0;
      default:
        return known.priority > 0 && known.priority-- > 0;
    }
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
};

TEST_P(FrontierProperty, EverythingHoldsUnderRandomOperations) {
  Frontier frontier(any_options());
  Model model([&] {
    random_.seed(static_cast<unsigned>(GetParam()));
    return any_options();
  }());
  std::vector<std::pair<Frontier::Entry, TimePoint>> in_flight;
  UrlId next_id = 1;
  std::uint64_t next_order = 1;
  const std::vector<IpAddress> ips{*IpAddress::parse("192.0.2.1"), *IpAddress::parse("192.0.2.2"),
                                   *IpAddress::parse("2001:db8::1"), *IpAddress::parse("2001:db8::2")};

  const auto pop = [&] {
    const auto expected = model.next_turn();
    const auto taken = frontier.pop(model.now);
    model.woken = model.now;
    ASSERT_EQ(taken.has_value(), expected && *expected <= model.now);
    if (!taken) {
      const auto next = frontier.next_ready();
      if (next) {
        ASSERT_GT(*next, model.now) << "a caller would spin";
      }
      if (expected) {
        ASSERT_TRUE(next) << "a caller would sleep for ever";
        ASSERT_LE(*next, *expected) << "a caller would sleep too long";
      }
      return;
    }
    ASSERT_TRUE(model.may_come(*taken));
    model.begin(model.hosts[taken->host]);
    model.waiting.erase(taken->id);
    in_flight.emplace_back(*taken, model.now);
  };
  const auto release = [&](std::size_t at) {
    auto [done, since] = in_flight[at];
    in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(at));
    if (upto(2) == 0) {
      frontier.count_page(done.host);
      ++model.hosts[done.host].pages;
    }
    std::optional<std::chrono::microseconds> took;
    if (upto(10) > 0) took = std::chrono::duration_cast<std::chrono::microseconds>(model.now - since);
    took ? frontier.release(done.host, model.now, *took) : frontier.give_back(done.host, since, model.now);
    model.end(model.hosts[done.host], since, took);
    if (upto(5) == 0 && done.id != kBesideTheQueue) {
      ++done.attempt;
      const TimePoint again = model.now + any_time(100);
      frontier.add_retry(done, again);
      model.waiting[done.id] = {.entry = done, .not_before = again, .retried = true};
    }
  };
  const auto check_counts = [&] {
    std::size_t exhausted = 0;
    std::size_t paused = 0;
    for (const auto& [id, url] : model.waiting) {
      const Model::HostState& host = model.hosts[url.entry.host];
      if (url.not_before > model.woken) continue;
      if (model.exhausted(host)) {
        ++exhausted;
      } else if (host.paused) {
        ++paused;
      }
    }
    ASSERT_EQ(frontier.pending(), model.waiting.size());
    ASSERT_EQ(frontier.in_flight(), in_flight.size());
    ASSERT_EQ(frontier.pending_exhausted(), exhausted);
    ASSERT_EQ(frontier.pending_paused(), paused);
  };

  for (int step = 0; step < 5'000; ++step) {
    SCOPED_TRACE(step);
    const int what = upto(1000);
    if (what < 280) {
      const auto added = any_entry(next_id++);
      frontier.add(added);
      model.waiting[added.id] = {.entry = added, .order = next_order++};
    } else if (what < 360 && !model.waiting.empty()) {
      Model::Waiting& url =
          std::next(model.waiting.begin(), upto(static_cast<int>(model.waiting.size())))->second;
      if (!url.retried && better(url.entry)) {
        frontier.improve(url.entry);
        url.order = next_order++;
      }
    } else if (what < 620) {
      pop();
    } else if (what < 860 && !in_flight.empty()) {
      release(static_cast<std::size_t>(upto(static_cast<int>(in_flight.size()))));
    } else if (what < 875) {
      const HostId host = any_host();
      const TimePoint until = model.now + any_time(200);
      frontier.back_off(host, until);
      model.hosts[host].rest(until);
    } else if (what < 890) {
      const HostId id = any_host();
      const auto at = model.turn_at(model.hosts[id]);
      ASSERT_EQ(frontier.take_turn(id, model.now), at && *at <= model.now);
      model.woken = model.now;
      if (at && *at <= model.now) {
        model.begin(model.hosts[id]);
        in_flight.emplace_back(entry(kBesideTheQueue, id), model.now);
      } else {
        ASSERT_EQ(frontier.turn_at(id), at);
      }
    } else if (what < 900) {
      const HostId host = any_host();
      const auto delay = any_time(30);
      frontier.set_crawl_delay(host, delay);
      model.hosts[host].delay = std::max<std::chrono::microseconds>(model.options.delay, delay);
    } else if (what < 920) {
      const HostId host = any_host();
      const int to = upto(kAddresses);
      ASSERT_EQ(frontier.set_address(host, ips[static_cast<std::size_t>(to)], model.now),
                model.move(model.hosts[host], to));
    } else if (what < 930) {
      const HostId host = any_host();
      model.hosts[host].paused = !model.hosts[host].paused;
      model.hosts[host].paused ? frontier.pause_host(host) : frontier.resume_host(host);
    } else if (what < 935) {
      model.paused = !model.paused;
      model.paused ? frontier.pause() : frontier.resume();
    } else {
      model.now += any_time(30);
    }
    if (HasFatalFailure()) return;
    check_counts();
    if (HasFatalFailure()) return;
  }

  // Following next_ready() alone, everything comes out, but for the URLs of hosts that had all their pages.
  frontier.resume();
  model.paused = false;
  for (HostId host = 0; host < kHosts; ++host) {
    frontier.resume_host(host);
    model.hosts[host].paused = false;
  }
  while (frontier.pending() > frontier.pending_exhausted() || !in_flight.empty()) {
    const std::size_t before = in_flight.size();
    pop();
    if (HasFatalFailure()) return;
    if (in_flight.size() > before) continue;
    if (!in_flight.empty()) {
      release(in_flight.size() - 1);
      continue;
    }
    if (frontier.pending() == frontier.pending_exhausted()) break;  // the last retry woke
    const auto next = frontier.next_ready();
    ASSERT_TRUE(next);
    model.now = *next;
  }
  check_counts();
  EXPECT_FALSE(frontier.pop(model.now + 1h));
  if (frontier.pending() == 0) {
    EXPECT_EQ(frontier.active_hosts(), 0U);
    EXPECT_EQ(frontier.disk_bytes(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FrontierProperty, testing::Range(1, 33));

}  // namespace
}  // namespace gossamer
