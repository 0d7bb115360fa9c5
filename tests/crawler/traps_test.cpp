#include "crawler/traps.h"

#include <chrono>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace gossamer {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr sys_days kToday{2026y / 6 / 15};

Traps traps_with(const std::vector<std::string>& settings) {
  return {TrapLimits::parse(settings).value(), kToday};
}

// The rule that refuses http://a.test + `target`, "" if none does.
std::string refusal(Traps& traps, const std::string& target) {
  const std::string url = "http://a.test" + target;
  return std::string(traps.refuses(UrlParts(url)).value_or(""));
}
std::string refusal(const std::string& target) {
  Traps traps = traps_with({});
  return refusal(traps, target);
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Traps, OrdinaryUrlsPass) {
  for (const std::string target :
       {"/", "/index.html", "/2019/05/17/a-post/", "/a/a/a", "/en/docs/en/guide/en", "/a/b/a/b",
        "/tiles/0/0/0/0/0/0.png", "/00/00/00/00/00/12.jpg", "/ab/ab/ab/ab/ab/x", "/?year=2026&month=7",
        "/events/2027-01-31/", "/archive/1851-09-18", "/article.pl?sid=123", "/x?s=search+words",
        "/x?sid=news", "/item;v=2/b", "/wiki/Foo_(S)", "/web/2003/http://b.test/a"}) {
    EXPECT_EQ(refusal(target), "") << target;
  }
}

TEST(Traps, UrlLength) {
  const Traps traps = traps_with({"url-length=20"});
  EXPECT_EQ(traps.refuses_length("http://a.test/123456"), std::nullopt);
  EXPECT_EQ(traps.refuses_length("http://a.test/1234567"), "url-length 20");
  EXPECT_EQ(traps_with({"url-length=off"}).refuses_length(std::string(1 << 20, 'x')), std::nullopt);
}

TEST(Traps, PathDepth) {
  std::string path;
  for (int i = 1; i <= 32; ++i) path += fmt::format("/s{}", i);
  EXPECT_EQ(refusal(path), "");
  EXPECT_EQ(refusal(path + "?a/b/c"), "") << "slashes of the query are not of the path";
  EXPECT_EQ(refusal(path + "/s33"), "path-depth 32");
}

TEST(Traps, RepeatedSegments) {
  EXPECT_EQ(refusal("/xx/x/xx/y/xx/z"), "");
  EXPECT_EQ(refusal("/xx/x/xx/y/xx/z/xx"), "repeated-segments 3") << "one segment too often";
  EXPECT_EQ(refusal("/news/news/news/news/"), "repeated-segments 3");
  EXPECT_EQ(refusal("/start/img/css/img/css/img/css"), "repeated-segments 3") << "a group in a row";
  EXPECT_EQ(refusal("/x1/y1/z1/x1/y1/z1/x1/y1"), "") << "twice and a bit";
  EXPECT_EQ(refusal("/x1/y1/z1/x1/y1/z1/x1/y1/z1"), "repeated-segments 3");
  EXPECT_EQ(refusal("/a////b"), "") << "three empty segments";
  EXPECT_EQ(refusal("/a/////b"), "repeated-segments 3");
  Traps lenient = traps_with({"repeated-segments=10"});
  EXPECT_EQ(refusal(lenient, repeat("/news", 10)), "");
  EXPECT_EQ(refusal(lenient, repeat("/news", 11)), "repeated-segments 10");
  Traps strict = traps_with({"repeated-segments=1"});
  EXPECT_EQ(refusal(strict, "/xx/yy/x2/y2"), "");
  EXPECT_EQ(refusal(strict, "/xx/yy/xx"), "repeated-segments 1");
  Traps off = traps_with({"repeated-segments=off", "path-depth=0"});
  EXPECT_EQ(refusal(off, repeat("/news", 500)), "");
}

TEST(Traps, QueriesPerPath) {
  Traps traps = traps_with({"queries-per-path=2"});
  EXPECT_EQ(refusal(traps, "/list"), "");
  EXPECT_EQ(refusal(traps, "/list?a"), "");
  EXPECT_EQ(refusal(traps, "/list?b"), "");
  EXPECT_EQ(refusal(traps, "/list?c"), "queries-per-path 2");
  EXPECT_EQ(refusal(traps, "/other?c"), "") << "another path has its own count";
  EXPECT_EQ(traps.refuses(UrlParts("http://b.test/list?c")), std::nullopt) << "and so has another host";
}

TEST(Traps, CountsComeBackWithTheUrlsTaken) {
  Traps traps = traps_with({"queries-per-path=2", "session-id=1"});
  const std::string session = "/a?PHPSESSID=1";
  for (const std::string target : {"/list?a", "/list?b", "/plain", session.c_str()})
    traps.observe("http://a.test" + target);
  EXPECT_EQ(refusal(traps, "/list?c"), "queries-per-path 2");
  EXPECT_EQ(refusal(traps, "/a?PHPSESSID=2"), "session-id 1");
}

TEST(Traps, CalendarsEndInTheFuture) {
  for (const std::string format :
       {"/{}/05/", "/cal/{}/05", "/{}/05/17/x", "/x/{}-05-17", "/x-{}-05-17.html", "/?date={}-05-17",
        "/?d={}-05-17T10", "/?year={}&month=5", "/?calMonth=05&calYear={}", "/?date={}0517",
        "/calendar/{}-05", "/?month={}-05"}) {
    const auto with = [&](int year) { return refusal(fmt::format(fmt::runtime(format), year)); };
    EXPECT_EQ(with(2026), "") << format;
    EXPECT_EQ(with(2036), "") << format;
    EXPECT_EQ(with(2037), "calendar 10") << format;
    EXPECT_EQ(with(2135), "calendar 10") << format;
    EXPECT_EQ(with(1900), "") << format;
    EXPECT_EQ(with(1777), "") << format;
    EXPECT_EQ(with(1775), "calendar 10") << format;
  }
}

TEST(Traps, CalendarsEndAtAMonth) {
  EXPECT_EQ(refusal("/2036/06/"), "");
  EXPECT_EQ(refusal("/2036/07/"), "calendar 10");
  Traps year = traps_with({"calendar=1"});
  EXPECT_EQ(refusal(year, "/2027/06/"), "");
  EXPECT_EQ(refusal(year, "/2027/07/"), "calendar 1");
  EXPECT_EQ(refusal(year, "/2001/06/"), "");
  EXPECT_EQ(refusal(year, "/2001/05/"), "calendar 1");
  Traps off = traps_with({"calendar=off"});
  EXPECT_EQ(refusal(off, "/2099/07/"), "");
}

TEST(Traps, NumbersAreNoDates) {
  for (const std::string target :
       {"/product/2050",    "/product/2050/17",  "/product/2050/5",      "/product/2050/051",
        "/p/20500517",      "/p/2050-05",        "/p/2050-17-05",        "/p/2050-05-32",
        "/p/x2050-05-17",   "/p/2050-05-17x",    "/p/12050-05-17",       "/p/2050-05-170",
        "/p/1-2050-05-17",  "/p/2050-05-17-3",   "/?id=20500517",        "/?year=2050",
        "/?year=2050&m=5",  "/?month=5&id=2050", "/?year=2050&month=13", "/resize/2048/02x",
        "/?t=205005170000", "/2050/05x/",        "/a2050/05/",           "/event/20500517"}) {
    EXPECT_EQ(refusal(target), "") << target;
  }
}

TEST(Traps, SessionIds) {
  const std::string md5 = "0123456789abcdef0123456789abcde";
  for (const std::string format :
       {"/p?PHPSESSID={}x", "/p?a=1&phpsessid={}&b=2", "/p;jsessionid={}", "/p;jsessionid={}?a=1",
        "/p;v=1;JSESSIONID={}/q", "/p?CFID={}&CFTOKEN=77", "/p?sid=0123456789abcdef0123456789abcde{}",
        "/p?s=0123456789abcdef0123456789abcde{}", "/p?ASPSESSIONIDQQ={}", "/(S(lit3py55t21z5v55vlm25s5{}))/p",
        "/(X(1)S(lit3py55t21z5v55vlm25s5{}))/p"}) {
    Traps traps = traps_with({});
    for (int i = 1; i <= 3; ++i)
      EXPECT_EQ(refusal(traps, fmt::format(fmt::runtime(format), i)), "") << format;
    EXPECT_EQ(refusal(traps, fmt::format(fmt::runtime(format), 4)), "session-id 3") << format;
  }
}

TEST(Traps, SessionIdsOfDifferentPagesAreNoVariants) {
  Traps traps = traps_with({"session-id=1"});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(refusal(traps, fmt::format("/p{}?PHPSESSID=1", i)), "");
    EXPECT_EQ(refusal(traps, fmt::format("/p?page={}&PHPSESSID=1", i)), "");
    EXPECT_EQ(refusal(traps, fmt::format("/p?sid={}", i)), "") << "a number names a story";
  }
  EXPECT_EQ(refusal(traps, "/p"), "") << "the URL without it is not a variant";
}

TEST(Traps, Twins) {
  const Traps traps = traps_with({"twins=2"});
  EXPECT_EQ(traps.refuses_twins(1), std::nullopt);
  EXPECT_EQ(traps.refuses_twins(2), "twins 2");
  EXPECT_EQ(traps_with({"twins=off"}).refuses_twins(1000), std::nullopt);
}

TEST(Traps, RulesOutliveAMove) {
  Traps traps = traps_with({"path-depth=1"});
  const auto rule = traps.refuses(UrlParts("http://a.test/a/b"));
  const Traps moved = std::move(traps);
  EXPECT_EQ(rule, "path-depth 1");
}

TEST(TrapLimits, AreSetByName) {
  const auto limits =
      TrapLimits::parse(std::vector<std::string>{"calendar=3", "twins=off", "calendar=4", "path-depth=0"});
  ASSERT_TRUE(limits);
  EXPECT_EQ((*limits)[Trap::calendar], 4U);
  EXPECT_EQ((*limits)[Trap::twins], 0U);
  EXPECT_EQ((*limits)[Trap::path_depth], 0U);
  EXPECT_EQ((*limits)[Trap::url_length], 4096U);
}

TEST(TrapLimits, BadSettingsSayWhatWouldBeRight) {
  const auto message = [](const std::string& setting) {
    const auto limits = TrapLimits::parse(std::vector{setting});
    EXPECT_FALSE(limits) << setting;
    return limits ? std::string() : limits.error().message;
  };
  EXPECT_THAT(message("path-dept=3"), testing::AllOf(testing::HasSubstr("--trap path-dept=3"),
                                                     testing::HasSubstr("path-depth, repeated-segments")));
  EXPECT_THAT(message("path-depth"), testing::HasSubstr("path-depth=32"));
  EXPECT_THAT(message("near-twins=65"), testing::HasSubstr("1 ... 16, or off"));
  for (const std::string text : {"", "-1", "1x", "1.5", " 1", "99999999999"})
    EXPECT_THAT(message("twins=" + text), testing::HasSubstr("the limit must be"));
}

TEST(BoundedMap, ForgetsTheSmallestFirst) {
  BoundedMap map(8);  // one bucket
  for (std::uint64_t key = 1; key <= 8; ++key) map[key] = 10 + key;
  EXPECT_EQ(map[3], 13U);
  EXPECT_EQ(map[9], 0U);
  map[9] = 100;
  EXPECT_EQ(map[1], 0U) << "was forgotten";
  EXPECT_EQ(map[9], 100U);
  EXPECT_EQ(map[8], 18U);
  EXPECT_EQ(map.memory_bytes(), 128U);
}

TEST(UrlParts, LieInTheCanonicalUrl) {
  const auto parts = [](std::string_view url) {
    const UrlParts p(url);
    return fmt::format("{}|{}|{}", p.hostname, p.path, p.query);
  };
  EXPECT_EQ(parts("http://a.test/"), "a.test|/|");
  EXPECT_EQ(parts("https://a.test:8080/x:y/z?q=a:b?c"), "a.test|/x:y/z|q=a:b?c");
  EXPECT_EQ(parts("http://[2001:db8::1]:81/p"), "[2001:db8::1]|/p|");
  EXPECT_EQ(parts("http://[::1]/?a"), "[::1]|/|a");
  EXPECT_EQ(parts("http://a.test"), "a.test||") << "not canonical, but harmless";
  EXPECT_EQ(parts(""), "||");
}

}  // namespace
}  // namespace gossamer
