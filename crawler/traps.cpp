#include "crawler/traps.h"

#include <algorithm>

namespace gossamer {

Traps::Traps(const TrapLimits& limits, std::chrono::sys_days) : limits_(limits) {
  for (const TrapRule& rule : trap_rules()) rules_.push_back(limits.rule(rule.trap));
}

std::optional<std::string_view> Traps::refuses_length(std::string_view canonical) const {
  const std::uint32_t limit = limits_[Trap::url_length];
  if (limit != 0 && canonical.size() > limit) return rules_[static_cast<std::size_t>(Trap::url_length)];
  return std::nullopt;
}

std::optional<std::string_view> Traps::refuses(const UrlParts& url) {
  if (const std::uint32_t limit = limits_[Trap::path_depth];
      limit != 0 && std::ranges::count(url.path, '/') > limit)
    return rules_[static_cast<std::size_t>(Trap::path_depth)];
  return std::nullopt;
}

void Traps::observe(const UrlParts&) {}

}  // namespace gossamer
