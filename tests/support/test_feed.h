#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/feed/feed_parser.h"

namespace gossamer::testing {

// A feed at https://example.com/f/feed.xml and the bytes its views need.
struct TestFeed {
  explicit TestFeed(std::string xml, std::string content_type = "application/xml")
      : body(std::move(xml)), type(std::move(content_type)) {
    auto result =
        FeedParser(true).parse({.url = "https://example.com/f/feed.xml", .content_type = type, .body = body});
    if (result) page = std::move(*result);
  }
  TestFeed(const TestFeed&) = delete;
  TestFeed& operator=(const TestFeed&) = delete;

  nlohmann::json item(std::size_t i) const {
    return i < page.items.size() ? nlohmann::json::parse(page.items[i]) : nlohmann::json();
  }

  // "rel url" of each link.
  std::vector<std::string> links() const {
    std::vector<std::string> found;
    for (const Link& link : page.links) found.push_back(std::string(link.rel) + " " + std::string(link.url));
    return found;
  }

  std::string body;
  std::string type;
  ParsedPage page;
};

}  // namespace gossamer::testing
