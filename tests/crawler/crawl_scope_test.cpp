#include "crawler/crawl_scope.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

#include "crawler/pattern_list.h"
#include "crawler/rule_table.h"
#include "net/http/canonical_url.h"
#include "net/http/url.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {

// For GoogleTest.
std::ostream& operator<<(std::ostream& out, FilterReason reason) { return out << to_string(reason); }

namespace {

using Verdict = std::optional<FilterReason>;

std::string canonical(std::string_view text) { return canonical_url(Url::parse(text).value()); }

CrawlScope scope_of(CrawlScope::Options options, const std::vector<std::string>& seeds) {
  CrawlScope scope = CrawlScope::create(options).value();
  for (const auto& seed : seeds) scope.add_seed(canonical(seed));
  return scope;
}

Verdict verdict(CrawlScope& scope, std::string_view text) {
  const auto refusal = scope.refuses(canonical(text));
  return refusal ? Verdict{refusal->reason} : Verdict{};
}

struct ScopeCase {
  ScopeKind kind;
  std::string seed;
  std::string url;
  bool in;
};

TEST(CrawlScope, KindsByTable) {
  const std::vector<ScopeCase> cases{
      {ScopeKind::host, "https://example.com/a/b", "https://example.com/x", true},
      {ScopeKind::host, "https://example.com/", "http://EXAMPLE.com:8080/x", true},
      {ScopeKind::host, "https://example.com/", "https://www.example.com/", false},
      {ScopeKind::host, "https://example.com/", "https://example.com.evil.net/", false},
      {ScopeKind::host, "http://127.0.0.1:4000/", "http://127.0.0.1:5000/", true},
      {ScopeKind::host, "http://[::1]/", "http://[::1]:81/", true},
      {ScopeKind::domain, "https://www.example.com/", "https://example.com/", true},
      {ScopeKind::domain, "https://www.example.com/", "https://a.b.example.com/", true},
      {ScopeKind::domain, "https://www.example.com/", "https://badexample.com/", false},
      {ScopeKind::domain, "https://www.example.co.uk/", "https://other.example.co.uk/", true},
      {ScopeKind::domain, "https://www.example.co.uk/", "https://other.co.uk/", false},
      {ScopeKind::domain, "http://127.0.0.1/", "http://127.0.0.1:81/", true},
      {ScopeKind::domain, "http://127.0.0.1/", "http://127.0.0.2/", false},
      {ScopeKind::domain, "http://localhost/", "http://localhost:3000/", true},
      {ScopeKind::domain, "https://alice.github.io/", "https://bob.github.io/", false},
      {ScopeKind::prefix, "https://example.com/docs/index.html", "https://example.com/docs/a/b?c", true},
      {ScopeKind::prefix, "https://example.com/docs/index.html", "http://example.com/docs/", true},
      {ScopeKind::prefix, "https://example.com/docs/index.html", "https://example.com/docs", false},
      {ScopeKind::prefix, "https://example.com/docs/index.html", "https://example.com/docs2/", false},
      {ScopeKind::prefix, "https://example.com/docs", "https://example.com/anything", true},
      {ScopeKind::prefix, "https://example.com/docs/", "https://www.example.com/docs/", false},
      {ScopeKind::any, "https://example.com/", "http://elsewhere.test/", true},
  };
  for (const auto& c : cases) {
    CrawlScope scope = scope_of({.kind = c.kind}, {c.seed});
    const Verdict expected = c.in ? Verdict{} : Verdict{FilterReason::scope};
    EXPECT_EQ(verdict(scope, c.url), expected) << to_string(c.kind) << " of " << c.seed << ": " << c.url;
    EXPECT_EQ(verdict(scope, c.url), expected) << "asked again: " << c.url;
  }
}

TEST(CrawlScope, SeveralSeedsAndALaterOne) {
  for (const auto kind : {ScopeKind::host, ScopeKind::domain, ScopeKind::prefix}) {
    CrawlScope scope = scope_of({.kind = kind}, {"https://a.test/x/", "https://b.test/"});
    EXPECT_EQ(verdict(scope, "https://a.test/x/1"), std::nullopt);
    EXPECT_EQ(verdict(scope, "https://b.test/1"), std::nullopt);
    EXPECT_EQ(verdict(scope, "https://c.test/1"), FilterReason::scope);
    scope.add_seed("https://c.test/");
    EXPECT_EQ(verdict(scope, "https://c.test/1"), std::nullopt);
  }
}

TEST(CrawlScope, APrefixInAnotherAddsNothing) {
  CrawlScope scope = scope_of({.kind = ScopeKind::prefix},
                              {"https://a.test/x/y/", "https://a.test/x/", "https://a.test/x/z/"});
  EXPECT_EQ(verdict(scope, "https://a.test/x/1"), std::nullopt);
  EXPECT_EQ(verdict(scope, "https://a.test/1"), FilterReason::scope);
}

TEST(CrawlScope, OneIncludeMustMatchAndNoExclude) {
  CrawlScope scope = scope_of(
      {.kind = ScopeKind::any, .include = {"/docs/", R"(\.html$)"}, .exclude = {"[?]print", "/old/"}}, {});
  EXPECT_EQ(verdict(scope, "https://a.test/docs/x"), std::nullopt);
  EXPECT_EQ(verdict(scope, "https://a.test/x.html"), std::nullopt);
  EXPECT_EQ(verdict(scope, "https://a.test/x"), FilterReason::pattern);
  EXPECT_EQ(verdict(scope, "https://a.test/docs/old/x"), FilterReason::pattern) << "exclude wins";
  EXPECT_EQ(verdict(scope, "https://a.test/docs/x?print=1"), FilterReason::pattern);
}

TEST(CrawlScope, SeedsAreExemptButForTheirLength) {
  const CrawlScope scope = scope_of({.exclude = {"/old/"}}, {});
  EXPECT_EQ(scope.refuses_seed("https://a.test/old/"), std::nullopt);
  EXPECT_EQ(scope.refuses_seed("https://a.test/" + std::string(5000, 'x')),
            (Refusal{FilterReason::trap, "url-length 4096"}));
}

TEST(CrawlScope, OverlongUrlsAreTraps) {
  constexpr std::size_t kMaxUrlLength = 4096;
  CrawlScope scope = scope_of({.kind = ScopeKind::any}, {});
  const std::string start = "https://a.test/";
  EXPECT_EQ(verdict(scope, start + std::string(kMaxUrlLength - start.size(), 'x')), std::nullopt);
  EXPECT_EQ(verdict(scope, start + std::string(kMaxUrlLength - start.size() + 1, 'x')), FilterReason::trap);
}

Verdict verdict_on_link(const CrawlScope& scope, const CrawlScope::Link& link) {
  const auto refusal = scope.refuses_link(link);
  if (refusal) EXPECT_TRUE(refusal->of_link);
  return refusal ? Verdict{refusal->reason} : Verdict{};
}

TEST(CrawlScope, LinksAreRefusedByDepthNofollowAndTwins) {
  const CrawlScope unlimited = scope_of({}, {});
  EXPECT_EQ(verdict_on_link(unlimited, {.depth = 60'000}), std::nullopt);
  EXPECT_EQ(verdict_on_link(unlimited, {.nofollow = true}), FilterReason::nofollow);
  EXPECT_EQ(unlimited.refuses_link({.twins = 8}), (Refusal{FilterReason::trap, "twins 8", true}));
  const CrawlScope limited = scope_of({.depth = 2}, {});
  EXPECT_EQ(verdict_on_link(limited, {.depth = 2}), std::nullopt);
  EXPECT_EQ(verdict_on_link(limited, {.depth = 3}), FilterReason::depth);
  EXPECT_EQ(verdict_on_link(limited, {.depth = 3, .nofollow = true}), FilterReason::nofollow);
}

TEST(CrawlScope, AUrlIsJudgedByItselfThenByItsLink) {
  CrawlScope scope = scope_of({.exclude = {"/old"}, .depth = 2}, {"https://a.test/"});
  const CrawlScope::Link bad{.depth = 3, .nofollow = true};
  EXPECT_EQ(scope.judge("https://b.test/", bad), (Refusal{FilterReason::scope, "--scope host"}));
  EXPECT_EQ(scope.judge("https://a.test/old", bad), (Refusal{FilterReason::pattern, "--exclude /old"}));
  EXPECT_EQ(scope.judge("https://a.test/", bad), (Refusal{FilterReason::nofollow, "", true}));
  EXPECT_EQ(scope.judge("https://b.test/old", {.seed = true}), std::nullopt);
}

TEST(CrawlScope, SaysWhetherASeedMadeItLarger) {
  CrawlScope host = scope_of({}, {"https://a.test/"});
  EXPECT_FALSE(host.add_seed("http://a.test/b"));
  EXPECT_TRUE(host.add_seed("https://www.a.test/"));
  CrawlScope domain = scope_of({.kind = ScopeKind::domain}, {"https://a.test/"});
  EXPECT_FALSE(domain.add_seed("https://www.a.test/"));
  EXPECT_TRUE(domain.add_seed("https://b.test/"));
  CrawlScope prefix = scope_of({.kind = ScopeKind::prefix}, {"https://a.test/x/y"});
  EXPECT_FALSE(prefix.add_seed("https://a.test/x/z/"));
  EXPECT_TRUE(prefix.add_seed("https://a.test/"));
  CrawlScope any = scope_of({.kind = ScopeKind::any}, {});
  EXPECT_FALSE(any.add_seed("https://b.test/"));
}

TEST(CrawlScope, ABadPatternIsNamedWithItsFlag) {
  const auto include = CrawlScope::create({.include = {"fine", "a(b"}});
  ASSERT_FALSE(include);
  EXPECT_EQ(include.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(include.error().message,
              testing::AllOf(testing::HasSubstr("--include"), testing::HasSubstr("'a(b'"),
                             testing::HasSubstr("missing )")));
  const auto exclude = CrawlScope::create({.exclude = {R"((a)\1)"}});
  ASSERT_FALSE(exclude);
  EXPECT_THAT(exclude.error().message, testing::HasSubstr("--exclude"));
  EXPECT_FALSE(CrawlScope::create({.include = {"((a{100}){100}){100}"}}))
      << "a pattern beyond the size limit";
}

std::string rule(CrawlScope& scope, std::string_view text) {
  const auto refusal = scope.refuses(canonical(text));
  return refusal ? std::string(refusal->rule) : "";
}

TEST(CrawlScope, ARefusalNamesItsRule) {
  CrawlScope scope =
      scope_of({.kind = ScopeKind::domain, .include = {"/docs/"}, .exclude = {R"(\.pdf$)", "old"}},
               {"https://www.a.test/"});
  EXPECT_EQ(rule(scope, "https://b.test/docs/old"), "--scope domain");
  EXPECT_EQ(rule(scope, "https://a.test/docs/old.pdf"), R"(--exclude \.pdf$)") << "the first that matches";
  EXPECT_EQ(rule(scope, "https://a.test/old"), "--exclude old");
  EXPECT_EQ(rule(scope, "https://a.test/"), "no --include matches");
  EXPECT_EQ(rule(scope, "https://a.test/docs/"), "");
}

TEST(CrawlScope, TrapsJudgeWhatElseWouldPass) {
  CrawlScope scope = scope_of(
      {.traps = TrapLimits::parse(std::vector<std::string>{"path-depth=2", "url-length=30"}).value()},
      {"http://a.test/"});
  EXPECT_EQ(rule(scope, "http://a.test/1/2"), "");
  EXPECT_EQ(rule(scope, "http://a.test/1/2/3"), "path-depth 2");
  EXPECT_EQ(rule(scope, "http://b.test/1/2/3"), "--scope host");
  EXPECT_EQ(rule(scope, "http://b.test/" + std::string(30, 'x')), "url-length 30");
}

TEST(CrawlScope, CountsWhatItLetsPassAndWhatItObserves) {
  CrawlScope scope =
      scope_of({.exclude = {"skip"},
                .traps = TrapLimits::parse(std::vector<std::string>{"queries-per-path=2"}).value()},
               {"http://a.test/"});
  scope.observe("http://a.test/?1");
  EXPECT_EQ(rule(scope, "http://a.test/?skip"), "--exclude skip") << "not counted";
  EXPECT_EQ(rule(scope, "http://a.test/?2"), "");
  EXPECT_EQ(rule(scope, "http://a.test/?3"), "queries-per-path 2");
}

TEST(PatternList, ManyAreSearchedLikeFew) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 500; ++i) patterns.push_back("/p" + std::to_string(i) + "(/|$)");
  const auto many = PatternList::create("--exclude", patterns).value();
  for (const int i : {0, 7, 250, 499})
    EXPECT_EQ(many.first_match("http://a.test/p" + std::to_string(i)),
              "--exclude /p" + std::to_string(i) + "(/|$)");
  EXPECT_EQ(many.first_match("http://a.test/p499/p3/p77"), "--exclude /p3(/|$)") << "the first in the list";
  EXPECT_EQ(many.first_match("http://a.test/p500"), std::nullopt);
  EXPECT_TRUE(PatternList::create("--exclude", {}).value().empty());
}

TEST(PatternList, AFileHasOneALine) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "patterns.txt";
  std::ofstream(path) << "\xEF\xBB\xBF# images\r\n\\.png$\r\n\n   /private/  \n\t# none\n/a#b\n";
  const auto patterns = read_pattern_file("--exclude-from", path);
  ASSERT_TRUE(patterns);
  EXPECT_THAT(*patterns, testing::ElementsAre("\\.png$", "/private/", "/a#b"));
}

TEST(PatternList, AFileThatCannotBeReadIsNamedAndSoIsABadLine) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "patterns.txt";
  const auto missing = read_pattern_file("--exclude-from", path);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message,
              testing::AllOf(testing::HasSubstr("--exclude-from"), testing::HasSubstr(path)));
  std::ofstream(path) << "fine\n\na(b\n";
  const auto bad = read_pattern_file("--exclude-from", path);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(bad.error().message,
              testing::AllOf(testing::HasSubstr(path + ":3:"), testing::HasSubstr("'a(b'"),
                             testing::HasSubstr("missing )")));
}

TEST(PatternList, AFileWithoutAPatternIsNamed) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "patterns.txt";
  std::ofstream(path) << "# none yet\n\n";
  const auto none = read_pattern_file("--include-from", path);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(none.error().message, testing::StartsWith("--include-from: " + path + " has no pattern"));
}

TEST(RuleTable, GivesEachReasonAndTextAnId) {
  RuleTable rules;
  rules.restore({.id = 3, .reason = FilterReason::scope, .rule = "--scope host"});
  Outcome outcome;
  EXPECT_EQ(rules.id_of({FilterReason::scope, "--scope host"}, outcome), 3U);
  EXPECT_TRUE(outcome.rules.empty());
  EXPECT_EQ(rules.id_of({FilterReason::pattern, "--exclude x"}, outcome), 4U);
  EXPECT_EQ(rules.id_of({FilterReason::trap, "--exclude x"}, outcome), 5U) << "another reason";
  EXPECT_EQ(rules.id_of({FilterReason::pattern, "--exclude x"}, outcome), 4U);
  ASSERT_EQ(outcome.rules.size(), 2U) << "each once";
  EXPECT_EQ(outcome.rules[0].id, 4U);
  EXPECT_EQ(outcome.rules[0].reason, FilterReason::pattern);
  EXPECT_EQ(outcome.rules[0].rule, "--exclude x");
}

TEST(CrawlScope, KindsHaveNames) {
  for (const auto kind : {ScopeKind::host, ScopeKind::domain, ScopeKind::prefix, ScopeKind::any}) {
    EXPECT_EQ(parse_scope_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(parse_scope_kind("hosts"), std::nullopt);
}

}  // namespace
}  // namespace gossamer
