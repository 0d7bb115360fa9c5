#include "net/http/canonical_url.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "tests/support/conformance.h"

namespace gossamer {
namespace {

std::string canonical(std::string_view input) {
  const auto url = Url::parse(input);
  return url ? canonical_url(*url) : "error: " + url.error().message;
}

TEST(CanonicalUrl, DropsWhatTheServerNeverSees) {
  EXPECT_EQ(canonical("http://h/a#b"), "http://h/a");
  EXPECT_EQ(canonical("http://h/a?"), "http://h/a");
  EXPECT_EQ(canonical("http://h/a?#"), "http://h/a");
  EXPECT_EQ(canonical("http://user:secret@h/a"), "http://h/a");
}

TEST(CanonicalUrl, SpellsTheHostOneWay) {
  EXPECT_EQ(canonical("HTTP://EXAMPLE.com:80"), "http://example.com/");
  EXPECT_EQ(canonical("https://example.com:443/"), "https://example.com/");
  EXPECT_EQ(canonical("https://example.com:8443/"), "https://example.com:8443/");
  EXPECT_EQ(canonical("http://example.com./x"), "http://example.com/x");
  EXPECT_EQ(canonical("http://example.com.:81/x"), "http://example.com:81/x");
  EXPECT_EQ(canonical("http://0x7f.1/"), "http://127.0.0.1/");
}

TEST(CanonicalUrl, NeverMakesAnAddressOfAName) {
  EXPECT_EQ(canonical("http://127.1../"), "http://127.1../");
  EXPECT_EQ(canonical("http://./"), "http://./");
}

TEST(CanonicalUrl, SpellsEscapesOneWay) {
  EXPECT_EQ(canonical("http://h/%7euser/%61%2d%5f%2E?%41=%c3%a9%2f"), "http://h/~user/a-_.?A=%C3%A9%2F");
  EXPECT_EQ(canonical("http://h/a/%2e%2E/b/./c"), "http://h/b/c");
  EXPECT_EQ(canonical("http://h/a%2fb"), "http://h/a%2Fb");
  EXPECT_EQ(canonical("http://h/%252e"), "http://h/%252e");
}

TEST(CanonicalUrl, CompletesNoBrokenEscape) {
  EXPECT_EQ(canonical("http://h/%%32e"), "http://h/%%32e");
  EXPECT_EQ(canonical("http://h/%4%31"), "http://h/%4%31");
  EXPECT_EQ(canonical("http://h/100%&%61"), "http://h/100%&%61");
  EXPECT_EQ(canonical("http://h/100%&&%61"), "http://h/100%&&a");
}

TEST(CanonicalUrl, KeepsWhatMayMatter) {
  EXPECT_EQ(canonical("http://h/A//b/?z=1&a=2&a"), "http://h/A//b/?z=1&a=2&a");
  EXPECT_EQ(canonical("http://www.h.example/index.html"), "http://www.h.example/index.html");
}

TEST(CanonicalUrl, OnlyCutsTheFragmentOfOtherSchemes) {
  EXPECT_EQ(canonical("mailto:%61@b.example#c"), "mailto:%61@b.example");
}

TEST(CanonicalUrl, OfTheWebPlatformTestsIsIdempotentAndStaysTheSamePlace) {
  const auto tests = conformance_data("url/urltestdata.json");
  if (!tests) GTEST_SKIP() << "no url/urltestdata.json: set GOSSAMER_TEST_DATA";
  std::size_t urls = 0;
  for (const auto& test : *tests) {
    if (!test.is_object() || !test.contains("href")) continue;
    ++urls;
    const Url url = *Url::parse(test["href"].get<std::string>());
    const auto again = Url::parse(canonical_url(url));
    ASSERT_TRUE(again) << url.href();
    EXPECT_EQ(canonical_url(*again), canonical_url(url)) << url.href();
    if (!url.is_http()) continue;
    EXPECT_EQ(again->href(), canonical_url(url));
    EXPECT_EQ(again->scheme(), url.scheme());
    EXPECT_EQ(again->effective_port(), url.effective_port()) << url.href();
    EXPECT_EQ(again->host_kind(), url.host_kind()) << url.href();
  }
  EXPECT_GT(urls, 500U);
}

// Strings made of the pieces that matter, from a fixed seed.
TEST(CanonicalUrl, IsIdempotent) {
  constexpr std::string_view kPieces[] = {"%",  "%2", "%2e", "%2E", "%61", "%C3", "%c3%a9", "/",
                                          "//", ".",  "..",  "\\",  "?",   "#",   "a",      "e",
                                          "2",  "é",  " ",   "&",   "=",   ":",   "@",      "'"};
  constexpr std::string_view kHosts[] = {"http://h",           "http://h.",      "https://a..",
                                         "http://1.2.3",       "http://1..",     "http://[::1]:80",
                                         "https://é.example.", "http://u:p@h:81"};
  std::mt19937 random(1);
  for (int i = 0; i < 200'000; ++i) {
    std::string input(kHosts[random() % std::size(kHosts)]);
    input += '/';
    for (auto pieces = random() % 10; pieces > 0; --pieces) input += kPieces[random() % std::size(kPieces)];
    const std::string once = canonical(input);
    ASSERT_FALSE(once.starts_with("error")) << input << ": " << once;
    ASSERT_EQ(canonical(once), once) << input;
  }
}

}  // namespace
}  // namespace gossamer
