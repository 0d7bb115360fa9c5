#include "net/http/url.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/conformance.h"

namespace gossamer {
namespace {

using Json = nlohmann::json;

Url parsed(std::string_view input) {
  auto url = Url::parse(input);
  EXPECT_TRUE(url) << input << ": " << url.error().message;
  return std::move(*url);
}

std::string resolved(std::string_view input, std::string_view base) {
  const auto url = Url::parse(input, parsed(base));
  return url ? std::string(url->href()) : "error: " + url.error().message;
}

// One case of web-platform-tests' urltestdata.json: "" if it passes, else what differs.
std::string difference(const Json& test) {
  const auto input = test["input"].get<std::string>();
  auto url = [&]() -> Result<Url> {
    if (test["base"].is_null()) return Url::parse(input);
    const auto base = Url::parse(test["base"].get<std::string>());
    return base ? Url::parse(input, *base) : base;
  }();
  if (test.contains("failure")) return url ? "parsed as " + std::string(url->href()) : "";
  if (!url) return "refused: " + url.error().message;
  std::string differences;
  const auto compare = [&](const char* part, std::string_view is) {
    if (!test.contains(part) || test[part] == is) return;
    differences +=
        std::string(part) + " is " + std::string(is) + ", not " + test[part].get<std::string>() + "; ";
  };
  compare("href", url->href());
  compare("origin", url->origin());
  compare("protocol", url->protocol());
  compare("username", url->username());
  compare("password", url->password());
  compare("host", url->host());
  compare("hostname", url->hostname());
  compare("port", url->port());
  compare("pathname", url->pathname());
  compare("search", url->search());
  compare("hash", url->hash());
  const auto again = Url::parse(url->href());
  if (!again) {
    differences += "its own href is refused: " + again.error().message;
  } else if (!(*again == *url)) {
    differences += "its own href becomes " + std::string(again->href());
  }
  return differences;
}

TEST(Url, PassesTheWebPlatformTests) {
  const auto tests = conformance_data("url/urltestdata.json");
  if (!tests) GTEST_SKIP() << "no url/urltestdata.json: set GOSSAMER_TEST_DATA";
  ConformanceSet set("URL");
  for (const auto& test : *tests) {
    if (!test.is_object()) continue;  // a heading
    set.check(test["input"].dump() + " at " + test["base"].dump(), difference(test));
  }
  set.finish(891);
}

TEST(Url, NamesItsParts) {
  const Url url = parsed("HTTPS://user:pa%20ss@Example.COM:8443/a/b?q=1#frag");
  EXPECT_EQ(url.href(), "https://user:pa%20ss@example.com:8443/a/b?q=1#frag");
  EXPECT_EQ(url.scheme(), "https");
  EXPECT_EQ(url.protocol(), "https:");
  EXPECT_EQ(url.username(), "user");
  EXPECT_EQ(url.password(), "pa%20ss");
  EXPECT_EQ(url.host(), "example.com:8443");
  EXPECT_EQ(url.hostname(), "example.com");
  EXPECT_EQ(url.port(), "8443");
  EXPECT_EQ(url.pathname(), "/a/b");
  EXPECT_EQ(url.search(), "?q=1");
  EXPECT_EQ(url.hash(), "#frag");
  EXPECT_EQ(url.effective_port(), 8443);
  EXPECT_EQ(url.origin(), "https://example.com:8443");
  EXPECT_EQ(url.request_target(), "/a/b?q=1");
  EXPECT_EQ(url.without_fragment(), "https://user:pa%20ss@example.com:8443/a/b?q=1");
}

TEST(Url, KnowsTheDefaultPorts) {
  EXPECT_EQ(parsed("http://h:80/").port(), "");
  EXPECT_EQ(parsed("http://h").effective_port(), 80);
  EXPECT_EQ(parsed("https://h").effective_port(), 443);
  EXPECT_EQ(parsed("https://h:80").effective_port(), 80);
  EXPECT_EQ(parsed("foo://h").effective_port(), 0);
}

TEST(Url, SaysWhatKindOfHostItHas) {
  EXPECT_EQ(parsed("http://a.example/").host_kind(), Url::HostKind::domain);
  EXPECT_EQ(parsed("http://0x7f.1/").host_kind(), Url::HostKind::ipv4);
  EXPECT_EQ(parsed("http://0x7f.1/").hostname(), "127.0.0.1");
  EXPECT_EQ(parsed("http://[::1]/").host_kind(), Url::HostKind::ipv6);
  EXPECT_EQ(parsed("file:///x").host_kind(), Url::HostKind::empty);
  EXPECT_EQ(parsed("mailto:x@y").host_kind(), Url::HostKind::none);
  EXPECT_EQ(parsed("foo://A").host_kind(), Url::HostKind::opaque);
  EXPECT_TRUE(parsed("mailto:x@y").has_opaque_path());
}

TEST(Url, ResolvesAgainstABase) {
  constexpr std::string_view kBase = "http://u:p@h.example:81/a/b/c?q#f";
  EXPECT_EQ(resolved("x.html", kBase), "http://u:p@h.example:81/a/b/x.html");
  EXPECT_EQ(resolved("../x", kBase), "http://u:p@h.example:81/a/x");
  EXPECT_EQ(resolved("../../../x/./y/..", kBase), "http://u:p@h.example:81/x/");
  EXPECT_EQ(resolved("%2E%2e/x", kBase), "http://u:p@h.example:81/a/x");
  EXPECT_EQ(resolved("/x?y#z", kBase), "http://u:p@h.example:81/x?y#z");
  EXPECT_EQ(resolved("//other/x", kBase), "http://other/x");
  EXPECT_EQ(resolved("?y", kBase), "http://u:p@h.example:81/a/b/c?y");
  EXPECT_EQ(resolved("#y", kBase), "http://u:p@h.example:81/a/b/c?q#y");
  EXPECT_EQ(resolved("", kBase), "http://u:p@h.example:81/a/b/c?q");
  EXPECT_EQ(resolved(" \n x\ty ", kBase), "http://u:p@h.example:81/a/b/xy");
  EXPECT_EQ(resolved("https:x", kBase), "https://x/");
  EXPECT_EQ(resolved("http:x", kBase), "http://u:p@h.example:81/a/b/x");
}

TEST(Url, KeepsPathAndHostApart) {
  EXPECT_EQ(parsed("foo:/.//bar").href(), "foo:/.//bar");
  EXPECT_EQ(parsed("foo:/.//bar").pathname(), "//bar");
  EXPECT_EQ(resolved("x", "foo:/.//bar/y"), "foo:/.//bar/x");
  EXPECT_EQ(resolved("/x", "foo:/.//bar/y"), "foo:/x");
  EXPECT_EQ(resolved("#x", "foo:/.//bar/y"), "foo:/.//bar/y#x");
}

TEST(Url, TakesIllFormedUtf8AsReplacementCharacters) {
  EXPECT_EQ(parsed("http://h/\xe9?\xff").href(), "http://h/%EF%BF%BD?%EF%BF%BD");
  EXPECT_EQ(parsed("http://h/\xc3\xa9").href(), "http://h/%C3%A9");
  EXPECT_FALSE(Url::parse("http://h\xe9/"));
}

TEST(Url, SpellsInternationalDomainsInAscii) {
  EXPECT_EQ(parsed("http://B\u00dccher.example/").hostname(), "xn--bcher-kva.example");
  EXPECT_EQ(parsed("http://fa\u00df.example/").hostname(), "xn--fa-hia.example");
  EXPECT_EQ(parsed("http://stra\u1E9Ee.example/").hostname(), "xn--strae-oqa.example");
  EXPECT_EQ(parsed("http://b%C3%BCcher\u3002example/").hostname(), "xn--bcher-kva.example");
  EXPECT_EQ(parsed("http://XN--bcher-KVA.example/").hostname(), "xn--bcher-kva.example");
  EXPECT_EQ(parsed("http://xn--a/").hostname(), "xn--a");
  EXPECT_FALSE(Url::parse("http://\u00fc.xn--a/"));
  EXPECT_FALSE(Url::parse("http://\u00ad/"));
}

TEST(Url, SaysWhatIsWrong) {
  const auto message = [](std::string_view input) { return Url::parse(input).error().message; };
  EXPECT_EQ(message("foo"), "it has no scheme, and there is no base URL");
  EXPECT_EQ(message("http://"), "there is no host");
  EXPECT_EQ(message("http://u@/"), "there is no host after the '@'");
  EXPECT_EQ(message("http://h:99999/"), "the port is larger than 65535");
  EXPECT_EQ(message("http://h:8o/"), "the port is not a number");
  EXPECT_EQ(message("http://1.2.3.4.5/"), "the host ends in a number but is no IPv4 address");
  EXPECT_EQ(message("http://[::1/"), "the host opens an IPv6 address with '[' but does not close it");
  EXPECT_EQ(message("http://a b/"), "the host has a character no domain may have");
  EXPECT_EQ(Url::parse("http://").error().error_class, ErrorClass::invalid_input);
}

TEST(Url, RefusesAbsurdLength) {
  EXPECT_FALSE(Url::parse("http://h/" + std::string(Url::kMaxLength, 'a')));
  const auto longest = Url::parse("http://h/" + std::string(Url::kMaxLength - 9, 'a'));
  ASSERT_TRUE(longest);
  EXPECT_FALSE(Url::parse("x", *longest));
  std::string label;
  while (label.size() < 5000) label += "\u00fc";
  EXPECT_FALSE(Url::parse("http://" + label + "/"));
}

}  // namespace
}  // namespace gossamer
