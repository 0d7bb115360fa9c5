#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/url_queue.h"
#include "storage/rows.h"

namespace gossamer {

// Which URL may be asked for next. One queue a host (an origin): shallowest depth first, then first in, first
// out. Among the hosts that may be asked now the one with the shallowest URL comes first, then the one that
// waited longest, so hosts take turns. No host is given out before its time or beyond its connection limit.
//
// Belongs to the crawl loop; nothing waits. Time is given by the caller and never goes back. All costs are
// logarithmic in the number of active hosts.
class Frontier {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Options {
    int per_host = 1;                    // URLs of one host in flight at once
    std::chrono::milliseconds delay{0};  // least rest between two requests to a host
    double throttle = 1.0;               // a host rests this many times its last response time; 0 = off
  };

  struct Entry {
    UrlId id = 0;
    HostId host = 0;
    std::uint16_t depth = 0;
    std::uint8_t hops = 0;
    std::uint16_t attempt = 1;
    std::string url;  // canonical

    bool operator==(const Entry&) const = default;
  };

  explicit Frontier(const Options& options);

  // Enters a pending URL. An id is entered once, and again only by add_retry() after pop() gave it out.
  void add(const Entry& entry);

  // Enters a URL again, not to be given out before `not_before`. Meanwhile it holds no connection slot.
  void add_retry(Entry entry, TimePoint not_before);

  // A better link to a URL that waits here was found: `entry` carries its new depth and hops, of which
  // (depth, hops) must be smaller than before. Not for a URL given out by pop(), nor for one that waits for a
  // retry.
  void improve(const Entry& entry);

  // Gives out the most urgent URL that may be asked at `now` and takes one connection slot of its host, which
  // release() gives back. nullopt: nothing may be asked now; next_ready() says when.
  std::optional<Entry> pop(TimePoint now);

  // Gives back a slot of `host`. The host rests from `now` for the largest of delay, crawl delay and throttle
  // * response_time (which for a failed request is the time it took to fail). nullopt: no request was sent,
  // the host need not rest.
  void release(HostId host, TimePoint now, std::optional<std::chrono::microseconds> response_time);

  // Takes a slot of `host` for a request beside the queue (a spider's own), to be given back by release().
  // False: the host may not be asked at `now`, and nothing changes; turn_at() says when, nullopt: when a slot
  // comes free.
  bool take_turn(HostId host, TimePoint now);
  std::optional<TimePoint> turn_at(HostId host) const;

  // The Crawl-delay of the host's robots.txt; kept for the life of the frontier.
  void set_crawl_delay(HostId host, std::chrono::milliseconds delay);

  // The host is not asked before `until` (Retry-After). Never shortens a rest.
  void back_off(HostId host, TimePoint until);

  // When pop() is worth asking next, if only time stands in the way; after a pop() in vain it lies after that
  // `now`. nullopt: nothing waits, or every host with work is at its connection limit, so that a release()
  // comes first.
  std::optional<TimePoint> next_ready();

  std::size_t pending() const { return pending_; }            // waiting here, retries included
  std::size_t in_flight() const { return in_flight_; }        // given out, not yet released
  std::size_t active_hosts() const { return hosts_.size(); }  // with a URL waiting or in flight, or resting

 private:
  // The URLs of one depth.
  struct Level {
    std::uint16_t depth;
    UrlQueue urls;
  };

  struct Host {
    // Deepest first, none empty: the next URL is levels.back().urls.front(). This is the host's window of
    // URLs in memory: enter() fills it and head() takes from it, nothing else touches it.
    std::vector<Level> levels;
    TimePoint ready_at = TimePoint::min();
    std::uint64_t ticket = 0;  // of its one turn that counts; 0: none does
    int in_flight = 0;
  };

  // A host's place in ready_ or resting_. When its plans change it gets a new turn with a new ticket; the old
  // one stays where it is and is dropped when it comes up.
  struct Turn {
    TimePoint at;          // when the host may be asked
    std::uint64_t ticket;  // tickets only grow
    HostId host;
    std::uint16_t depth;  // of its next URL
  };
  struct LessUrgent {
    bool operator()(const Turn& a, const Turn& b) const;
  };
  struct Later {
    bool operator()(const Turn& a, const Turn& b) const;
  };
  struct Retry {
    TimePoint not_before;
    std::uint64_t order;
    Entry entry;
  };
  struct RetryLater {
    bool operator()(const Retry& a, const Retry& b) const;
  };

  // Of a URL that improve() entered again: its best link, and how many outdated records of it are still
  // queued.
  struct Improved {
    std::uint16_t depth;
    std::uint8_t hops;
    std::uint32_t outdated;
  };

  using TurnsByTime = std::priority_queue<Turn, std::vector<Turn>, Later>;

  void enter(const Entry& entry);
  bool drop_outdated(Level& level);
  Level* head(Host& host);
  void schedule(HostId id, Host& host);
  bool is_current(const Turn& turn) const;
  void advance(TimePoint now);
  std::chrono::microseconds delay_of(HostId host) const;

  Options options_;
  std::unordered_map<HostId, Host> hosts_;
  std::unordered_map<HostId, std::chrono::milliseconds> crawl_delays_;
  std::unordered_map<UrlId, Improved> improved_;
  std::priority_queue<Turn, std::vector<Turn>, LessUrgent> ready_;  // hosts that may be asked at latest_
  TurnsByTime resting_;                                             // hosts with URLs that rest
  TurnsByTime idle_;  // hosts without URLs that rest: forgotten when that is over
  std::priority_queue<Retry, std::vector<Retry>, RetryLater> retries_;
  TimePoint latest_ = TimePoint::min();
  std::uint64_t next_ticket_ = 1;
  std::size_t pending_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace gossamer
