#include "crawler/in_flight.h"

#include <unordered_map>

namespace gossamer {

InFlight::Entry InFlight::begin(std::string url, CrawlPhase phase, TimePoint now) {
  records_.push_back(
      {.ticket = ++last_ticket_, .url = std::move(url), .phase = phase, .since = now, .begun = now});
  Entry entry;
  entry.all_ = this;
  entry.record_ = std::prev(records_.end());
  return entry;
}

std::vector<UrlInFlight> InFlight::list(const std::vector<FetchUnderWay>& fetches) const {
  std::unordered_map<std::uint64_t, const FetchProgress*> by_ticket;
  for (const FetchUnderWay& fetch : fetches) by_ticket.emplace(fetch.ticket, &fetch.progress);
  std::vector<UrlInFlight> all;
  all.reserve(records_.size());
  for (const Record& record : records_) {
    UrlInFlight& url = all.emplace_back();
    url.url = record.url;
    url.phase = record.phase;
    url.since = record.since;
    url.begun = record.begun;
    const auto found = by_ticket.find(record.ticket);
    if (record.phase != CrawlPhase::parse || found == by_ticket.end()) continue;
    const FetchProgress& progress = *found->second;
    url.address = progress.address;
    url.received = progress.wire_bytes;
    if (progress.phase == Phase::none) continue;
    url.phase = phase_of(progress);
    url.since = progress.since;
    if (progress.wire_bytes > 0) url.last_byte = progress.since;
  }
  return all;
}

}  // namespace gossamer
