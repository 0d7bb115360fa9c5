#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "crawler/crawl_state.h"

namespace gossamer {

// Notices that a crawl does not go on, and says why. Pure: it is shown the state and tells when to look
// again.
//
// A stall: something is in flight, and for a minute no attempt ended, no byte came, and nothing was begun. It
// is told with each URL in flight, what that waits for, and since when; again after two minutes more of the
// same stall, then four, up to an hour. A crawl in which nothing is in flight, because all hosts rest, says
// so in one line, as rarely. A paused crawl is silent: who paused it knows. Scratch files that cannot be used
// are told of once.
class StallWatch {
 public:
  static constexpr std::chrono::seconds kPatience{60};
  static constexpr std::chrono::seconds kLongest{3600};  // between two reports of one stall

  struct Report {
    std::string text;   // lines to print, each ended by a newline; "" mostly
    TimePoint look_at;  // when to look again
  };
  // `state` of now; the times it is shown never go back.
  Report look(const CrawlState& state);

 private:
  Report look_for_stall(const CrawlState& state);

  std::string told_;                   // the last trouble with scratch files
  std::optional<TimePoint> activity_;  // the last that was seen
  TimePoint due_;                      // a report, if there is none until then
  std::chrono::seconds pause_ = kPatience;
};

}  // namespace gossamer
