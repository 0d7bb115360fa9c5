#include "plugins/html/meta_refresh.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "net/http/url.h"
#include "tests/support/conformance.h"

namespace gossamer {
namespace {

// A refresh with its URL resolved, as "SECONDS URL"; "none" for a content that asks for nothing.
std::string resolved(bool asks, long seconds, std::string_view url) {
  if (!asks) return "none";
  const Url base = *Url::parse("https://example.com/refresh.sub.html");
  const Result<Url> target = Url::parse(url, base);
  return fmt::format("{} {}", seconds, target ? target->href() : "no URL");
}

TEST(MetaRefresh, PassesTheWebPlatformTests) {
  const auto document = conformance_data("html/meta_refresh_cases.json");
  if (!document) GTEST_SKIP() << "no html/meta_refresh_cases.json: set GOSSAMER_TEST_DATA";
  ConformanceSet set("Meta refresh");
  for (const auto& test : document->at("cases")) {
    const auto input = test.at("input").get<std::string>();
    const auto refresh = parse_meta_refresh(input);
    const auto& expected = test.at("expected");
    const std::string found =
        refresh ? resolved(true, refresh->delay.count(), refresh->url) : resolved(false, 0, "");
    const std::string wanted =
        expected.empty() ? resolved(false, 0, "")
                         : resolved(true, expected.at(0).get<long>(), expected.at(1).get<std::string>());
    set.check(test.at("input").dump(), found == wanted ? "" : found + ", not " + wanted);
  }
  set.finish(69);
}

TEST(MetaRefresh, AHugeDelayIsCutToADay) {
  const auto refresh = parse_meta_refresh("99999999999999999999999999; url=late");
  ASSERT_TRUE(refresh.has_value());
  EXPECT_EQ(refresh->delay, std::chrono::days(1));
  EXPECT_EQ(refresh->url, "late");
}

}  // namespace
}  // namespace gossamer
