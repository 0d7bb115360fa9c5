#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "storage/rows.h"

namespace gossamer {

// What the audits (crawler/audit.h) judge by.
enum class AuditRule : std::uint8_t {
  robots,          // asked before, without or against robots.txt
  rest,            // Retry-After, or the back-off after a 429 or 503
  crawl_delay,     // of robots.txt, as far as it counts
  connections,     // --per-host
  delay,           // --delay
  throttle,        // --throttle x the time of an answer
  ip_connections,  // --per-ip
  ip_delay,        // --ip-delay
  rate,            // --rate
};
std::string_view to_string(AuditRule rule);

// What a run promised.
struct Promises {
  int per_host = 1;
  std::chrono::microseconds delay{0};
  double throttle = 0;
  bool robots = true;
  int per_ip = 0;  // 0: no limit
  std::chrono::microseconds ip_delay{0};
  std::optional<double> rate{};  // requests a second
};

struct Violation {
  AuditRule rule = AuditRule::robots;
  std::uint64_t first = 0;   // fetches.id of the request before, 0: none
  std::uint64_t second = 0;  // fetches.id of the request that should not have been made, or not yet
  std::string text;          // both with their times, and what would have been right
};

// All are counted, the first few kept.
class Violations {
 public:
  static constexpr std::size_t kKept = 10;

  // `text()` is only asked for if it is kept.
  template <class Text>
  void add(AuditRule rule, std::uint64_t first, std::uint64_t second, Text text) {
    if (count_++ < kKept) kept_.push_back({rule, first, second, text()});
  }
  std::uint64_t count() const { return count_; }
  const std::vector<Violation>& kept() const { return kept_; }

 private:
  std::vector<Violation> kept_;
  std::uint64_t count_ = 0;
};

// A request, as far as other requests must mind it.
struct AskedAt {
  std::uint64_t id = 0;  // fetches.id
  WallTime started_at;
  WallTime ended_at;
  std::chrono::microseconds rest{0};  // that its host was asked for, from its end

  std::chrono::microseconds duration() const { return ended_at - started_at; }
};

// The requests under way, of those fed in the order of their start.
class UnderWay {
 public:
  // Takes out those that ended at `now` or before, earliest first, and calls over(request, others) with the
  // number of others then under way.
  template <class Over>
  void advance(WallTime now, Over over) {
    while (!requests_.empty() && requests_.top().ended_at <= now) {
      const AskedAt request = requests_.top();
      requests_.pop();
      over(request, requests_.size());
    }
  }
  void begin(const AskedAt& request) { requests_.push(request); }
  std::size_t size() const { return requests_.size(); }
  const AskedAt& first_to_end() const { return requests_.top(); }

 private:
  struct EndsLater {
    bool operator()(const AskedAt& a, const AskedAt& b) const { return a.ended_at > b.ended_at; }
  };
  std::priority_queue<AskedAt, std::vector<AskedAt>, EndsLater> requests_;
};

// A rule about the time from one request to the start of the next.
class RestRule {
 public:
  enum class From : std::uint8_t { start, end };
  RestRule(AuditRule rule, From from) : rule_(rule), from_(from) {}

  // For the sake of `request` none may start before `rest` is over, from its start or its end. `excused`
  // others may, because they can have been given out before that end was known.
  void leave(const AskedAt& request, std::chrono::microseconds rest, std::size_t excused = 0);
  void judge(const AskedAt& next, Violations& violations);
  void forget() { due_ = WallTime::min(); }

 private:
  AuditRule rule_;
  From from_;
  AskedAt request_;  // whose rest is over last
  WallTime due_ = WallTime::min();
  std::size_t excused_ = 0;
};

// At most so many requests begin in any one second: of a cap below 1, one in the time of one.
class RateRule {
 public:
  explicit RateRule(double per_second);
  void judge(const AskedAt& next, Violations& violations);

 private:
  std::chrono::microseconds window_;
  std::size_t allowed_;
  std::vector<AskedAt> last_;  // the last `allowed_`, as a ring
  std::size_t next_ = 0;
};

}  // namespace gossamer
