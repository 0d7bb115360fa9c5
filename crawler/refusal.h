#pragma once

#include <string_view>

#include "storage/rows.h"

namespace gossamer {

// Why a URL is refused: the reason of its row, and the rule as a user knows it ("--scope host",
// "--exclude \.pdf$", "path-depth 32"; "" for nofollow and depth). The text belongs to whoever refused.
struct Refusal {
  FilterReason reason;
  std::string_view rule = {};
  bool of_link = false;  // only of the link that led here: the URL passes when a better one is found
  bool operator==(const Refusal&) const = default;
};

}  // namespace gossamer
