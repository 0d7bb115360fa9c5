#include "crawler/trap_limits.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace gossamer {

namespace {

constexpr std::array<TrapRule, kTrapCount> kRules{{
    {Trap::url_length, "url-length", 4096, 1 << 24, "bytes of a URL"},
    {Trap::path_depth, "path-depth", 32, 10'000, "segments of a path"},
    {Trap::repeated_segments, "repeated-segments", 3, 1000,
     "times one segment, or a group in a row, may come in a path"},
    {Trap::queries_per_path, "queries-per-path", 100'000, 1'000'000'000, "different queries on one path"},
    {Trap::calendar, "calendar", 10, 100,
     "years a date in a URL may be ahead of today, 25 times that behind"},
    {Trap::session_id, "session-id", 3, 1'000'000, "URLs that differ in nothing but a session id"},
    {Trap::twins, "twins", 8, 250, "pages with a known content in a row"},
    {Trap::near_twins, "near-twins", 0, 16, "bits of 64 in which the SimHash of near twins may differ"},
}};

const TrapRule* find_rule(std::string_view name) {
  const auto* found = std::ranges::find(kRules, name, &TrapRule::name);
  return found == kRules.end() ? nullptr : found;
}

std::unexpected<Error> bad_setting(std::string_view setting, std::string_view what) {
  return fail(ErrorClass::invalid_input, fmt::format("--trap {}: {}", setting, what));
}

}  // namespace

std::span<const TrapRule, kTrapCount> trap_rules() { return kRules; }

TrapLimits::TrapLimits() : limits_{} {
  for (const TrapRule& rule : kRules) set(rule.trap, rule.usual);
}

Result<TrapLimits> TrapLimits::parse(std::span<const std::string> settings) {
  TrapLimits limits;
  for (const std::string_view setting : settings) {
    const std::size_t equals = setting.find('=');
    const TrapRule* rule = find_rule(setting.substr(0, equals));
    if (rule == nullptr) {
      std::vector<std::string_view> names;
      for (const TrapRule& known : kRules) names.push_back(known.name);
      return bad_setting(setting, fmt::format("no such trap; there are {}", fmt::join(names, ", ")));
    }
    if (equals == std::string_view::npos)
      return bad_setting(setting, fmt::format("needs a limit, such as {}={} or {}=off", rule->name,
                                              std::max(rule->usual, 1U), rule->name));
    const std::string_view text = setting.substr(equals + 1);
    std::uint32_t limit = 0;
    if (text != "off") {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
      if (error != std::errc{} || end != text.data() + text.size() || limit > rule->largest)
        return bad_setting(setting, fmt::format("the limit must be 1 ... {}, or off", rule->largest));
    }
    limits.set(rule->trap, limit);
  }
  return limits;
}

std::string TrapLimits::rule(Trap trap) const {
  return fmt::format("{} {}", kRules[static_cast<std::size_t>(trap)].name, (*this)[trap]);
}

}  // namespace gossamer
