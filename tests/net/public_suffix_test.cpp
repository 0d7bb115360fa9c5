#include "net/http/public_suffix.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "net/http/url.h"
#include "tests/support/conformance.h"

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
  const auto tests = conformance_data("cookies/psl_cases.json");
  if (!tests) GTEST_SKIP() << "no cookies/psl_cases.json: set GOSSAMER_TEST_DATA";
  const auto ascii_host = [](const nlohmann::json& name) -> std::string {
    if (name.is_null()) return "";
    const auto url = Url::parse("http://" + name.get<std::string>());
    return url ? std::string(url->hostname()) : "";
  };
  ConformanceSet set("Registrable domain");
  for (const auto& test : *tests) {
    const std::string host = ascii_host(test["host"]);
    const std::string_view found = registrable_domain(host);
    set.check(test["host"].dump(),
              found == ascii_host(test["registrable"]) ? "" : "is " + std::string(found));
  }
  set.finish(78);
}

}  // namespace
}  // namespace gossamer
