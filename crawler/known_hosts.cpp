#include "crawler/known_hosts.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>
#include <xxhash.h>

namespace gossamer {

namespace {

constexpr std::size_t kChunk = 16 * 1024;

}  // namespace

KnownHosts::KnownHosts() : slots_(16) {
  std::random_device random;
  seed_ = std::uint64_t{random()} << 32 | random();
}

std::uint32_t KnownHosts::hash_of(std::string_view origin) const {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(origin.data(), origin.size(), seed_));
}

std::optional<HostId> KnownHosts::find(std::string_view origin) const {
  const std::uint32_t hash = hash_of(origin);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at].id != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && (*this)[slots_[at].id].origin == origin) return slots_[at].id;
  }
  return std::nullopt;
}

HostId KnownHosts::add(std::string_view origin) {
  if ((hosts_.size() + 1) * 4 > slots_.size() * 3) grow();
  hosts_.push_back({.origin = keep(origin)});
  const auto id = static_cast<HostId>(hosts_.size());
  place({.id = id, .hash = hash_of(origin)});
  return id;
}

std::string_view KnownHosts::keep(std::string_view origin) {
  if (origins_.empty() || origin.size() > left_) {
    left_ = std::max(kChunk, origin.size());
    origins_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    origin_bytes_ += left_;
  }
  // A chunk is filled from its end.
  left_ -= origin.size();
  char* const copy = origins_.back().get() + left_;
  std::memcpy(copy, origin.data(), origin.size());
  return {copy, origin.size()};
}

void KnownHosts::place(const Slot& slot) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = slot.hash & mask;
  while (slots_[at].id != 0) at = (at + 1) & mask;
  slots_[at] = slot;
}

void KnownHosts::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  for (const Slot& slot : before) {
    if (slot.id != 0) place(slot);
  }
}

std::size_t KnownHosts::memory_bytes() const {
  return hosts_.size() * sizeof(Host) + origin_bytes_ + slots_.size() * sizeof(Slot);
}

}  // namespace gossamer
