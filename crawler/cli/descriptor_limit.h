#pragma once

#include <cstddef>
#include <cstdint>

namespace gossamer {

// How many connections a crawl may have: in use, and kept idle for reuse. Each holds a file descriptor.
struct ConnectionCounts {
  int concurrency = 0;
  std::size_t max_idle = 0;

  bool operator==(const ConnectionCounts&) const = default;
};

// The most of `wanted` that a process of `limit` descriptors has room for, beside those for its files, the
// database, the resolver. At least one connection in use; those in use go before idle ones.
ConnectionCounts fit_descriptors(std::uint64_t limit, ConnectionCounts wanted);

// Raises the process's soft limit of descriptors (RLIMIT_NOFILE) to the hard one, and fits `wanted` into it;
// one line on stderr where that lowers the concurrency.
ConnectionCounts fit_descriptors(ConnectionCounts wanted);

}  // namespace gossamer
