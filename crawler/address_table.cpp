#include "crawler/address_table.h"

namespace gossamer {

AddressTable::Address* AddressTable::of(HostId host) {
  return host < of_host_.size() && of_host_[host] != kNone ? &addresses_[of_host_[host]] : nullptr;
}

std::optional<AddressTable::Index> AddressTable::index_of(HostId host) const {
  if (host >= of_host_.size() || of_host_[host] == kNone) return std::nullopt;
  return of_host_[host];
}

AddressTable::Index AddressTable::assign(HostId host, const IpAddress& ip) {
  const auto [known, added] = by_ip_.try_emplace(ip.to_string(), static_cast<Index>(addresses_.size()));
  if (added) addresses_.push_back({.ip = ip, .waiting = HostHeap(HostPosition{&hosts_})});
  if (host >= of_host_.size()) of_host_.resize(host + 1, kNone);
  of_host_[host] = known->second;
  return known->second;
}

std::size_t AddressTable::memory_bytes() const {
  constexpr std::size_t kMapNode = 80;  // with its string and what malloc adds
  return addresses_.size() * (sizeof(Address) + kMapNode) + of_host_.capacity() * sizeof(Index);
}

}  // namespace gossamer
