#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/trap_limits.h"
#include "crawler/url_parts.h"

namespace gossamer {

// Recognises the URLs of endless spaces by their spelling, and by how many of their kind the job has taken.
// Belongs to the crawl loop.
class Traps {
 public:
  // `today` is what the calendar rule counts from.
  Traps(const TrapLimits& limits, std::chrono::sys_days today);

  // The rule that refuses a new URL, such as "path-depth 32"; it lives as long as the Traps. A URL that is
  // not refused is counted as taken.
  std::optional<std::string_view> refuses(const UrlParts& url);

  // Whether even a seed is too long.
  std::optional<std::string_view> refuses_length(std::string_view canonical) const;

  // Resume: counts a URL that was taken by an earlier run, without judging it.
  void observe(const UrlParts& url);

 private:
  TrapLimits limits_;
  std::vector<std::string> rules_;  // by Trap
};

}  // namespace gossamer
