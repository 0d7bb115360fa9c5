#include "plugins/html/meta_refresh.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "net/http/url.h"

namespace gossamer {
namespace {

TEST(MetaRefresh, AgreesWithWebPlatformTests) {
  const std::filesystem::path path =
      std::filesystem::path(GOSSAMER_TEST_DATA) / "html/meta_refresh_cases.json";
  std::ifstream stream(path);
  if (!stream) GTEST_SKIP() << "no meta refresh cases: set GOSSAMER_TEST_DATA";

  const std::string page_url = "https://example.com/refresh.sub.html";
  const Result<Url> base = Url::parse(page_url);
  const nlohmann::json document = nlohmann::json::parse(stream);
  EXPECT_GT(document.at("cases").size(), 60u);
  for (const auto& test : document.at("cases")) {
    const auto input = test.at("input").get<std::string>();
    const auto refresh = parse_meta_refresh(input);
    const auto& expected = test.at("expected");
    ASSERT_EQ(refresh.has_value(), !expected.empty()) << input;
    if (!refresh.has_value()) continue;
    EXPECT_EQ(refresh->delay.count(), expected.at(0).get<int>()) << input;
    const Result<Url> url = Url::parse(refresh->url, *base);
    const Result<Url> expected_url = Url::parse(expected.at(1).get<std::string>(), *base);
    ASSERT_TRUE(url.has_value() && expected_url.has_value()) << input;
    EXPECT_EQ(url->href(), expected_url->href()) << input;
  }
}

TEST(MetaRefresh, AHugeDelayIsCutToADay) {
  const auto refresh = parse_meta_refresh("99999999999999999999999999; url=late");
  ASSERT_TRUE(refresh.has_value());
  EXPECT_EQ(refresh->delay, std::chrono::days(1));
  EXPECT_EQ(refresh->url, "late");
}

}  // namespace
}  // namespace gossamer
