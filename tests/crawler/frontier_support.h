#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "crawler/frontier.h"

namespace gossamer {

inline constexpr TimePoint kStart{std::chrono::hours(1)};

inline Frontier::Entry entry(UrlId id, HostId host, std::uint16_t depth = 0, std::uint8_t hops = 0) {
  return {.id = id,
          .host = host,
          .depth = depth,
          .hops = hops,
          .attempt = 1,
          .url = "https://h" + std::to_string(host) + ".example/" + std::to_string(id),
          .priority = depth};
}

// Memory of this process, in bytes.
inline std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t pages = 0;
  statm >> total >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Every URL that can be had at `now`, each released at once by a request that took no time.
inline std::vector<UrlId> drain(Frontier& frontier, TimePoint now) {
  std::vector<UrlId> ids;
  while (const auto next = frontier.pop(now)) {
    ids.push_back(next->id);
    frontier.release(next->host, now, std::chrono::microseconds(0));
  }
  return ids;
}

}  // namespace gossamer
