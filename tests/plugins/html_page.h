#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plugins/html/html_parser.h"

namespace gossamer {

// A page and the bytes its views need.
struct TestPage {
  explicit TestPage(std::string html, std::string content_type = "text/html; charset=utf-8")
      : body(std::move(html)), type(std::move(content_type)) {
    auto result = HtmlParser().parse({"https://example.com/", type, body});
    if (result) page = std::move(*result);
    ok = result.has_value();
  }
  TestPage(const TestPage&) = delete;
  TestPage& operator=(const TestPage&) = delete;

  // "tag url" of each link.
  std::vector<std::string> links() const {
    std::vector<std::string> found;
    for (const Link& link : page.links)
      found.push_back(std::string(to_string(link.tag)) + " " + std::string(link.url));
    return found;
  }

  std::string body;
  std::string type;
  ParsedPage page;
  bool ok = false;
};

inline std::vector<std::string> links_of(std::string html) { return TestPage(std::move(html)).links(); }

inline std::string text_of_link(std::string html) {
  const TestPage test(std::move(html));
  return test.page.links.empty() ? "no link" : std::string(test.page.links.front().text);
}

inline std::string title_of(std::string html) { return std::string(TestPage(std::move(html)).page.title); }

}  // namespace gossamer
