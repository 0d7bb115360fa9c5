#include "net/base/live_objects.h"

#include <array>
#include <atomic>

namespace gossamer {
namespace {

std::array<std::atomic<long>, 4> counts;

}  // namespace

long live_objects(LiveKind kind) { return counts[static_cast<std::size_t>(kind)].load(); }

#ifndef NDEBUG
void count_live(LiveKind kind, long change) {
  counts[static_cast<std::size_t>(kind)].fetch_add(change, std::memory_order_relaxed);
}
#endif

}  // namespace gossamer
