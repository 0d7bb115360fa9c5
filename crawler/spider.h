#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "crawler/item.h"
#include "crawler/page.h"
#include "net/coro/async_generator.h"

namespace gossamer {

// Another page to crawl, found by the spider itself: absolute or relative to the page's base. It passes
// scope, robots and the seen set like a link.
struct Request {
  std::string url;
  // With --order best: higher is sooner, 0 is what links have; counts when the URL is new.
  std::optional<std::int32_t> score = std::nullopt;
};

using Output = std::variant<Item, Request>;

// A custom crawl: what to take from each page. Derive, write parse(), and give the class to run_spider()
// (crawler/run_spider.h), or an object to Crawl. Called on the crawl's loop, for several pages in turn
// between their awaits, so members may be used without locks.
class Spider {
 public:
  virtual ~Spider() = default;

  // Called with every 2xx response whose body was fetched. Yields items and requests; they are committed
  // together with the page and its links, or, if it throws, not at all: the page is then failed(parse).
  virtual AsyncGenerator<Output> parse(Page page) = 0;

  // Whether the links of each page are followed, as the command does. A spider that says false yields the
  // Requests it wants.
  virtual bool follows_links() const { return true; }
};

}  // namespace gossamer
