#pragma once

#include <cstdint>

#include "net/base/error.h"

namespace gossamer {

// How one `--memory` budget is shared. All in bytes, unless it says otherwise.
struct MemoryPlan {
  std::uint64_t process =
      0;  // code, libraries, loop, threads and their stacks, allocator: not to be given out
  std::uint64_t connections = 0;  // buffers and TLS state of `concurrency` connections

  std::uint64_t frontier = 0;      // Frontier: hosts and their windows of URLs
  std::uint64_t seen_set = 0;      // SeenSet::Options::memory, of the URLs
  std::uint64_t url_table = 0;     // UrlTable::Options::resident
  std::uint64_t hosts = 0;         // rows of hosts, robots rules, cookies, traps, digests of bodies
  std::uint64_t sqlite_cache = 0;  // the writer's page cache
  std::uint64_t outcomes = 0;      // handed to the writer and not yet committed

  std::uint64_t outputs = 0;  // items and requests of pages that have many

  // Bodies in flight and what is made of them. A body up to `small_body` needs no permission; a larger one
  // takes kBodyCopies times its size of `large_bodies` until it is dropped or committed.
  std::uint64_t bodies = 0;
  std::uint64_t small_body = 0;
  std::uint64_t large_bodies = 0;  // of `bodies`

  std::uint64_t sum() const;
};

// A body is held as it came; beside it stands its text, while it is parsed, or its row, while it is written.
inline constexpr std::uint64_t kBodyCopies = 2;

// For more items and requests than these a page waits for its part of `outputs`.
inline constexpr std::uint64_t kFewItems = 64 << 10;

inline constexpr std::uint64_t kDefaultMemory = std::uint64_t{256} << 20;
inline constexpr std::uint64_t kLeastMemory = std::uint64_t{64} << 20;

// Errors: invalid_input, with the flag and what would be enough, when `budget` does not hold every part's
// least share.
Result<MemoryPlan> plan_memory(std::uint64_t budget, int concurrency, int threads, std::uint64_t max_body);

// What this process has of the system's memory now, in bytes; 0: unknown.
std::uint64_t resident_memory();

}  // namespace gossamer
