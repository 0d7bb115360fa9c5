#include "tests/sim/check_log.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <queue>

namespace gossamer::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t nanoseconds(std::chrono::milliseconds time) { return time.count() * 1'000'000; }

// The requests of one host, or of one address, in the order they started.
class Sweep {
 public:
  using Rest = std::function<std::int64_t(const Served&)>;
  using Complaint = std::function<void(const Served&, const std::string&)>;

  // At most `limit` at once (0: any number). `rest`: how long after a request the next may start. As many
  // requests as may be under way beside the one that ends can have been sent before that and arrive after it;
  // one more was sent too early.
  Sweep(int limit, Rest rest, Complaint complain)
      : limit_(limit == 0 ? kAnyNumber : static_cast<std::size_t>(limit)),
        rest_(std::move(rest)),
        complain_(std::move(complain)) {}

  void next(const Served& served) {
    while (!running_.empty() && running_.top()->end <= served.start) {
      const Served* const ended = running_.top();
      running_.pop();
      rests_.push_back({ended, ended->end + rest_(*ended)});
    }
    std::erase_if(rests_, [&](const Resting& resting) { return resting.until <= served.start; });
    const Resting* early = nullptr;
    for (Resting& resting : rests_) {
      if (++resting.arrived > limit_ - 1) early = &resting;
    }
    if (early) {
      complain_(served, fmt::format("{:.6f} s early after url {} (status {}, {:.6f} s)",
                                    static_cast<double>(early->until - served.start) / kSecond,
                                    early->after->url, early->after->status,
                                    static_cast<double>(early->after->end - early->after->start) / kSecond));
    }
    running_.push(&served);
    most_ = std::max(most_, running_.size());
    if (running_.size() > limit_) complain_(served, fmt::format("{} requests at once", running_.size()));
  }

  std::size_t most() const { return most_; }

 private:
  struct EndsLater {
    bool operator()(const Served* a, const Served* b) const { return a->end > b->end; }
  };
  struct Resting {
    const Served* after;
    std::int64_t until;
    std::size_t arrived = 0;  // since `after` ended
  };
  static constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

  std::size_t limit_;
  Rest rest_;
  Complaint complain_;
  std::vector<Resting> rests_;
  std::priority_queue<const Served*, std::vector<const Served*>, EndsLater> running_;
  std::size_t most_ = 0;
};

class Judge {
 public:
  Judge(const Web& web, const std::vector<Served>& log, const Promises& promises)
      : web_(web), log_(log), promises_(promises) {}

  Verdict judge() {
    verdict_.requests = log_.size();
    if (!log_.empty()) {
      verdict_.duration = std::ranges::max(log_, {}, &Served::end).end - log_.front().start;
    }
    check_hosts();
    check_addresses();
    check_urls();
    return std::move(verdict_);
  }

 private:
  void complain(std::string what) {
    ++verdict_.violations;
    if (verdict_.first.size() < 20) verdict_.first.push_back(std::move(what));
  }

  std::string name(const Served& served) const {
    if (served.url == Served::kRobots) return fmt::format("robots.txt of host {}", served.host);
    return fmt::format("url {} of host {}", served.url, served.host);
  }

  void check_hosts() {
    std::vector<std::vector<const Served*>> by_host(web_.options().hosts);
    for (const Served& served : log_) {
      if (served.host >= by_host.size()) {
        complain(fmt::format("a request for a host that is not there, address {}", served.address));
        continue;
      }
      by_host[served.host].push_back(&served);
      if (served.address != web_.address(served.host))
        complain(name(served) + ": asked at the wrong address");
    }
    for (const auto& requests : by_host) {
      if (requests.empty()) continue;
      const HostIndex host = requests.front()->host;
      if (requests.front()->url != Served::kRobots) {
        complain(name(*requests.front()) + ": before robots.txt");
      }
      const auto fixed =
          std::max(nanoseconds(promises_.delay), static_cast<std::int64_t>(web_.crawl_delay(host) * kSecond));
      Sweep sweep(
          promises_.per_host,
          [&](const Served& served) {
            const auto own = static_cast<double>(served.end - served.start) * promises_.throttle;
            return std::max({fixed, static_cast<std::int64_t>(own), served.retry_after * kSecond});
          },
          [&](const Served& served, const std::string& what) {
            complain(fmt::format("{}: host: {}", name(served), what));
          });
      for (const Served* served : requests) {
        sweep.next(*served);
        if (served->url == Served::kRobots) ++verdict_.robots_requests;
      }
    }
  }

  void check_addresses() {
    std::vector<std::vector<const Served*>> by_address(web_.options().addresses);
    for (const Served& served : log_) by_address.at(served.address).push_back(&served);
    for (const auto& requests : by_address) {
      Sweep sweep(
          promises_.per_ip, [&](const Served&) { return nanoseconds(promises_.ip_delay); },
          [&](const Served& served, const std::string& what) {
            complain(fmt::format("{}: address {}: {}", name(served), served.address, what));
          });
      for (const Served* served : requests) sweep.next(*served);
      verdict_.busiest_address = std::max(verdict_.busiest_address, static_cast<std::uint32_t>(sweep.most()));
    }
  }

  bool allowed(UrlIndex url) const {
    const HostIndex host = web_.host_of(url);
    return web_.robots(host) != Web::Robots::broken && !(web_.forbids_private(host) && web_.is_private(url));
  }

  // How often each URL should be asked for.
  std::vector<std::uint8_t> expected_requests() {
    std::vector<bool> known(web_.options().urls);
    std::vector<std::uint8_t> times(web_.options().urls);
    std::vector<UrlIndex> found;
    const auto enter = [&](UrlIndex url) {
      if (known[url]) return;
      known[url] = true;
      if (allowed(url)) found.push_back(url);
    };
    enter(web_.front_page(0));
    for (std::size_t i = 0; i < found.size(); ++i) {
      const UrlIndex url = found[i];
      const Web::Kind kind = web_.kind(url);
      times[url] = static_cast<std::uint8_t>(1 + (kind == Web::Kind::busy ? web_.busy_answers(url) : 0));
      ++verdict_.expected.requested;
      if (kind == Web::Kind::redirect) enter(web_.redirect_target(url));
      if (kind == Web::Kind::redirect || kind == Web::Kind::not_found) continue;
      ++verdict_.expected.pages;
      if (kind == Web::Kind::file) continue;
      for (const Web::Link& link : web_.links(url)) {
        if (!link.nofollow) enter(link.to);
      }
    }
    return times;
  }

  void check_urls() {
    const std::vector<std::uint8_t> expected = expected_requests();
    std::vector<std::uint8_t> asked(expected.size());
    for (const Served& served : log_) {
      if (served.url == Served::kRobots) continue;
      if (served.url == Served::kUnknown) {
        complain(fmt::format("host {}: a request for a page that nothing links to", served.host));
        continue;
      }
      ++asked[served.url];
      if (!allowed(served.url)) complain(name(served) + ": forbidden by robots.txt");
    }
    for (UrlIndex url = 0; url < expected.size(); ++url) {
      if (asked[url] == expected[url] || !allowed(url)) continue;
      complain(fmt::format("{}: asked for {} times, not {}", web_.url(url), asked[url], expected[url]));
    }
  }

  const Web& web_;
  const std::vector<Served>& log_;
  Promises promises_;
  Verdict verdict_;
};

}  // namespace

Verdict check_log(const Web& web, const std::vector<Served>& log, const Promises& promises) {
  return Judge(web, log, promises).judge();
}

}  // namespace gossamer::sim
