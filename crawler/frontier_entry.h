#pragma once

#include <cstdint>
#include <string>

#include "storage/rows.h"

namespace gossamer {

// A pending URL as it enters and leaves the frontier.
struct FrontierEntry {
  UrlId id = 0;
  HostId host = 0;
  std::uint16_t depth = 0;
  std::uint8_t hops = 0;
  std::uint16_t attempt = 1;   // at most 16383
  std::string url;             // canonical
  std::uint16_t priority = 0;  // smaller is sooner; priority_of() in crawler/crawl_order.h
  std::uint32_t twins = 0;     // links of a chain of content twins that lead here; 255 stands for more
  bool refresh = false;        // done before; to be asked whether it changed
  bool sitemap = false;        // named as a sitemap, by robots.txt or an index

  bool operator==(const FrontierEntry&) const = default;
};

}  // namespace gossamer
