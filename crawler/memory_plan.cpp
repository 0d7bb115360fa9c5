#include "crawler/memory_plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "crawler/found_links.h"

namespace gossamer {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// Of an idle crawl; 11 of them are pages of the executable and of libraries.
constexpr std::uint64_t kProcess = 18 * kMiB;
// Touched stack, allocator arena, resolver; and the links of the page that is parsed, while their list grows.
constexpr std::uint64_t kThread = kMiB + kLinkMemory * 3 / 2;
constexpr std::uint64_t kConnection = 48 << 10;      // TLS state and buffers, coroutine frames, parser state
constexpr std::uint64_t kLeastSmallBody = 64 << 10;  // two thirds of all pages of the web are smaller
constexpr std::uint64_t kMostSmallBody = kMiB;
constexpr std::uint64_t kFinishing = 32;  // pages that are no longer fetched and not yet handed over

// What a part gets at least, and its part in a thousand of what is left then.
struct Share {
  std::uint64_t MemoryPlan::* part;
  std::uint64_t least;
  std::uint64_t thousandths;
};
constexpr Share kShares[] = {
    {&MemoryPlan::frontier, 4 * kMiB, 200},
    {&MemoryPlan::seen_set, 8 * kMiB, 300},
    {&MemoryPlan::url_table, 1 * kMiB, 80},
    {&MemoryPlan::hosts, 6 * kMiB, 100},
    {&MemoryPlan::sqlite_cache, 2 * kMiB, 100},
    {&MemoryPlan::outcomes, 4 * kMiB, 50},
    {&MemoryPlan::bodies, 0, 130},
    {&MemoryPlan::outputs, 2 * kMiB, 40},
};

// "32M", or in bytes what is no whole number of MiB.
std::string as_written(std::uint64_t bytes) {
  return bytes > 0 && bytes % kMiB == 0 ? fmt::format("{}M", bytes / kMiB) : fmt::format("{}", bytes);
}

}  // namespace

std::uint64_t MemoryPlan::sum() const {
  std::uint64_t sum = process + connections;
  for (const Share& share : kShares) sum += this->*share.part;
  return sum;
}

Result<MemoryPlan> plan_memory(std::uint64_t budget, int concurrency, int threads, std::uint64_t max_body) {
  const auto fetches = static_cast<std::uint64_t>(std::max(concurrency, 1));
  // One body as large as --max-body, and a small one with a piece of its links for every other page.
  const std::uint64_t pages = fetches + kFinishing;
  const std::uint64_t largest = max_body * kBodyCopies;
  const std::uint64_t least_bodies = largest + pages * (std::min(max_body, kLeastSmallBody) + kPieceBytes);

  MemoryPlan plan{.process = kProcess + static_cast<std::uint64_t>(std::max(threads, 1)) * kThread,
                  .connections = fetches * kConnection};
  for (const Share& share : kShares) plan.*share.part = share.least;
  plan.bodies = least_bodies;
  const std::uint64_t least = std::max(plan.sum(), kLeastMemory);
  if (budget < least) {
    return fail(
        ErrorClass::invalid_input,
        fmt::format("--memory {} is too little: --concurrency {}, --threads {} and --max-body {} need "
                    "{}M or more; give --memory 256M, or less of the others",
                    as_written(budget), fetches, std::max(threads, 1), as_written(max_body),
                    (least + kMiB - 1) / kMiB));
  }
  const std::uint64_t left = budget - plan.sum();
  for (const Share& share : kShares) plan.*share.part += left / 1000 * share.thousandths;

  const std::uint64_t free = plan.bodies - largest - pages * kPieceBytes;
  plan.small_body = std::min({max_body, kMostSmallBody, std::max(free / 2 / pages, kLeastSmallBody)});
  plan.large_bodies = plan.bodies - pages * (plan.small_body + kPieceBytes);
  return plan;
}

std::uint64_t resident_memory() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (!(file >> pages >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace gossamer
