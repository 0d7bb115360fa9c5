#include "crawler/page_twins.h"

#include <algorithm>
#include <bit>

#include "crawler/simhash.h"

namespace gossamer {

namespace {

constexpr std::size_t kDigests = 256 * 1024;

}  // namespace

PageTwins::PageTwins(const TrapLimits& limits)
    : on_(limits[Trap::twins] != 0),
      distance_(on_ ? static_cast<int>(limits[Trap::near_twins]) : 0),
      digests_(kDigests) {}

std::optional<UrlId> PageTwins::twin_of(UrlId url, HostId host, std::uint64_t digest_high,
                                        std::uint64_t digest_low, std::optional<std::uint64_t> simhash) {
  if (!on_) return std::nullopt;
  std::optional<UrlId> near;
  if (distance_ != 0 && simhash) near = near_twin_of(url, host, *simhash);
  UrlId& first = digests_[(digest_high ^ std::rotl(digest_low, 32)) + host * 0x9e3779b97f4a7c15u];
  if (first != 0 && first != url) return first;
  first = url;
  return near;
}

std::optional<UrlId> PageTwins::near_twin_of(UrlId url, HostId host, std::uint64_t simhash) {
  if (recent_.empty()) recent_.resize(kHosts);
  Recent& recent = recent_[host % kHosts];
  if (recent.host != host) recent = Recent{.host = host};
  const std::size_t known = std::min<std::size_t>(recent.count, kPages);
  for (std::size_t i = 0; i < known; ++i) {
    if (recent.urls[i] != url && simhash_distance(recent.hashes[i], simhash) <= distance_)
      return recent.urls[i];
  }
  const std::size_t place = recent.count++ % kPages;
  recent.hashes[place] = simhash;
  recent.urls[place] = url;
  return std::nullopt;
}

}  // namespace gossamer
