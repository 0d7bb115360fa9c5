#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/host_table.h"
#include "net/io/address.h"

namespace gossamer {

// The addresses the crawl has met and which host is at which, for the frontier's limits per address.
class AddressTable {
 public:
  using Index = std::uint32_t;

  struct Address {
    IpAddress ip;
    int in_flight = 0;
    TimePoint ready_at = TimePoint::min();
    std::uint32_t position = 0;
    bool by_turn = false;  // ready_at was set when a turn was given, and may be given back
    bool resting = false;  // stands in the frontier's heap of resting addresses
    HostHeap waiting;      // hosts that could be asked now but for their address
  };

  explicit AddressTable(HostTable& hosts) : hosts_(hosts) {}

  Address& at(Index index) { return addresses_[index]; }
  Address* of(HostId host);  // nullptr: not known
  std::optional<Index> index_of(HostId host) const;
  Index assign(HostId host, const IpAddress& ip);

  std::size_t memory_bytes() const;

 private:
  static constexpr Index kNone = UINT32_MAX;

  HostTable& hosts_;
  std::deque<Address> addresses_;
  std::unordered_map<std::string, Index> by_ip_;
  std::vector<Index> of_host_;
};

struct AddressPosition {
  AddressTable* addresses;
  std::uint32_t& operator()(AddressTable::Index index) const { return addresses->at(index).position; }
};

}  // namespace gossamer
