#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/served_log.h"
#include "tests/sim/web.h"

namespace gossamer::sim {

// What was promised to the servers.
struct Promises {
  int per_host = 1;
  int per_ip = 0;  // 0: no limit
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds ip_delay{0};
  double throttle = 1.0;
};

// What a crawl of a whole web must come to, by the web alone.
struct Expected {
  std::uint64_t requested = 0;  // URLs
  std::uint64_t pages = 0;      // of them answered with 200 in the end
};

struct Verdict {
  std::uint64_t requests = 0;
  std::uint64_t robots_requests = 0;
  std::uint64_t violations = 0;
  std::vector<std::string> first;  // violations, in words
  Expected expected;
  std::uint32_t busiest_address = 0;  // requests of one address at once
  std::int64_t duration = 0;          // ns from the first request to the end of the last
};

// Judges a crawl that began at host 0's front page, with the scope `any`, by what the servers saw and the web
// knows; it shares no code with the crawler. Rules: connections and rests of each host and address,
// Crawl-delay, Retry-After, robots.txt first and obeyed, no URL twice but after a busy answer, and all that
// can be reached and is allowed was asked for, and nothing else.
Verdict check_log(const Web& web, const std::vector<Served>& log, const Promises& promises);

}  // namespace gossamer::sim
