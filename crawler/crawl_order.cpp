#include "crawler/crawl_order.h"

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

}  // namespace gossamer
