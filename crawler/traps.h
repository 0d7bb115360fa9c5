#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/bounded_map.h"
#include "crawler/calendar_dates.h"
#include "crawler/trap_limits.h"
#include "crawler/url_parts.h"

namespace gossamer {

// Recognises the URLs of endless spaces by their spelling, and by how many of their kind the job has taken.
// What it remembers of those is bounded; what it forgets makes it more lenient, never stricter. Belongs to
// the crawl loop.
class Traps {
 public:
  // `today` is what the calendar rule counts from.
  Traps(const TrapLimits& limits, std::chrono::sys_days today);

  // The rule that refuses a new URL, such as "path-depth 32"; it lives as long as the Traps, also when they
  // are moved. A URL that is not refused is counted as taken.
  std::optional<std::string_view> refuses(const UrlParts& url);

  // The rule if even a seed is too long.
  std::optional<std::string_view> refuses_length(std::string_view canonical) const;

  // The rule if a link is at the end of a chain of `twins` pages with known content.
  std::optional<std::string_view> refuses_twins(std::uint32_t twins) const;

  // Resume: counts a URL that was taken by an earlier run, without judging it.
  void observe(std::string_view canonical);

 private:
  bool is_on(Trap trap) const { return limits_[trap] != 0; }
  std::string_view rule(Trap trap) const { return rules_[static_cast<std::size_t>(trap)]; }
  std::uint64_t hash_of_path(const UrlParts& url) const;
  // Of the URL without its session id, if it has one.
  std::optional<std::uint64_t> hash_without_session(const UrlParts& url);

  TrapLimits limits_;
  std::vector<std::string> rules_;  // by Trap
  CalendarDates endless_dates_;
  std::uint64_t seed_;   // of the hashes, so that nobody can make another site's URLs look taken
  BoundedMap queries_;   // URLs with a query taken of a path
  BoundedMap sessions_;  // URLs taken that differ in a session id only
  std::string buffer_;
};

}  // namespace gossamer
