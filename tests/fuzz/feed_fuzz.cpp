#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "net/base/utf8.h"
#include "plugins/feed/feed_parser.h"
#include "tests/fuzz/require.h"

// A feed is any bytes. Every item is a JSON object on one line within its bounds, all text is UTF-8, and
// without items the links are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  const std::string input(reinterpret_cast<const char*>(data), size);
  for (const std::string_view type : {"application/rss+xml", "text/xml; charset=windows-1251"}) {
    const PageBytes bytes{.url = "https://example.com/feed", .content_type = type, .body = input};
    const auto page = FeedParser(true).parse(bytes);
    require(page.has_value());
    require(page->title.size() <= 4096 && is_valid_utf8(page->title) && is_valid_utf8(page->description));
    require(page->damage.find('\n') == std::string::npos);
    for (const Link& link : page->links) {
      require(link.text.size() <= 256 && is_valid_utf8(link.url) && is_valid_utf8(link.text));
    }
    for (const std::string& item : page->items) {
      require(item.find('\n') == std::string::npos);
      const auto entry = nlohmann::json::parse(item);
      require(entry["type"] == "entry" && entry["categories"].size() <= 64);
    }
    const auto links = FeedParser(false).parse(bytes);
    require(links->items.empty() && links->links.size() == page->links.size());
  }
  return 0;
}
