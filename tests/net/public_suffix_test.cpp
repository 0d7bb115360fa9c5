#include "net/http/public_suffix.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "net/http/url.h"

namespace gossamer {
namespace {

TEST(RegistrableDomain, IsOneLabelBelowThePublicSuffix) {
  EXPECT_EQ(registrable_domain("example.com"), "example.com");
  EXPECT_EQ(registrable_domain("a.b.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("www.example.com."), "example.com");
  EXPECT_EQ(registrable_domain("someone.github.io"), "someone.github.io");
}

TEST(RegistrableDomain, IsEmptyForWhatHasNone) {
  for (const auto* host :
       {"", ".", "com", "co.uk", "localhost", "127.0.0.1", "[::1]", ".example.com", "a.."}) {
    EXPECT_EQ(registrable_domain(host), "") << host;
  }
}

TEST(RegistrableDomain, PassesThePublicSuffixListsTests) {
  std::ifstream file(std::string(GOSSAMER_TEST_DATA) + "/cookies/psl_cases.json");
  if (!file) GTEST_SKIP() << "no cookies/psl_cases.json under GOSSAMER_TEST_DATA (" GOSSAMER_TEST_DATA ")";
  const auto ascii_host = [](const nlohmann::json& name) -> std::string {
    if (name.is_null()) return "";
    const auto url = Url::parse("http://" + name.get<std::string>());
    return url ? std::string(url->hostname()) : "";
  };
  const auto tests = nlohmann::json::parse(file);
  for (const auto& test : tests) {
    EXPECT_EQ(registrable_domain(ascii_host(test["host"])), ascii_host(test["registrable"])) << test;
  }
  EXPECT_GE(tests.size(), 70U);
}

}  // namespace
}  // namespace gossamer
