#include "crawler/stall_watch.h"

#include <algorithm>
#include <fmt/format.h>

#include "crawler/cli/units.h"

namespace gossamer {
namespace {

constexpr std::size_t kMostLines = 20;

// When something last went on.
TimePoint last_activity(const CrawlState& state) {
  TimePoint last = state.last_settled;
  for (const UrlInFlight& url : state.in_flight) {
    last = std::max({last, url.begun, url.last_byte.value_or(url.begun)});
  }
  return last;
}

std::string span(Duration duration) {
  return human_duration(std::chrono::duration_cast<std::chrono::milliseconds>(duration));
}

std::string stall_text(const CrawlState& state, TimePoint since) {
  return fmt::format("no URL ended and no byte came for {}; {} in flight, {} pending:\n",
                     span(state.now - since), grouped(state.in_flight.size()), grouped(state.pending)) +
         format_in_flight(state, kMostLines);
}

std::string rest_text(const CrawlState& state) {
  if (state.pending == 0 || state.mode == CrawlState::Mode::paused) return "";
  if (state.next) {
    const std::string rest = span(std::max(Duration::zero(), Duration(*state.next - state.now)));
    return state.hosts == 1
               ? fmt::format("the only host with URLs rests; it may be asked in {}\n", rest)
               : fmt::format("all {} hosts rest; the next may be asked in {}\n", grouped(state.hosts), rest);
  }
  if (state.paused_hosts > 0) {
    return fmt::format("{} pending, at {}\n", counted(state.pending, "URL"),
                       counted(state.paused_hosts, "paused host"));
  }
  return "";
}

}  // namespace

StallWatch::Report StallWatch::look(const CrawlState& state) {
  Report report = look_for_stall(state);
  if (told_ != state.scratch_error) {
    told_ = state.scratch_error;
    report.text += format_scratch_error(state);
  }
  return report;
}

StallWatch::Report StallWatch::look_for_stall(const CrawlState& state) {
  const TimePoint last = last_activity(state);
  if (activity_ != last) {
    activity_ = last;
    pause_ = kPatience;
    due_ = last + pause_;
  }
  if (state.now < due_) return {.text = "", .look_at = due_};
  while (due_ <= state.now) {
    pause_ = std::min(2 * pause_, kLongest);
    due_ += pause_;
  }
  return {.text = state.in_flight.empty() ? rest_text(state) : stall_text(state, last), .look_at = due_};
}

}  // namespace gossamer
