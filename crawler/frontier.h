#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "crawler/address_table.h"
#include "crawler/block_store.h"
#include "crawler/frontier_entry.h"
#include "crawler/host_table.h"
#include "crawler/url_queue.h"
#include "net/base/clock.h"
#include "net/io/address.h"

namespace gossamer {

// Which URL may be asked for next. One queue a host (an origin): smallest priority first, then smallest depth
// (beyond 254 all count the same), then first in, first out. Among the hosts that may be asked now the one
// with the most urgent URL comes first, then the one that waited longest, so hosts take turns. No host and no
// address is given out before its time or beyond its connection limit, nor any before the crawl's rate
// allows.
//
// The most urgent URLs of each host are in memory, the rest in an unlinked file of the scratch directory; the
// database has them all, so nothing depends on that file after a crash. Waiting retries are kept the same
// way.
//
// Belongs to the crawl loop; nothing waits, but for the disk when the page cache does not have a block. Time
// is given by the caller and never goes back. All costs are logarithmic in the number of active hosts.
class Frontier {
 public:
  using TimePoint = gossamer::TimePoint;
  using Entry = FrontierEntry;

  struct Options {
    int per_host = 1;                       // URLs of one host in flight at once
    std::chrono::milliseconds delay{0};     // least rest between two requests to a host
    double throttle = 1.0;                  // a host rests this many times its last response time; 0 = off
    int per_ip = 0;                         // URLs of one address in flight at once; 0 = any number
    std::chrono::milliseconds ip_delay{0};  // least rest between two requests to an address
    std::optional<double> rate = {};        // requests a second in the whole crawl
    std::optional<std::uint64_t> max_pages_per_host = {};
    // Bytes of memory. When the frontier has more, URLs of hosts that were not given out lately go to disk
    // first. What hosts, runs on disk and improved URLs take is counted, but cannot go to disk; should that
    // alone come near the limit, an eighth of it is still used for URLs.
    std::size_t memory = std::size_t{64} << 20;
    // Where URLs go that do not fit; "" is the working directory. nullopt: all stay in memory.
    std::optional<std::string> scratch_directory = {};
  };

  explicit Frontier(const Options& options);
  Frontier(const Frontier&) = delete;
  Frontier& operator=(const Frontier&) = delete;

  // Enters a pending URL. An id is entered once, and again only after pop() gave it out.
  void add(const Entry& entry);

  // Enters a URL again, not to be given out before `not_before`. Meanwhile it holds no connection slot.
  void add_retry(const Entry& entry, TimePoint not_before);

  // A better link to a URL that waits here was found: `entry` takes the place of what was known, at the end
  // of its equals. Not for a URL given out by pop(), nor for one that waits for a retry.
  void improve(const Entry& entry);

  // Gives out the most urgent URL that may be asked at `now` and takes one connection slot of its host, which
  // release() gives back. nullopt: nothing may be asked now; next_ready() says when.
  std::optional<Entry> pop(TimePoint now);

  // The end of a request in a slot of `host`, which is free again. The host rests from `now` for the largest
  // of delay, crawl delay and throttle * response_time (which for a failed request is the time it took to
  // fail), its address for ip_delay.
  void release(HostId host, TimePoint now, std::chrono::microseconds response_time);
  // The same when nobody was asked: the slot taken at `given_at` is free, and if no other was taken since, so
  // is its time.
  void give_back(HostId host, TimePoint given_at, TimePoint now);

  // Takes a slot of `host` for a request beside the queue (a spider's own), to be given back by release().
  // False: the host may not be asked at `now`, and nothing changes; turn_at() says when, nullopt: when a slot
  // comes free or a pause ends.
  bool take_turn(HostId host, TimePoint now);
  std::optional<TimePoint> turn_at(HostId host);

  // The Crawl-delay of the host's robots.txt; kept for the life of the frontier.
  void set_crawl_delay(HostId host, std::chrono::milliseconds delay);

  // The host is not asked before `until` (Retry-After, and after a restart the rest it had). Never shortens a
  // rest.
  void back_off(HostId host, TimePoint until);

  // The address the host will be asked at, kept for the life of the frontier or until it changes. A host
  // without one is not limited by address. Requests of the host in flight count at this address from now on;
  // false: they are too many or too early for it, and what was just given out should be given back
  // (give_back(), add_retry()) and waits for the address there.
  bool set_address(HostId host, const IpAddress& address, TimePoint now);

  // A page of the host was stored; to be told before the release() of its fetch. With max_pages_per_host a
  // host gives out no more URLs than its pages and those in flight leave room for; its other URLs stay here.
  void count_page(HostId host);

  // Between the two nothing is given out, of any or of one host.
  void pause() { paused_ = true; }
  void resume() { paused_ = false; }
  bool paused() const { return paused_; }
  void pause_host(HostId host);
  void resume_host(HostId host);

  // Between the two no URL of the host is given out: something must be learnt of it first. Its turns can be
  // taken.
  void hold_host(HostId host);
  void let_host(HostId host);

  // When pop() is worth asking next, if only time stands in the way; after a pop() in vain it lies after that
  // `now`. nullopt: nothing waits, or something else must happen first: a release(), resume(), resume_host().
  std::optional<TimePoint> next_ready();

  std::size_t pending() const { return pending_; }            // waiting here, retries included
  std::size_t in_flight() const { return in_flight_; }        // given out, not yet released
  std::size_t active_hosts() const { return hosts_.size(); }  // with a URL waiting or in flight, or resting
  // Of the pending: those of hosts that had all the pages they may have; and those of other paused hosts.
  // When all pending URLs are exhausted and none is in flight, the crawl is at its end.
  std::size_t pending_exhausted() const { return pending_exhausted_; }
  std::size_t pending_paused() const { return pending_paused_; }
  std::size_t pending_blocked() const { return pending_exhausted_ + pending_paused_; }

  // Of the URLs of the host that wait here one is not wanted any more. pop() gives it out all the same, and
  // who then throws it away says so. Meanwhile the census leaves it out; of a retry, which counts at its host
  // from when it is due, the census counts one too few until then.
  void note_dropped(HostId host) { ++dropped_[host]; }
  void note_thrown_away(HostId host);

  // Where the active hosts stand, for a report: looks at every one.
  struct Census {
    struct OneHost {
      HostId host = 0;
      std::uint32_t pending = 0;
      std::uint16_t in_flight = 0;
      bool paused = false;
      TimePoint ready_at;
    };
    std::size_t resting = 0;    // with URLs, but not to be asked yet
    std::size_t paused = 0;     // with URLs
    std::vector<OneHost> most;  // URLs pending, most first
  };
  Census census(TimePoint now, std::size_t most) const;

  std::size_t memory_bytes() const;
  std::uint64_t disk_bytes() const { return store_.disk_bytes(); }
  // What went wrong with the scratch file last, until a write succeeds. After a write that failed URLs stay
  // in memory, beyond the limit if need be, and a write is tried again as they grow. After a read that failed
  // the host rests for ten seconds and is tried again; its URLs stay pending.
  const std::optional<Error>& scratch_error() const { return scratch_error_; }

 private:
  using Host = FrontierHost;
  using Place = FrontierHost::Place;
  using Address = AddressTable::Address;
  enum class Block { none, exhausted, paused };

  // A time as the key of a heap, and back.
  static std::uint64_t time_key(TimePoint at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ kSignBit;
  }
  static TimePoint time_of(std::uint64_t key) {
    return TimePoint(TimePoint::duration(static_cast<std::int64_t>(key ^ kSignBit)));
  }
  static constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

  // Keeps a sum true while a queue that is part of it changes.
  class QueueCharge {
   public:
    QueueCharge(std::size_t& sum, const UrlQueue& queue) : sum_(sum), queue_(queue) {
      sum_ -= queue_.memory_bytes();
    }
    ~QueueCharge() { sum_ += queue_.memory_bytes(); }
    QueueCharge(const QueueCharge&) = delete;
    QueueCharge& operator=(const QueueCharge&) = delete;

   private:
    std::size_t& sum_;
    const UrlQueue& queue_;
  };

  // Of a URL that improve() entered again: the key of its record that counts, and how many others there are.
  struct Improved {
    std::uint64_t key;
    std::uint32_t outdated;
  };

  // frontier.cpp: URLs in, URLs out.
  std::uint64_t place_in_queue(const Entry& entry);
  void enter(const Entry& entry, bool improved);
  std::optional<HostId> settle();
  Result<> drop_outdated(HostId id, Host& host);
  void remove_front(HostId id, Host& host);
  void count_pending(HostId id, Host& host, std::size_t change);

  // frontier_turns.cpp: who may be asked when.
  void advance(TimePoint now);
  void schedule(HostId id, Host& host);
  void leave(HostId id, Host& host);
  void occupy(HostId id, Host& host);
  void vacate(HostId id, TimePoint now);
  void refresh(AddressTable::Index index);
  bool is_open(const Address& address) const;
  bool has_page_room(HostId id, const Host& host) const;
  Block block_of(HostId id) const;
  std::size_t* blocked(HostId id);
  template <class Change>
  void change_block(HostId id, Change change);
  std::uint64_t pages_of(HostId id) const { return id < pages_.size() ? pages_[id] : 0; }
  std::chrono::microseconds delay_of(HostId host) const;

  // frontier_memory.cpp: what is in memory and what on disk.
  Result<const UrlQueue::Record*> front(UrlQueue& urls);
  void track(HostId id, Host& host);
  void relieve(UrlQueue& grown, std::size_t limit);
  bool spill(UrlQueue& urls, std::size_t keep);
  void look_for_memory();
  bool too_much() const;
  std::size_t host_window() const;
  std::size_t retry_window() const;

  Options options_;
  BlockStore store_;
  HostTable hosts_;
  AddressTable addresses_;
  HostHeap ready_;
  HostHeap resting_;
  HostHeap idle_;
  IndexedHeap<AddressPosition> resting_addresses_;  // with hosts waiting
  UrlQueue retries_;                                // by their time
  TimePoint retries_readable_at_ = TimePoint::min();
  std::unordered_map<HostId, std::chrono::milliseconds> crawl_delays_;
  std::unordered_map<UrlId, Improved> improved_;
  std::unordered_map<HostId, std::uint32_t> dropped_;  // URLs in the queues of such hosts
  std::unordered_set<HostId> paused_hosts_;
  std::unordered_set<HostId> held_hosts_;
  std::vector<std::uint32_t> pages_;  // by host, only with max_pages_per_host
  std::vector<HostId> warm_;          // hosts with a window in memory
  std::size_t hand_ = 0;              // in warm_: where to look for memory next
  std::size_t windows_ = 0;           // bytes of all queues
  std::size_t next_spill_ = 0;        // after a write that failed: not before windows_ is as large
  std::optional<Error> scratch_error_;
  TimePoint latest_ = TimePoint::min();
  TimePoint rate_ready_at_ = TimePoint::min();
  std::uint64_t next_order_ = 1;
  std::size_t pending_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t pending_exhausted_ = 0;
  std::size_t pending_paused_ = 0;
  bool paused_ = false;
};

}  // namespace gossamer
