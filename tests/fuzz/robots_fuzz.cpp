#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crawler/robots.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Input: path, newline, robots.txt.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const std::string_view path = input.substr(0, newline);
  const std::string_view body = input.substr(std::min(newline + 1, input.size()));
  const auto rules = gossamer::RobotsRules::parse(body, "Foo");
  const auto verdict = rules.check(path);
  require(verdict.allowed || verdict.line.has_value());
  require(verdict.line.has_value() != verdict.rule.empty());
  require(!verdict.line || (*verdict.line >= 1 && *verdict.line <= std::ranges::count_if(body, [](char c) {
                                                                     return c == '\n' || c == '\r';
                                                                   }) + 1));
  require(rules.check("/robots.txt").allowed);
  require(!rules.crawl_delay() || *rules.crawl_delay() <= gossamer::RobotsRules::kMaxCrawlDelay);
  return 0;
}
