#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "net/io/address.h"
#include "storage/rows.h"

namespace gossamer {

// The hosts (origins) the job knows, under ids from 1 on: about 60 bytes and the origin a host, for ever.
// References stay valid. Belongs to the crawl loop.
class KnownHosts {
 public:
  // An origin, as far as the crawl needs it in memory.
  struct Host {
    std::string_view origin;
    std::optional<IpAddress> address;  // where it was, or will be, asked
    bool seed = false;
  };

  KnownHosts();

  std::optional<HostId> find(std::string_view origin) const;
  HostId add(std::string_view origin);  // which must be new; it is copied

  Host& operator[](HostId id) { return hosts_[id - 1]; }
  const Host& operator[](HostId id) const { return hosts_[id - 1]; }

  std::size_t size() const { return hosts_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct Slot {
    HostId id = 0;  // 0: free
    std::uint32_t hash = 0;
  };

  std::uint32_t hash_of(std::string_view origin) const;
  std::string_view keep(std::string_view origin);
  void place(const Slot& slot);
  void grow();

  std::deque<Host> hosts_;
  std::vector<std::unique_ptr<char[]>> origins_;  // one after the other, in chunks
  std::size_t origin_bytes_ = 0;                  // of all chunks
  std::size_t left_ = 0;                          // in the last chunk
  std::vector<Slot> slots_;                       // open addressing; as many as a power of two
  std::uint64_t seed_;  // of the hashes, so that nobody can prepare names that collide
};

}  // namespace gossamer
