// What the frontier keeps in memory and what on disk.

#include <algorithm>

#include "crawler/frontier.h"

namespace gossamer {

namespace {

constexpr std::size_t kBlock = 4096;

}  // namespace

// What a host may have in memory, a host that was not looked at lately included.
std::size_t Frontier::host_window() const {
  return std::clamp(options_.memory / 16, kBlock, std::size_t{65'536});
}

std::size_t Frontier::retry_window() const {
  return std::clamp(options_.memory / 16, kBlock, std::size_t{1} << 20);
}

// The first record of a queue; as much is read with it as every host with a window could have.
Result<const UrlQueue::Record*> Frontier::front(UrlQueue& urls) {
  const QueueCharge charge(windows_, urls);
  return urls.front(store_, std::min(options_.memory / 2 / (warm_.size() + 1), kBlock));
}

// Keeps warm_ true after a change of the host's queue.
void Frontier::track(HostId id, Host& host) {
  const bool has_window = host.urls.window_bytes() > 0;
  if (has_window == (host.warm_position != Host::kNowhere)) return;
  if (has_window) {
    host.warm_position = static_cast<std::uint32_t>(warm_.size());
    warm_.push_back(id);
    return;
  }
  const HostId last = warm_.back();
  warm_[host.warm_position] = last;
  hosts_.get(last).warm_position = host.warm_position;
  warm_.pop_back();
  host.warm_position = Host::kNowhere;
}

bool Frontier::too_much() const { return windows_ > options_.memory / 8 && memory_bytes() > options_.memory; }

// Sees to the limits after a queue has grown.
void Frontier::relieve(UrlQueue& grown, std::size_t limit) {
  if (!store_.enabled() || windows_ < next_spill_) return;
  if (grown.window_bytes() > limit && !spill(grown, limit / 2)) return;
  if (too_much()) look_for_memory();
}

// False: the disk takes no more; what could not be written stays in memory, and the next try is put off.
bool Frontier::spill(UrlQueue& urls, std::size_t keep) {
  Result<> spilled;
  {
    const QueueCharge charge(windows_, urls);
    spilled = urls.spill(store_, keep);
  }
  if (!spilled) {
    scratch_error_ = std::move(spilled.error());
    next_spill_ = windows_ + std::max(options_.memory / 16, kBlock);
    return false;
  }
  scratch_error_.reset();
  next_spill_ = 0;
  return true;
}

// Goes round the hosts with a window (a clock, as in page replacement): one that gave out a URL since the
// hand last came by keeps a little, the others write out everything. After so many hosts as take about a
// millisecond the next call goes on.
void Frontier::look_for_memory() {
  constexpr int kHostsAtOnce = 256;
  for (int steps = 0; steps < kHostsAtOnce && too_much() && !warm_.empty(); ++steps) {
    if (hand_ >= warm_.size()) hand_ = 0;
    const HostId id = warm_[hand_];
    Host& host = hosts_.get(id);
    const std::size_t keep = std::exchange(host.recent, false) ? options_.memory / 4 / warm_.size() : 0;
    if (!spill(host.urls, keep)) return;
    if (host.urls.window_bytes() > 0) ++hand_;
    track(id, host);
  }
}

std::size_t Frontier::memory_bytes() const {
  constexpr std::size_t kMapNode = 48;  // of a small value, with what malloc adds
  return windows_ + hosts_.memory_bytes() + addresses_.memory_bytes() + store_.memory_bytes() +
         ready_.memory_bytes() + resting_.memory_bytes() + idle_.memory_bytes() +
         resting_addresses_.memory_bytes() + warm_.capacity() * sizeof(HostId) +
         pages_.capacity() * sizeof(pages_[0]) +
         (improved_.size() + crawl_delays_.size() + paused_hosts_.size()) * kMapNode +
         improved_.bucket_count() * sizeof(void*);
}

}  // namespace gossamer
