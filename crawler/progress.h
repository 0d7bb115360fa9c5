#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "storage/ledger.h"

namespace gossamer {

// Where a crawl stands, as far as this process has seen and committed it.
struct ProgressCounters {
  std::uint64_t pages = 0;  // of the whole job, resumed ones included
  std::uint64_t in_flight = 0;
  std::uint64_t pending = 0;  // in flight included
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;  // received by this process
  std::chrono::milliseconds elapsed{0};
  std::optional<std::uint64_t> max_pages;
};

// Turns counters into lines for stderr. Pure: no clock, no file; counters come in the order of `elapsed`.
class Progress {
 public:
  // Takes part in the rate, which is that of the last kWindow.
  void add(const ProgressCounters& counters);
  static constexpr std::chrono::milliseconds kWindow{10'000};

  // "1,234 pages  56.7/s  12 in flight  890 pending  3 failed  4.56 MB  1m05s  ETA 20s": of the counters
  // added last. ETA only with max_pages. Never wider than `width` columns: the last fields are left out
  // first.
  std::string line(std::size_t width = 1000) const;

  // The same for a terminal: returns to the start of the line and clears what stood there, without a newline.
  std::string redrawn(std::size_t width) const;

  double pages_per_second() const;

 private:
  std::deque<ProgressCounters> window_;  // ends with the latest
};

// The state of a finished or interrupted crawl: the ledger, some lines each ended by a newline. Classes and
// reasons without URLs are left out.
std::string format_summary(const LedgerCounts& ledger, std::chrono::milliseconds elapsed,
                           std::string_view database);

}  // namespace gossamer
