#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/base/error.h"

namespace gossamer {

class Database;

// Where the URLs of one host stand.
struct HostCounts {
  std::string origin;
  std::string address;  // IP it was last reached at; "": never
  std::uint64_t urls = 0;
  std::uint64_t pages = 0;  // done with a 2xx
  std::uint64_t failed = 0;
  std::uint64_t filtered = 0;
  std::uint64_t pending = 0;
  std::string robots_body;  // as it is stored
  // Crawl-delay as its site wrote it, and as it counts; to be filled by who can read robots_body.
  std::optional<std::chrono::milliseconds> asked_delay{};
  std::optional<std::chrono::milliseconds> crawl_delay{};
};

// The `top` hosts with the most URLs, those first; 0: all. One pass over the URLs. Errors: storage.
Result<std::vector<HostCounts>> count_hosts(Database& database, std::size_t top);

}  // namespace gossamer
