#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crawler/audit_rules.h"
#include "crawler/robots.h"
#include "storage/request_log.h"

namespace gossamer {

// The audits: were the rules of politeness kept? Judged from nothing but the requests as they were recorded,
// not from what the frontier believed. Pure; each is fed the requests of its host, address or crawl in the
// order of their start, and keeps only those under way.
//
// There is no tolerance: a microsecond early is early. The times of a run are of one clock, cut to
// microseconds; that never makes a rest look shorter than its rule wants it.
//
// What a run remembers ends with it: after a kill the next knows nothing of requests that were not committed.
// So connections, delays, throttle and rate are judged within each run; the rest a site asked for and
// robots.txt, which are in the database, over all of them.

// One run of the job.
struct AuditRun {
  WallTime from;  // its requests start at this time or later
  Promises promises;
  std::string user_agent;
};

// How the requests of a host or an address came one after another.
struct Pace {
  std::uint64_t requests = 0;
  WallTime first_at;  // start of the first
  WallTime last_at;   // start of the last
  std::size_t most_at_once = 0;
  std::uint64_t gaps = 0;  // between requests of one run, from the end of one to the start of the next
  std::chrono::microseconds gap_sum{0};
  std::chrono::microseconds least_gap = std::chrono::microseconds::max();

  // `under_way`: with this one. `end`: of what came before it in the run, if anything did.
  void count(const AskedAt& request, std::size_t under_way, std::optional<WallTime> end);
};

// How a host was asked in a run, or in several that did not differ in it.
struct AskedAs {
  WallTime from;  // begin of the first of these runs
  std::string user_agent;
  bool obeys_robots = true;  // false: --no-robots
  bool own_groups = false;   // its robots.txt has groups that name this user agent
  std::optional<std::chrono::milliseconds> asked_delay;  // Crawl-delay as the site wrote it
  std::optional<std::chrono::milliseconds> crawl_delay;  // as it counts
  std::uint64_t requests = 0;

  bool is_as(const AskedAs& other) const {
    return user_agent == other.user_agent && obeys_robots == other.obeys_robots;
  }
};

// How often the host was to be left alone, and how long at the longest.
struct Rests {
  std::uint64_t times = 0;
  std::chrono::microseconds longest{0};
  void count(std::chrono::microseconds rest) {
    ++times;
    longest = std::max(longest, rest);
  }
};

struct HostReport {
  HostId id = 0;
  std::string origin;
  std::vector<AskedAs> asked_as;  // those with requests, one at least
  Pace pace;
  std::uint64_t robots_requests = 0;
  std::uint64_t spider_requests = 0;  // a spider's own; their URLs are not recorded
  std::uint64_t unjudged_pages = 0;   // asked for under an earlier robots.txt than the one that is stored
  std::uint64_t unjudged = 0;         // those, and a spider's requests that robots.txt has rules for

  std::optional<WallTime> robots_at;
  int robots_status = 0;
  std::size_t robots_bytes = 0;

  Rests retry_after;  // asked for by the site, with whatever status
  Rests back_off;     // after a 429 or 503, as the crawl meant to
  Violations violations;
};

// Of one origin.
class HostAudit {
 public:
  // `host`: with its robots.txt. `runs` must outlive the audit, and is not empty.
  HostAudit(const HostRow& host, const std::vector<AuditRun>& runs);

  // `target`: path and query of a page's URL; only needed where has_rules().
  void add(const RequestView& request, std::string_view target);
  bool has_rules() const { return has_rules_; }
  HostReport finish();

 private:
  void begin_run(std::size_t run, WallTime now);
  void settle(const AskedAt& over, std::size_t others);
  void judge_url_rest(const RequestView& request, const AskedAt& asked);
  void judge_robots(const RequestView& request, const AskedAt& asked, std::string_view target);
  void saw_robots(const RequestView& request, const AskedAt& asked);
  void judge_page(const RequestView& request, std::string_view target);
  std::size_t excused(std::size_t others) const;
  const Promises& promises() const { return runs_[run_].promises; }

  const std::vector<AuditRun>& runs_;
  std::string robots_body_;
  bool has_rules_;
  std::size_t run_ = 0;
  RobotsRules rules_;  // for the user agent of run_
  AskedAs asked_as_;   // in run_
  HostReport report_;
  UnderWay under_way_;
  std::optional<WallTime> last_end_;               // in this run
  std::unordered_map<UrlId, RestRule> url_rests_;  // Retry-After of answers that are not about the host
  RestRule rest_{AuditRule::rest, RestRule::From::end};
  RestRule delay_{AuditRule::delay, RestRule::From::end};
  RestRule spacing_{AuditRule::delay, RestRule::From::start};
  RestRule throttle_{AuditRule::throttle, RestRule::From::end};
  RestRule crawl_delay_{AuditRule::crawl_delay, RestRule::From::end};
  RestRule crawl_spacing_{AuditRule::crawl_delay, RestRule::From::start};

  std::optional<WallTime> rules_since_;   // when the stored robots.txt was known
  bool asking_robots_ = false;            // the request before was for robots.txt
  std::optional<WallTime> robots_known_;  // end of the first request for it
  bool was_answered_ = false;             // by rules, or that there are none
  bool robots_unreadable_ = false;        // the last one told nothing, and that closes the host
  std::optional<AskedAt> last_robots_;
};

struct AddressReport {
  std::string address;
  std::set<HostId> hosts;
  Pace pace;
  Violations violations;
};

// Of one address, whatever names it has.
class AddressAudit {
 public:
  AddressAudit(std::string address, const std::vector<AuditRun>& runs);
  void add(const RequestView& request);
  AddressReport finish() { return std::move(report_); }

 private:
  const std::vector<AuditRun>& runs_;
  std::size_t run_ = 0;
  AddressReport report_;
  UnderWay under_way_;
  std::optional<WallTime> last_end_;
  RestRule delay_{AuditRule::ip_delay, RestRule::From::end};
  RestRule spacing_{AuditRule::ip_delay, RestRule::From::start};
};

struct CrawlReport {
  std::uint64_t requests = 0;
  WallTime first_at;
  WallTime last_at;
  std::uint64_t busiest_second = 0;  // most requests that began within one second of any of them
  Violations violations;
};

// Of the whole crawl.
class CrawlAudit {
 public:
  explicit CrawlAudit(const std::vector<AuditRun>& runs);
  void add(const RequestView& request);
  CrawlReport finish() { return std::move(report_); }

 private:
  void begin_run(std::size_t run);

  const std::vector<AuditRun>& runs_;
  std::size_t run_ = 0;
  CrawlReport report_;
  std::optional<RateRule> rate_;
  std::queue<WallTime> second_;  // the requests of the last second
};

}  // namespace gossamer
