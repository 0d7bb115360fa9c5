#include "net/http/cookie_jar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/http/url.h"
#include "tests/support/conformance.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using Changes = std::vector<CookieJar::Change>;

constexpr CookieTime kNow = sys_days{2026y / 6 / 15};

Url url(std::string_view text) { return Url::parse(text).value(); }

// A jar, and a clock that ticks with each cookie.
struct Browser {
  CookieJar jar;
  CookieTime now = kNow;
  Changes changes{};

  Browser() = default;
  explicit Browser(const CookieJar::Options& options) : jar(options) {}
  void set(std::string_view at, std::string_view cookie) { jar.set(url(at), cookie, now += 1us, changes); }
  std::string sent(std::string_view to) const { return jar.header_for(url(to), now); }
};

// What the origin of `at` sends back after one cookie.
std::string echo(std::string_view at, std::string_view cookie, std::string_view to) {
  Browser browser;
  browser.set(at, cookie);
  return browser.sent(to);
}

TEST(CookieJar, IsEmptyAtFirst) {
  const Browser browser;
  EXPECT_EQ(browser.sent("http://a.test/"), "");
}

TEST(CookieJar, ACookieComesBackToItsHostAlone) {
  Browser browser;
  browser.set("http://www.a.test/x", "sid=31d4");
  EXPECT_EQ(browser.sent("http://www.a.test/"), "sid=31d4");
  EXPECT_EQ(browser.sent("https://WWW.a.test:8443/y?z"), "sid=31d4") << "ports and schemes do not matter";
  EXPECT_EQ(browser.sent("http://www.a.test./"), "sid=31d4");
  EXPECT_EQ(browser.sent("http://a.test/"), "");
  EXPECT_EQ(browser.sent("http://x.www.a.test/"), "");
  EXPECT_EQ(browser.sent("http://b.test/"), "");
}

TEST(CookieJar, DomainTakesTheNamesBelow) {
  for (const auto* domain : {"a.test", ".a.test", "A.Test"}) {
    Browser browser;
    browser.set("http://www.a.test/", std::string("k=v; Domain=") + domain);
    EXPECT_EQ(browser.sent("http://a.test/"), "k=v") << domain;
    EXPECT_EQ(browser.sent("http://x.y.a.test/"), "k=v") << domain;
    EXPECT_EQ(browser.sent("http://ba.test/"), "") << domain;
  }
}

TEST(CookieJar, ADomainMustBeTheHostsOwn) {
  for (const auto* domain : {"b.test", "x.www.a.test", "ww.a.test", "test", "a.test.", "..a.test"}) {
    EXPECT_EQ(echo("http://www.a.test/", std::string("k=v; Domain=") + domain, "http://www.a.test/"), "")
        << domain;
  }
  EXPECT_EQ(echo("http://a.test/", "k=v; Domain=", "http://a.test/"), "k=v") << "an empty one is none";
  EXPECT_EQ(echo("http://a.test/", "k=v; Domain=b.test; Domain=a.test", "http://a.test/"), "k=v")
      << "the last counts";
}

TEST(CookieJar, PublicSuffixesAreNobodys) {
  for (const auto* domain : {"co.uk", "uk"})
    EXPECT_EQ(echo("http://a.co.uk/", std::string("k=v; Domain=") + domain, "http://a.co.uk/"), "") << domain;
  EXPECT_EQ(echo("http://alice.github.io/", "k=v; Domain=github.io", "http://bob.github.io/"), "");
  Browser browser;
  browser.set("http://github.io/", "k=v; Domain=github.io");
  EXPECT_EQ(browser.sent("http://github.io/"), "k=v") << "the suffix itself is a host";
  EXPECT_EQ(browser.sent("http://bob.github.io/"), "");
}

TEST(CookieJar, AddressesMatchWhole) {
  EXPECT_EQ(echo("http://127.0.0.1/", "k=v; Domain=127.0.0.1", "http://127.0.0.1:81/"), "k=v");
  EXPECT_EQ(echo("http://127.0.0.1/", "k=v; Domain=0.0.1", "http://127.0.0.1/"), "");
  EXPECT_EQ(echo("http://[::1]/", "k=v", "http://[::1]/"), "k=v");
  EXPECT_EQ(echo("http://localhost/", "k=v; Domain=localhost", "http://localhost:3000/"), "k=v");
}

TEST(CookieJar, PathsMatchBySegment) {
  Browser browser;
  browser.set("http://a.test/docs/x", "p=1; Path=/docs");
  for (const auto* to : {"/docs", "/docs/", "/docs/a/b", "/docs?q"})
    EXPECT_EQ(browser.sent(std::string("http://a.test") + to), "p=1") << to;
  for (const auto* to : {"/", "/doc", "/docs2", "/Docs"})
    EXPECT_EQ(browser.sent(std::string("http://a.test") + to), "") << to;
}

TEST(CookieJar, TheDefaultPathIsTheDirectory) {
  EXPECT_EQ(echo("http://a.test/docs/x", "k=v", "http://a.test/docs"), "k=v");
  EXPECT_EQ(echo("http://a.test/docs/x", "k=v", "http://a.test/"), "");
  EXPECT_EQ(echo("http://a.test/docs", "k=v", "http://a.test/"), "k=v");
  EXPECT_EQ(echo("http://a.test/docs/x", "k=v; Path=x", "http://a.test/docs/y"), "k=v")
      << "a relative path is none";
  EXPECT_EQ(echo("http://a.test/docs/x", "k=v; Path=/; Path=", "http://a.test/"), "") << "the last counts";
}

TEST(CookieJar, LongerPathsComeFirstThenOlderCookies) {
  Browser browser;
  browser.set("http://a.test/", "a=1");
  browser.set("http://a.test/", "c=3; Path=/x/y");
  browser.set("http://a.test/", "b=2");
  browser.set("http://a.test/", "d=4; Path=/x/y");
  browser.set("http://a.test/", "a=5");
  EXPECT_EQ(browser.sent("http://a.test/x/y/z"), "c=3; d=4; a=5; b=2")
      << "a kept its age when it was replaced";
}

TEST(CookieJar, SecureCookiesNeedTls) {
  EXPECT_EQ(echo("https://a.test/", "k=v; Secure", "http://a.test/"), "");
  EXPECT_EQ(echo("https://a.test/", "k=v; secure", "https://a.test/"), "k=v");
  EXPECT_EQ(echo("http://a.test/", "k=v; Secure", "https://a.test/"), "") << "set without TLS";
  Browser browser;
  browser.set("https://a.test/", "k=tls; Secure; Domain=a.test; Path=/x");
  browser.set("http://www.a.test/x/y", "k=plain");
  browser.set("http://www.a.test/x/y", "other=plain");
  EXPECT_EQ(browser.sent("https://www.a.test/x/y"), "k=tls; other=plain") << "plain HTTP overlays nothing";
  browser.set("http://www.a.test/", "k=elsewhere; Path=/");
  EXPECT_EQ(browser.sent("http://www.a.test/"), "k=elsewhere") << "a path the secure one is not sent to";
}

TEST(CookieJar, NamePrefixesKeepTheirPromise) {
  const auto kept = [](std::string_view cookie) {
    return !echo("https://a.test/", cookie, "https://a.test/").empty();
  };
  EXPECT_TRUE(kept("__Secure-k=v; Secure; Domain=a.test"));
  EXPECT_FALSE(kept("__Secure-k=v"));
  EXPECT_TRUE(kept("__Host-k=v; Secure; Path=/"));
  EXPECT_FALSE(kept("__Host-k=v; Secure")) << "the path must be said";
  EXPECT_FALSE(kept("__Host-k=v; Path=/"));
  EXPECT_FALSE(kept("__Host-k=v; Secure; Path=/; Domain=a.test"));
  EXPECT_FALSE(kept("__hOsT-k=v; Path=/")) << "in any case";
  EXPECT_FALSE(kept("=__Host-k=v; Secure; Path=/")) << "also of nameless cookies";
}

TEST(CookieJar, CookiesExpire) {
  Browser browser;
  browser.set("http://a.test/", "a=1; Max-Age=10");
  browser.set("http://a.test/", "b=2; Expires=Mon, 15 Jun 2026 00:00:20 GMT");
  browser.set("http://a.test/", "c=3; Expires=Mon, 15 Jun 2026 00:00:05 GMT; Max-Age=20");
  browser.set("http://a.test/", "d=4");
  EXPECT_EQ(browser.sent("http://a.test/"), "a=1; b=2; c=3; d=4");
  browser.now = kNow + 11s;
  EXPECT_EQ(browser.sent("http://a.test/"), "b=2; c=3; d=4") << "Max-Age wins over Expires";
  browser.now = kNow + std::chrono::days(10000);
  EXPECT_EQ(browser.sent("http://a.test/"), "d=4");
}

TEST(CookieJar, NoCookieLivesLongerThan400Days) {
  Browser browser;
  browser.set("http://a.test/", "a=1; Max-Age=99999999999999999999");
  browser.set("http://a.test/", "b=2; Expires=Fri, 01 Jan 9999 00:00:00 GMT");
  for (const auto& change : browser.changes) EXPECT_LE(*change.cookie.expires, browser.now + kMaxCookieLife);
  EXPECT_EQ(browser.sent("http://a.test/"), "a=1; b=2");
}

TEST(CookieJar, APastDateTakesACookieAway) {
  for (const auto* expiry : {"Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"}) {
    Browser browser;
    browser.set("http://a.test/", "k=v");
    browser.changes.clear();
    browser.set("http://a.test/", std::string("k=; ") + expiry);
    EXPECT_EQ(browser.sent("http://a.test/"), "") << expiry;
    ASSERT_EQ(browser.changes.size(), 1U);
    EXPECT_TRUE(browser.changes[0].removed);
    EXPECT_EQ(browser.changes[0].cookie.name, "k");
    EXPECT_EQ(browser.jar.memory_bytes(), 0U);
  }
}

TEST(CookieJar, ChangesAreToldOnce) {
  Browser browser;
  browser.set("http://a.test/", "k=v");
  browser.set("http://a.test/", "k=v");
  browser.set("http://a.test/", "k=w; HttpOnly");
  browser.set("http://a.test/", "gone=1; Max-Age=0");
  ASSERT_EQ(browser.changes.size(), 2U);
  EXPECT_EQ(browser.changes[1].cookie.value, "w");
  EXPECT_TRUE(browser.changes[1].cookie.http_only);
  EXPECT_EQ(browser.changes[1].cookie.created_at, browser.changes[0].cookie.created_at);
}

TEST(CookieJar, ComesBackAsItWas) {
  Browser browser;
  browser.set("https://www.a.test/x", "b=2; Secure; Domain=a.test; Max-Age=100");
  browser.set("https://www.a.test/x", "a=1; Path=/");
  Browser again;
  for (const auto& change : browser.changes) again.jar.restore(change.cookie);
  again.now = browser.now;
  EXPECT_EQ(again.sent("https://www.a.test/"), browser.sent("https://www.a.test/"));
  EXPECT_EQ(again.jar.cookies(), browser.jar.cookies());
  EXPECT_EQ(again.jar.memory_bytes(), browser.jar.memory_bytes());
}

TEST(CookieJar, ASiteHasSoManyCookies) {
  Browser browser({.per_site = 3});
  browser.set("http://a.a.test/", "c1=1");
  browser.set("http://b.a.test/", "c2=2; Max-Age=1; Domain=a.test");
  browser.set("http://b.a.test/", "c3=3; Domain=a.test");
  browser.set("http://other.test/", "x=1");
  browser.now += 2s;
  browser.changes.clear();
  browser.set("http://c.a.test/", "c4=4; Domain=a.test");
  ASSERT_EQ(browser.changes.size(), 2U);
  EXPECT_EQ(browser.changes[1].cookie.name, "c2") << "expired ones go first";
  browser.set("http://c.a.test/", "c5=5; Domain=a.test");
  EXPECT_EQ(browser.sent("http://a.a.test/"), "c3=3; c4=4; c5=5") << "then the oldest";
  EXPECT_EQ(browser.sent("http://other.test/"), "x=1");
}

TEST(CookieJar, AllTogetherHaveSoMuchMemory) {
  Browser browser({.memory = 10'000});
  for (int i = 0; i < 100; ++i)
    browser.set("http://h" + std::to_string(i) + ".test/", "k=" + std::string(700, 'x'));
  EXPECT_LE(browser.jar.memory_bytes(), 10'000U);
  EXPECT_EQ(browser.jar.cookies().size(), 10U);
  EXPECT_EQ(browser.sent("http://h89.test/"), "");
  EXPECT_NE(browser.sent("http://h90.test/"), "");
}

TEST(CookieJar, WhatIsTooLongOrNoTextIsRefused) {
  EXPECT_NE(echo("http://a.test/", "k=" + std::string(4095, 'x'), "http://a.test/"), "");
  EXPECT_EQ(echo("http://a.test/", "k=" + std::string(4096, 'x'), "http://a.test/"), "");
  EXPECT_EQ(echo("http://a.test/x/y", "k=v; Path=/" + std::string(1024, 'x'), "http://a.test/x/"), "k=v")
      << "an attribute that is too long is none";
  using namespace std::string_view_literals;
  for (const auto cookie : {"k=v\0"sv, "k=v\r\nX: y"sv, "k\x7f=v"sv, "k=v; Path=/\x01"sv})
    EXPECT_EQ(echo("http://a.test/", cookie, "http://a.test/"), "");
  EXPECT_EQ(echo("http://a.test/", "k=a\tb", "http://a.test/"), "k=a\tb");
}

TEST(CookieJar, OnlyHttpHasCookies) {
  EXPECT_EQ(echo("ftp://a.test/", "k=v", "http://a.test/"), "");
  EXPECT_EQ(echo("http://a.test/", "k=v", "ftp://a.test/"), "");
}

TEST(CookieDate, ReadsWhatBrowsersRead) {
  const auto expected = sys_days{2015y / 10 / 21} + 7h + 28min + 9s;
  for (const auto* text : {"Wed, 21 Oct 2015 07:28:09 GMT", "Wednesday, 21-Oct-15 07:28:09 GMT",
                           "Wed Oct 21 07:28:09 2015", "21 oct 2015 7:28:9", "2015 21 October 07:28:09",
                           "07:28:09z 21th OCTOBERFEST 2015x", "x;21/Oct/15;07:28:09"}) {
    EXPECT_EQ(parse_cookie_date(text), expected) << text;
  }
  EXPECT_EQ(parse_cookie_date("1 Jan 69 00:00:00"), sys_days{2069y / 1 / 1});
  EXPECT_EQ(parse_cookie_date("1 Jan 70 00:00:00"), sys_days{1970y / 1 / 1});
  EXPECT_EQ(parse_cookie_date("29 Feb 2024 00:00:00"), sys_days{2024y / 2 / 29});
}

TEST(CookieDate, RefusesWhatIsNone) {
  for (const auto* text :
       {"", "tomorrow", "21 Oct 2015", "Oct 2015 07:28:09", "21 2015 07:28:09", "21 Oct 07:28:09",
        "32 Oct 2015 07:28:09", "30 Feb 2015 07:28:09", "29 Feb 2023 00:00:00", "0 Oct 2015 07:28:09",
        "21 Oct 1600 07:28:09", "21 Oct 2015 24:00:00", "21 Oct 2015 00:60:00", "21 Oct 2015 00:00:60",
        "21 Oct 20155 07:28:09", "21 Oct 2015 007:28:09"}) {
    EXPECT_EQ(parse_cookie_date(text), std::nullopt) << text;
  }
}

// The cookies of web-platform-tests, as their pages see them.
TEST(CookieJar, PassesTheWebPlatformTests) {
  const auto tests = conformance_data("cookies/wpt_cookie_cases.json");
  if (!tests) GTEST_SKIP() << "no cookies/wpt_cookie_cases.json: set GOSSAMER_TEST_DATA";
  ConformanceSet set("Cookies");
  for (const auto& test : tests->at("set_cookie")) {
    Browser browser;
    const auto& cookies = test["cookie"];
    for (const auto& cookie : cookies.is_array() ? cookies : nlohmann::json::array({cookies}))
      browser.set("http://wpt.test/cookies/x.html", cookie.get<std::string>());
    const std::string sent = browser.sent("http://wpt.test/cookies/x.html");
    set.check(test["name"].get<std::string>(),
              sent == test["expected"].get<std::string>() ? "" : "sent " + sent);
  }
  for (const auto& test : tests->at("path_match")) {
    const std::string at = "http://wpt.test" + test["request_path"].get<std::string>();
    const std::string cookie = "k=v; Path=" + test["path"].get<std::string>();
    const bool matches = !echo(at, cookie, at).empty();
    set.check(test.dump(), matches == test["match"].get<bool>() ? "" : "the opposite");
  }
  set.finish(38);
}

}  // namespace
}  // namespace gossamer
