#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/robots.h"
#include "tests/fuzz/require.h"

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

  // A byte order mark, another case of the agent's name and other line ends change nothing.
  const auto says_the_same = [&](std::string_view other_body, std::string_view agent) {
    const auto other = gossamer::RobotsRules::parse(other_body, agent);
    const auto other_verdict = other.check(path);
    return other_verdict.allowed == verdict.allowed && other_verdict.line == verdict.line &&
           other_verdict.rule == verdict.rule && other.asked_crawl_delay() == rules.asked_crawl_delay() &&
           other.sitemaps() == rules.sitemaps();
  };
  require(says_the_same(body, "fOO"));
  if (!body.starts_with('\xEF') && !body.starts_with('\xBB') && !body.starts_with('\xBF')) {
    require(says_the_same("\xEF\xBB\xBF" + std::string(body), "Foo"));
  }
  if (body.find('\r') == std::string_view::npos) {
    std::string with_cr(body);
    std::ranges::replace(with_cr, '\n', '\r');
    require(says_the_same(with_cr, "Foo"));
  }
  require(!rules.crawl_delay() || *rules.crawl_delay() <= gossamer::RobotsRules::kMaxCrawlDelay);
  return 0;
}
