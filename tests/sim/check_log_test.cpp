#include "tests/sim/check_log.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <set>

namespace gossamer::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

const Web& web() {
  static const Web made({.urls = 2000, .hosts = 20, .addresses = 5, .links = 10, .body = 1000});
  return made;
}

// The log of a crawler that asks for one URL a day, in the order it finds them.
std::vector<Served> faultless() {
  std::vector<Served> log;
  std::set<HostIndex> hosts;
  std::set<UrlIndex> known;
  std::vector<UrlIndex> found;
  const auto ask = [&](HostIndex host, std::uint32_t url, const Web::Answer& answer) {
    const auto start = static_cast<std::int64_t>(log.size()) * 86'400 * kSecond;
    log.push_back({.start = start,
                   .end = start + kSecond,
                   .host = host,
                   .address = web().address(host),
                   .url = url,
                   .retry_after = answer.retry_after,
                   .status = static_cast<std::uint32_t>(answer.status)});
  };
  const auto enter = [&](UrlIndex url) {
    if (known.insert(url).second) found.push_back(url);
  };
  enter(web().front_page(0));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const UrlIndex url = found[i];
    const HostIndex host = web().host_of(url);
    if (hosts.insert(host).second) ask(host, Served::kRobots, web().robots_answer(host));
    if (web().robots(host) == Web::Robots::broken) continue;
    if (web().forbids_private(host) && web().is_private(url)) continue;
    Web::Answer answer;
    int attempt = 0;
    do {
      answer = web().answer(url, ++attempt);
      ask(host, url, answer);
    } while (answer.retry_after > 0);
    if (answer.status == 301) enter(web().redirect_target(url));
    if (answer.status != 200 || web().kind(url) == Web::Kind::file) continue;
    for (const Web::Link& link : web().links(url)) {
      if (!link.nofollow) enter(link.to);
    }
  }
  return log;
}

// How many complaints there are when `change` was made to a faultless log.
std::uint64_t complaints(const std::function<void(std::vector<Served>&)>& change,
                         const Promises& promises = {}) {
  std::vector<Served> log = faultless();
  change(log);
  std::ranges::sort(log, {}, &Served::start);
  return check_log(web(), log, promises).violations;
}

// The first request for a page that `wanted` holds for, after which the same host is asked again.
std::size_t position(const std::vector<Served>& log, const std::function<bool(const Served&)>& wanted) {
  for (std::size_t i = 0; i + 1 < log.size(); ++i) {
    if (log[i].host == log[i + 1].host && log[i].url != Served::kRobots && wanted(log[i])) return i;
  }
  throw std::runtime_error("the web has no such page");
}

// Moves the request after `i` to `after` the end of that.
void follow(std::vector<Served>& log, std::size_t i, std::int64_t after) {
  log[i + 1].start = log[i].end + after;
  log[i + 1].end = log[i + 1].start + 1;
}

TEST(CheckLog, HasNothingToSayOfAFaultlessCrawl) {
  const std::vector<Served> log = faultless();
  const Verdict verdict = check_log(web(), log, {.per_ip = 1});
  EXPECT_EQ(verdict.violations, 0u) << (verdict.first.empty() ? "" : verdict.first[0]);
  EXPECT_GT(verdict.expected.requested, 1500u);
  EXPECT_EQ(verdict.requests, log.size());
}

TEST(CheckLog, SeesWhatWasLostAskedForTwiceOrForbidden) {
  EXPECT_EQ(complaints([](auto& log) { log.pop_back(); }), 1u);
  EXPECT_EQ(complaints([](auto& log) {
              log.push_back(log.back());
              log.back().start += 86'400 * kSecond;
              log.back().end += 86'400 * kSecond;
            }),
            1u);
  UrlIndex forbidden = 0;
  while (!web().is_private(forbidden) || !web().forbids_private(web().host_of(forbidden))) ++forbidden;
  EXPECT_EQ(complaints([&](auto& log) {
              Served more = log.back();
              more.start += 86'400 * kSecond;
              more.end = more.start + 1;
              more.host = web().host_of(forbidden);
              more.address = web().address(more.host);
              more.url = forbidden;
              log.push_back(more);
            }),
            1u);
  EXPECT_GT(complaints([](auto& log) { log.back().url = Served::kUnknown; }), 0u);
  EXPECT_EQ(complaints([](auto& log) {
              std::erase_if(log, [](const Served& served) {
                return served.url == Served::kRobots && served.host == 0;
              });
            }),
            1u)
      << "robots.txt comes first";
}

TEST(CheckLog, SeesRequestsThatAreEarlyOrAtOnce) {
  const auto any = [](const Served& served) { return web().crawl_delay(served.host) == 0; };
  const auto moved = [](const std::function<bool(const Served&)>& wanted, std::int64_t after) {
    return [=](std::vector<Served>& log) { follow(log, position(log, wanted), after); };
  };
  EXPECT_EQ(complaints(moved(any, kSecond)), 0u) << "as long as the answer took";
  EXPECT_EQ(complaints(moved(any, kSecond - 1)), 1u);
  EXPECT_EQ(complaints(moved(any, kSecond - 1), {.throttle = 0}), 0u);
  EXPECT_GE(complaints(moved(any, -1), {.throttle = 0}), 1u) << "at once";
  EXPECT_EQ(complaints(moved(any, -1), {.per_host = 2, .per_ip = 2, .throttle = 0}), 0u);
  EXPECT_EQ(complaints(moved(any, -1), {.per_host = 2, .per_ip = 1, .throttle = 0}), 1u);
  EXPECT_EQ(complaints(moved(any, 2 * kSecond), {.delay = std::chrono::seconds(3)}), 1u);
  EXPECT_EQ(complaints(moved(any, 2 * kSecond), {.per_ip = 1, .ip_delay = std::chrono::seconds(3)}), 1u);

  const auto slow = [](const Served& served) { return web().crawl_delay(served.host) == 2; };
  EXPECT_EQ(complaints(moved(slow, 2 * kSecond)), 0u);
  EXPECT_EQ(complaints(moved(slow, 2 * kSecond - 1)), 1u);

  const auto busy = [](const Served& served) { return served.retry_after > 1; };
  EXPECT_EQ(complaints(moved(busy, 20 * kSecond)), 0u);
  EXPECT_EQ(complaints(moved(busy, kSecond)), 1u);
}

}  // namespace
}  // namespace gossamer::sim
