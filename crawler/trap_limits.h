#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// The rules against endless URL spaces; docs/traps.md says what each is for.
enum class Trap : std::uint8_t {
  url_length,
  path_depth,
  repeated_segments,
  queries_per_path,
  calendar,
  session_id,
  twins,
  near_twins,
};
inline constexpr std::size_t kTrapCount = 8;

struct TrapRule {
  Trap trap;
  std::string_view name;     // "path-depth"
  std::uint32_t usual;       // the limit unless another is set; 0: off
  std::uint32_t largest;     // limit that can be set
  std::string_view meaning;  // one line for --help
};
std::span<const TrapRule, kTrapCount> trap_rules();  // in the order of Trap

// The limit of each trap rule; 0 turns one off.
class TrapLimits {
 public:
  TrapLimits();  // the usual ones

  // The usual limits, changed by "NAME=LIMIT" or "NAME=off"; of two for one name the later counts. Errors:
  // invalid_input naming --trap, the text and what would be right.
  static Result<TrapLimits> parse(std::span<const std::string> settings);

  std::uint32_t operator[](Trap trap) const { return limits_[static_cast<std::size_t>(trap)]; }
  void set(Trap trap, std::uint32_t limit) { limits_[static_cast<std::size_t>(trap)] = limit; }

  // What a user sees of a refusal: "path-depth 32".
  std::string rule(Trap trap) const;

  bool operator==(const TrapLimits&) const = default;

 private:
  std::array<std::uint32_t, kTrapCount> limits_;
};

}  // namespace gossamer
