#include "crawler/crawl_order.h"

#include <algorithm>

namespace gossamer {

std::string_view to_string(CrawlOrder order) {
  switch (order) {
    case CrawlOrder::breadth:
      return "breadth";
    case CrawlOrder::depth:
      return "depth";
    case CrawlOrder::best:
      return "best";
  }
  return "unknown";
}

std::optional<CrawlOrder> parse_crawl_order(std::string_view text) {
  for (const CrawlOrder order : {CrawlOrder::breadth, CrawlOrder::depth, CrawlOrder::best}) {
    if (text == to_string(order)) return order;
  }
  return std::nullopt;
}

std::uint16_t priority_of(CrawlOrder order, std::uint16_t depth, std::int64_t score) {
  switch (order) {
    case CrawlOrder::breadth:
      return depth;
    case CrawlOrder::depth:
      return static_cast<std::uint16_t>(UINT16_MAX - depth);
    case CrawlOrder::best:
      return static_cast<std::uint16_t>(INT16_MAX - std::clamp<std::int64_t>(score, INT16_MIN, INT16_MAX));
  }
  return 0;
}

}  // namespace gossamer
