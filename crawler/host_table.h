#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "crawler/indexed_heap.h"
#include "crawler/url_queue.h"
#include "net/base/clock.h"

namespace gossamer {

// What the frontier knows of a host while the host is active.
struct FrontierHost {
  // Where the host waits; `position` belongs to that heap.
  enum class Place : std::uint8_t {
    none,     // without a slot, paused or exhausted: something else than time must happen
    ready,    // it may be asked now, as far as itself is concerned
    address,  // its address may not be asked now
    resting,  // until ready_at
    idle,     // without URLs, resting: forgotten when that is over
  };
  static constexpr std::uint32_t kNowhere = UINT32_MAX;

  UrlQueue urls;  // outdated records of improved URLs among them
  TimePoint ready_at = TimePoint::min();
  std::uint32_t pending = 0;  // URLs in `urls`
  std::uint32_t position = 0;
  std::uint32_t warm_position = kNowhere;  // among the hosts that have a window in memory
  std::uint16_t in_flight = 0;
  Place place = Place::none;
  bool recent = false;  // given out since the last search for memory
  bool active = false;
  bool by_turn = false;  // ready_at was set when a turn was given, and may be given back
};
static_assert(sizeof(FrontierHost) <= 64);

// The active hosts by id. Ids should be dense; memory is given back when whole pages fall idle.
class HostTable {
 public:
  FrontierHost* find(HostId id);
  FrontierHost& get(HostId id) { return pages_[id / kPageSize]->hosts[id % kPageSize]; }  // of an active host
  FrontierHost& activate(HostId id);  // the host, made active if it is not
  void erase(HostId id);

  template <class Fn>
  void for_each(Fn fn) const {  // `fn(id, host)`, ids ascending
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      if (!pages_[page]) continue;
      for (std::size_t i = 0; i < kPageSize; ++i) {
        const FrontierHost& host = pages_[page]->hosts[i];
        if (host.active) fn(static_cast<HostId>(page * kPageSize + i), host);
      }
    }
  }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return pages_.capacity() * sizeof(pages_[0]) + used_ * sizeof(Page); }

 private:
  static constexpr std::size_t kPageSize = 64;
  struct Page {
    std::array<FrontierHost, kPageSize> hosts;
    std::size_t active = 0;
  };

  std::vector<std::unique_ptr<Page>> pages_;
  std::size_t used_ = 0;  // pages
  std::size_t size_ = 0;
};

struct HostPosition {
  HostTable* hosts;
  std::uint32_t& operator()(HostId id) const { return hosts->get(id).position; }
};
using HostHeap = IndexedHeap<HostPosition>;

}  // namespace gossamer
