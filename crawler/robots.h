#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/headers.h"
#include "plugins/html/meta_robots.h"

namespace gossamer {

// The product token of a User-Agent header, "Foo" of "Foo/1.0 (+https://foo.example)": its leading letters,
// digits,
// '-' and '_'. (RFC 9309 section 2.2.1 names no digits, but crawlers have them in their names.)
std::string_view product_token(std::string_view user_agent);

// What the X-Robots-Tag headers of a response ask of the crawler with this product token.
RobotsDirectives x_robots_directives(const Headers& headers, std::string_view product_token);

// The rules a robots.txt (RFC 9309) has for one crawler. A default-constructed one allows everything.
// Immutable after parse, safe to read from several threads.
class RobotsRules {
 public:
  // Of a longer file only the lines that end before this many bytes count (RFC 9309 section 2.5 asks for 500
  // KiB).
  static constexpr std::size_t kMaxBytes = 500 * 1024;

  // A robots.txt that answers nothing that tells for so long counts as none (RFC 9309 section 2.3.1.4).
  static constexpr std::chrono::hours kLongUnread{24 * 30};

  // A site that asks for more would hold a crawl for days; Heritrix draws the line at the same place.
  static constexpr std::chrono::seconds kMaxCrawlDelay{300};
  static constexpr std::chrono::hours kMaxAskedDelay{24 * 365};  // of a report, so that it can be added to

  // Whether a URL may be fetched, and which line said so. No line: no rule matched.
  struct Verdict {
    bool allowed = true;
    std::optional<int> line;  // 1-based
    std::string_view rule;    // "Disallow: /x"; lives as long as the RobotsRules
  };

  // Reads whatever bytes a site sends; lines that make no sense are skipped. `product_token` is matched
  // without regard to case; the groups that name it are merged, and only where none does the groups of "*"
  // apply.
  static RobotsRules parse(std::string_view body, std::string_view product_token);

  // `path_and_query` as Url::request_target() gives it. The rule with the longest path wins, Allow wins a
  // tie; /robots.txt is always allowed. The rules are looked up by what they have before their first '*'; the
  // work is linear in the length of the path and of each rule found.
  Verdict check(std::string_view path_and_query) const;

  // Crawl-delay of the groups that apply, the largest if several; a longer one counts as kMaxCrawlDelay.
  std::optional<std::chrono::milliseconds> crawl_delay() const {
    if (!asked_crawl_delay_) return std::nullopt;
    return std::min<std::chrono::milliseconds>(*asked_crawl_delay_, kMaxCrawlDelay);
  }
  // The same as the site wrote it (at most kMaxAskedDelay).
  std::optional<std::chrono::milliseconds> asked_crawl_delay() const { return asked_crawl_delay_; }

  // Whose groups these rules are: true, those that name this crawler; false, those of "*", or none at all.
  bool own_groups() const { return own_groups_; }

  std::size_t memory_bytes() const;

  // The values of all Sitemap lines, in order, whatever group they stand in; not resolved, not checked.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  // Which of the 128 ASCII characters occur in a text.
  struct CharSet {
    std::array<std::uint64_t, 2> bits{};

    static CharSet of(std::string_view ascii);
    bool contains(const CharSet& other) const;
  };

  struct Rule {
    std::string pattern;             // normalised; '*' is the wildcard, a literal one is %2A
    std::string text;                // as Verdict::rule
    CharSet chars;                   // of the pattern without its wildcards: a path must have them all
    std::size_t literal_prefix = 0;  // length of the pattern before its first '*'; no '?' in it, if floating
    std::uint32_t length = 0;        // in octets, by which the longest rule wins
    int line = 0;
    bool allow = false;
    bool anchored = false;  // the pattern ended in '$', which is not part of `pattern`
    // Behind a '*' it has an escape that counts as its byte in a query and as itself before: "/*%5B". Only
    // the URL tells which, so it is tried on other spellings of the query too.
    bool floating = false;

    std::string_view prefix() const { return std::string_view(pattern).substr(0, literal_prefix); }
    // Of a path in the spelling of `pattern` that begins with prefix().
    bool matches(std::string_view path) const;
  };
  // The rules that have the same literal prefix.
  struct Prefix {
    std::uint32_t begin = 0;  // in by_prefix_
    std::uint32_t end = 0;
    std::uint32_t parent = kNone;  // in prefixes_: the longest other prefix that this one begins with
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;
  friend class RobotsParser;

  void add(std::string_view path, bool allow, int line);
  void sort();
  void index();
  std::string_view text_of(const Prefix& prefix) const { return rules_[by_prefix_[prefix.begin]].prefix(); }

  std::vector<Rule> rules_;               // the order in which they win: longest first, Allow before Disallow
  std::vector<std::uint32_t> by_prefix_;  // of rules_, by literal prefix, then as they win
  std::vector<Prefix> prefixes_;          // by their text
  std::vector<std::string> sitemaps_;
  std::optional<std::chrono::milliseconds> asked_crawl_delay_;
  bool own_groups_ = false;
};

}  // namespace gossamer
