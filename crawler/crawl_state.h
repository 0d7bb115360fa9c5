#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/clock.h"
#include "net/http/http_connection.h"
#include "storage/rows.h"

namespace gossamer {

// What a URL in flight waits for.
enum class CrawlPhase : std::uint8_t {
  robots,  // its host's robots.txt
  turn,    // its host may be asked
  memory,  // room for a large body
  dns,     // from here to `body` as in a fetch
  connect,
  tls,
  sending,
  headers,
  body,
  parse,   // the parsers of its worker, which says nothing meanwhile
  enter,   // the pages before it, to be entered
  spider,  // its spider
  commit,  // room among what is not yet on disk
};
std::string_view to_string(CrawlPhase phase);
// Of a fetch under way.
CrawlPhase phase_of(const FetchProgress& progress);

// One URL between the frontier and its outcome, or a request beside those: a robots.txt, a spider's own.
struct UrlInFlight {
  std::string url;
  CrawlPhase phase = CrawlPhase::turn;
  TimePoint since;                     // it waits for that
  TimePoint begun;                     // in flight since
  std::optional<TimePoint> last_byte;  // received of the answer
  std::string address;                 // "" where not connected
  std::uint64_t received = 0;          // bytes on the wire
};

// One host with URLs that wait.
struct HostInCrawl {
  std::string origin;
  std::uint64_t pending = 0;
  int in_flight = 0;
  bool paused = false;
  std::optional<TimePoint> rests_until;
};

struct MemoryPart {
  std::string_view name;  // a literal
  std::uint64_t bytes = 0;
};

// Where a crawl stands, for a person who wonders why it does not go on. A copy: it does not change.
struct CrawlState {
  enum class Mode : std::uint8_t { running, paused, stopping };

  TimePoint now;
  Mode mode = Mode::running;
  std::chrono::milliseconds elapsed{0};
  std::optional<TimePoint> paused_since;
  std::uint64_t discovered = 0, done = 0, failed = 0, filtered = 0, pending = 0;
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;        // received by this process
  double pages_per_second = 0;    // since the last report, or the start
  TimePoint last_settled;         // an attempt ended, however; at first the start
  std::optional<TimePoint> next;  // when a host may be asked, if only time stands in the way
  std::vector<MemoryPart> memory;
  std::uint64_t memory_used = 0;    // of the process, as the system counts it; 0: unknown
  std::uint64_t memory_budget = 0;  // --memory
  std::string scratch_error;  // why memory may grow beyond its bound: nothing can be moved to disk; "" mostly

  std::uint64_t hosts = 0;          // with URLs waiting or in flight
  std::uint64_t resting_hosts = 0;  // of them: not to be asked yet
  std::uint64_t paused_hosts = 0;
  std::uint64_t capped_delays = 0;        // with a Crawl-delay above the cap
  std::vector<std::string> paused_names;  // as they were given (HostName)
  std::vector<HostInCrawl> top_hosts;     // those with most URLs waiting, most first

  std::vector<UrlInFlight> in_flight;  // longest in flight first
};
std::string_view to_string(CrawlState::Mode mode);

// Lines for a person, each ended by a newline: counters, memory, hosts, and of the URLs in flight the first
// `most`, "and N more". What a server chose is written so that it cannot steer a terminal.
std::string format_state(const CrawlState& state, std::size_t most = 20);

// One line, or "" if there is none: of hosts whose Crawl-delay is above the cap.
std::string format_capped_delays(std::uint64_t hosts);

// One line, or "" if there is none.
std::string format_scratch_error(const CrawlState& state);

// One line for each URL in flight, as in format_state().
std::string format_in_flight(const CrawlState& state, std::size_t most);

// The same as one JSON object without a newline; times are seconds before now, or from now on. At most 1000
// URLs in flight.
std::string state_json(const CrawlState& state);

}  // namespace gossamer
