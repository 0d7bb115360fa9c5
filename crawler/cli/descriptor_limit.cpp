#include "crawler/cli/descriptor_limit.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/resource.h>

namespace gossamer {
namespace {

constexpr std::uint64_t kReserve = 64;  // for all that is no connection

}  // namespace

ConnectionCounts fit_descriptors(std::uint64_t limit, ConnectionCounts wanted) {
  const std::uint64_t room = limit > kReserve ? limit - kReserve : 1;
  const std::uint64_t in_use = std::min<std::uint64_t>(static_cast<std::uint64_t>(wanted.concurrency), room);
  return {.concurrency = static_cast<int>(in_use),
          .max_idle = static_cast<std::size_t>(std::min<std::uint64_t>(wanted.max_idle, room - in_use))};
}

ConnectionCounts fit_descriptors(ConnectionCounts wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const ConnectionCounts fitting = fit_descriptors(limit.rlim_cur, wanted);
  if (fitting.concurrency < wanted.concurrency) {
    fmt::print(stderr, "fetching {} pages at once instead of {}: the process may open {} files (ulimit -n)\n",
               fitting.concurrency, wanted.concurrency, limit.rlim_cur);
  }
  return fitting;
}

}  // namespace gossamer
