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

}  // namespace gossamer
