#include "crawler/seen_filter.h"

#include <algorithm>
#include <cmath>

namespace gossamer {
namespace {

constexpr int kBlockBits = 512;
constexpr int kMostProbes = 7;  // nine bits each out of one 64-bit product

// The bits of the hash that chose the block must not choose the bits in it too.
std::uint64_t mixed(SeenHash hash) {
  const auto value = static_cast<std::uint64_t>(hash);
  return (value ^ value >> 29) * 0x9e3779b97f4a7c15ULL;
}

}  // namespace

SeenFilter::SeenFilter(std::uint64_t keys, double bits) {
  if (keys == 0 || bits < kLeastBits) return;
  blocks_ = static_cast<std::uint64_t>(std::ceil(static_cast<double>(keys) * bits / kBlockBits));
  probes_ = std::clamp(static_cast<int>(std::lround(bits * std::log(2.0))), 1, kMostProbes);
  memory_.grow(blocks_ * kBlockWords * sizeof(std::uint64_t));
}

void SeenFilter::add(SeenHash hash) {
  if (blocks_ == 0) return;
  std::uint64_t* const words = block(hash);
  std::uint64_t bits = mixed(hash);
  for (int i = 0; i < probes_; ++i, bits >>= 9) words[bits >> 6 & 7] |= std::uint64_t{1} << (bits & 63);
}

bool SeenFilter::passes(SeenHash hash) const {
  if (blocks_ == 0) return true;
  const std::uint64_t* const words = block(hash);
  std::uint64_t bits = mixed(hash);
  for (int i = 0; i < probes_; ++i, bits >>= 9) {
    if ((words[bits >> 6 & 7] >> (bits & 63) & 1) == 0) return false;
  }
  return true;
}

}  // namespace gossamer
