#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gossamer {

// Which pending URL of a host comes first.
enum class CrawlOrder : std::uint8_t {
  breadth,  // the one nearest to a seed
  depth,    // the one farthest from a seed
  best,     // the one with the highest score of a spider, then as breadth
};
std::string_view to_string(CrawlOrder order);
std::optional<CrawlOrder> parse_crawl_order(std::string_view text);

// The place of a URL in that order: smaller is sooner. `score` counts only for `best`: 0 is neutral, what is
// above comes sooner, and beyond -32768 and 32767 all scores are the same.
std::uint16_t priority_of(CrawlOrder order, std::uint16_t depth, std::int64_t score);

}  // namespace gossamer
