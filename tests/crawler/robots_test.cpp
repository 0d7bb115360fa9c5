#include "crawler/robots.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>

#include "net/http/url.h"
#include "tests/support/conformance.h"

namespace gossamer {
namespace {

using std::chrono::milliseconds;
using namespace std::string_literals;

bool allowed(std::string_view robots, std::string_view path) {
  return RobotsRules::parse(robots, "FooBot").check(path).allowed;
}

TEST(Robots, PassesGooglesTestsThatAgreeWithTheRfc) {
  const auto tests = conformance_data("robots/google_robotstxt.json");
  if (!tests) GTEST_SKIP() << "no robots/google_robotstxt.json: set GOSSAMER_TEST_DATA";
  ConformanceSet set("robots.txt");
  for (const auto& test : *tests) {
    const auto robots = test["robots"].get<std::string>();
    const auto agent = test["agent"].get<std::string>();
    const auto url = Url::parse(test["url"].get<std::string>());
    const auto rules = RobotsRules::parse(robots, product_token(agent));
    const bool allowed = rules.check(url ? url->request_target() : "/").allowed;
    set.check(test["id"].get<std::string>(), allowed == test["allowed"].get<bool>() ? "" : test.dump(1));
  }
  set.finish(138);
}

TEST(Robots, ProductTokenIsWhatTheUserAgentBeginsWith) {
  EXPECT_EQ(product_token("Foo/1.0 (+https://foo.example)"), "Foo");
  EXPECT_EQ(product_token("Foo-Bar_2 x"), "Foo-Bar_2");
  EXPECT_EQ(product_token("*"), "");
  EXPECT_EQ(product_token(""), "");
}

TEST(Robots, AllowsEverythingUnlessTold) {
  EXPECT_TRUE(RobotsRules().check("/x").allowed);
  EXPECT_TRUE(allowed("", "/x"));
  EXPECT_TRUE(allowed("<html>Disallow: /</html>", "/x"));
  EXPECT_TRUE(allowed("Disallow: /", "/x"));  // in no group
}

TEST(Robots, NeverRefusesRobotsTxtItself) {
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /", "/robots.txt"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /", "/robots.txt.bak"));
}

TEST(Robots, VerdictNamesTheLine) {
  const auto rules =
      RobotsRules::parse("# hello\nuser-agent: foobot\n\nallow:/a  # why\nDISALLOW:  /*.gif$\n", "FooBot");
  auto verdict = rules.check("/x/y.gif");
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.line, 5);
  EXPECT_EQ(verdict.rule, "Disallow: /*.gif$");
  verdict = rules.check("/abc");
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.line, 4);
  EXPECT_EQ(verdict.rule, "Allow: /a");
  verdict = rules.check("/b");
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.line, std::nullopt);
  EXPECT_EQ(verdict.rule, "");
}

TEST(Robots, ReadsEveryLineEnding) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    const auto rules =
        RobotsRules::parse("User-agent: *" + end + end + "Disallow: /x" + end + "Allow: /x/y", "FooBot");
    EXPECT_EQ(rules.check("/x").line, 3);
    EXPECT_EQ(rules.check("/x/y").line, 4);
  }
}

TEST(Robots, SkipsAByteOrderMarkEvenABrokenOne) {
  EXPECT_FALSE(allowed("\xef\xbb\xbfUser-agent: *\nDisallow: /", "/x"));
  EXPECT_FALSE(allowed("\xef\xbbUser-agent: *\nDisallow: /", "/x"));
}

TEST(Robots, SkipsJunk) {
  const std::string junk = "\x00\xff\xfe:::\n\n:\n Disallow\nnot a line\n"s;
  EXPECT_FALSE(allowed("User-agent: *\n" + junk + "Disallow: /x", "/x"));
}

TEST(Robots, AKeyWithNothingBehindItIsNoLine) {
  EXPECT_FALSE(allowed("User-agent: FooBot\nDisallow: /a\nuser-agent\nDisallow: /b", "/b"));
  EXPECT_FALSE(allowed("User-agent: FooBot\ndisallow\nUser-agent: bar\nDisallow: /", "/x"));
  EXPECT_FALSE(allowed("User-agent FooBot\nDisallow /a", "/a")) << "white space may stand for the colon";
}

TEST(Robots, MergesTheGroupsOfAnAgent) {
  constexpr std::string_view kRobots =
      "User-agent: foobot\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n\nUser-agent: x\nUser-agent: "
      "FOOBOT/2.0\nDisallow: /c";
  EXPECT_FALSE(allowed(kRobots, "/a"));
  EXPECT_TRUE(allowed(kRobots, "/b"));
  EXPECT_FALSE(allowed(kRobots, "/c"));
}

TEST(Robots, AnEmptyGroupOfItsOwnAllowsEverything) {
  EXPECT_TRUE(allowed("User-agent: FooBot\nDisallow:\nUser-agent: *\nDisallow: /", "/x"));
}

TEST(Robots, OtherLinesDoNotEndTheListOfAgents) {
  EXPECT_FALSE(allowed("User-agent: FooBot\nCrawl-delay: 1\nUser-agent: *\nDisallow: /", "/x"));
}

TEST(Robots, AgentNamesMatchWhole) {
  EXPECT_TRUE(allowed("User-agent: Foo\nDisallow: /", "/x"));
  EXPECT_TRUE(allowed("User-agent: FooBotNews\nDisallow: /", "/x"));
}

TEST(Robots, LongestRuleWinsAndAllowWinsTies) {
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c"));
  EXPECT_FALSE(allowed("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c"));
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /a\nAllow: /a", "/a"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /a****\nAllow: /a/b", "/a/b")) << "every '*' counts";
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /a**\nAllow: /a/b", "/a/b"));
}

TEST(Robots, WildcardsAndAnchors) {
  const auto matches = [](std::string pattern, std::string_view path) {
    return !allowed("User-agent: *\nDisallow: " + std::move(pattern), path);
  };
  EXPECT_TRUE(matches("/a*c", "/abc/d"));
  EXPECT_TRUE(matches("/a*c", "/ac"));
  EXPECT_FALSE(matches("/a*c", "/ab"));
  EXPECT_TRUE(matches("*.php$", "/a.php"));
  EXPECT_FALSE(matches("*.php$", "/a.php?x"));
  EXPECT_TRUE(matches("/*a*b$", "/ab/b"));
  EXPECT_FALSE(matches("/ab*b$", "/ab"));
  EXPECT_TRUE(matches("/a**b", "/axb"));
  EXPECT_TRUE(matches("/a$b", "/a$bc"));
  EXPECT_TRUE(matches("/a*$", "/abc"));
  EXPECT_TRUE(matches("/$", "/"));
  EXPECT_FALSE(matches("/$", "/x"));
  EXPECT_FALSE(matches("x", "/x"));
}

TEST(Robots, ComparesEscapesByWhatTheyMean) {
  const auto matches = [](std::string pattern, std::string_view path) {
    return !allowed("User-agent: *\nDisallow: " + std::move(pattern), path);
  };
  EXPECT_TRUE(matches("/%62%61z", "/baz"));
  EXPECT_TRUE(matches("/baz", "/%62az"));
  EXPECT_TRUE(matches("/\xe3\x83\x84", "/%e3%83%84"));
  EXPECT_TRUE(matches("/%E3%83%84", "/\xe3\x83\x84"));
  EXPECT_TRUE(matches("/a b{'", "/a%20b%7b%27"));
  EXPECT_FALSE(matches("/a/b", "/a%2Fb"));
  EXPECT_TRUE(matches("/a%2fb", "/a%2Fb"));
  EXPECT_TRUE(matches("/f?u=https://x", "/f?u=https%3A%2F%2Fx"));
  EXPECT_TRUE(matches("/f?u=https%3A%2F%2Fx", "/f?u=https://x"));
  EXPECT_TRUE(matches("/f-%2A.html", "/f-*.html"));
  EXPECT_FALSE(matches("/f-%2A.html", "/f-x.html"));
  EXPECT_TRUE(matches("/f-%24", "/f-$x"));
  EXPECT_TRUE(matches("/100%", "/100%"));
}

// However many rules there are, the verdict is that of the longest of those that match by themselves.
TEST(Robots, ManyRulesAreAsEachOfThemAlone) {
  std::mt19937 random(9309);
  const auto text = [&random](std::string_view letters, std::size_t most) {
    std::string made = "/";
    for (std::size_t size = random() % most; size > 0; --size) made += letters[random() % letters.size()];
    return made;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> lines;
    for (std::size_t size = random() % 40; size > 0; --size) {
      lines.push_back((random() % 2 == 0 ? "Allow: " : "Disallow: ") + text("ab/**", 7) +
                      (random() % 5 == 0 ? "$" : ""));
    }
    std::string robots = "User-agent: *\n";
    for (const std::string& line : lines) robots += line + "\n";
    const auto rules = RobotsRules::parse(robots, "FooBot");
    for (int i = 0; i < 20; ++i) {
      const std::string path = text("ab/", 12);
      std::pair<std::size_t, bool> best{0, true};  // length of the path, whether it allows
      for (const std::string& line : lines) {
        const auto alone = RobotsRules::parse("User-agent: *\n" + line, "FooBot").check(path);
        if (!alone.line) continue;
        best = std::max(best, {line.size() - line.find('/'), alone.allowed});
      }
      const auto verdict = rules.check(path);
      EXPECT_EQ(verdict.allowed, best.second) << path << "\n" << robots;
      EXPECT_EQ(verdict.line.has_value(), best.first != 0) << path << "\n" << robots;
    }
  }
}

// Whether the star stands for the '?' too, and an escape therefore for its byte, only the URL can tell.
TEST(Robots, ComparesEscapesBehindAStarByWhereTheyAreFound) {
  const auto matches = [](std::string pattern, std::string_view path) {
    return !allowed("User-agent: *\nDisallow: " + std::move(pattern), path);
  };
  for (const std::string_view path : {"/shop?filter%5Bcolor%5D=red", "/shop?a=/&filter%5bcolor]=red",
                                      "/shop?filter[color]=red", "/shop/filter%5Bcolor"}) {
    EXPECT_TRUE(matches("/*filter%5B", path)) << path;
  }
  EXPECT_FALSE(matches("/*filter%5B", "/shop/filter[color"));
  EXPECT_TRUE(matches("/*redirect=http%3A", "/go?redirect=http://x"));
  EXPECT_TRUE(matches("/*redirect=http%3A//x", "/go?redirect=http%3A//x"));
  EXPECT_TRUE(matches("/*%2Fadmin", "/go?to=/admin"));
  EXPECT_FALSE(matches("/*%2Fadmin", "/go/admin"));
  EXPECT_TRUE(matches("/*%40$", "/go?mail=a%40"));
  EXPECT_TRUE(matches("/*?*%40", "/go?mail=a@b"));
}

TEST(Robots, KeepsTheRulesBeforeTheCap) {
  std::string robots = "User-agent: *\nDisallow: /early\n# ";
  robots.append(RobotsRules::kMaxBytes - robots.size() - 12, 'x');
  robots += "\nDisallow: /aaaaaaaaaa\nDisallow: /late";
  EXPECT_FALSE(allowed(robots, "/early"));
  EXPECT_TRUE(allowed(robots, "/a"));  // the cut-off "Disallow: /" does not count
  EXPECT_TRUE(allowed(robots, "/late"));
}

TEST(Robots, ReadsTheCrawlDelayOfTheGroupsThatApply) {
  const auto delay = [](std::string_view robots) {
    return RobotsRules::parse(robots, "FooBot").crawl_delay();
  };
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 2.5"), milliseconds(2500));
  EXPECT_EQ(delay("User-agent: FooBot\nCrawl-delay: 1\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 9"),
            milliseconds(3000));
  EXPECT_EQ(delay("User-agent: FooBot\nDisallow:\nUser-agent: *\nCrawl-delay: 9"), std::nullopt);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: soon"), std::nullopt);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: -1"), std::nullopt);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 300"), std::chrono::seconds(300));
  for (const char* const longer : {"301", "100000", "1e300"}) {
    EXPECT_EQ(delay(std::string("User-agent: *\nCrawl-delay: ") + longer), std::chrono::seconds(300))
        << longer;
  }
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: nan"), std::nullopt);
}

TEST(Robots, TellsWhatASiteAskedForAndWhoseGroupsApply) {
  const auto own = RobotsRules::parse("User-agent: FooBot\nCrawl-delay: 900", "FooBot");
  EXPECT_EQ(own.crawl_delay(), std::chrono::seconds(300));
  EXPECT_EQ(own.asked_crawl_delay(), std::chrono::seconds(900));
  EXPECT_TRUE(own.own_groups());
  const auto any = RobotsRules::parse("User-agent: *\nDisallow: /", "FooBot");
  EXPECT_EQ(any.asked_crawl_delay(), std::nullopt);
  EXPECT_FALSE(any.own_groups());
}

TEST(Robots, ListsTheSitemaps) {
  const auto rules =
      RobotsRules::parse("Sitemap: https://a/1.xml\nUser-agent: x\nSITEMAP:/2.xml\nSitemap:", "FooBot");
  EXPECT_EQ(rules.sitemaps(), (std::vector<std::string>{"https://a/1.xml", "/2.xml"}));
}

// A backtracking matcher would not live to see the end of this.
TEST(Robots, MatchesHostilePatternsInLinearTime) {
  std::string pattern;
  for (int i = 0; i < 50'000; ++i) pattern += "a*";
  const std::string path = "/" + std::string(100'000, 'a');
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: *" + pattern + "b", path));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: *" + pattern + "a$", path));
}

}  // namespace
}  // namespace gossamer
