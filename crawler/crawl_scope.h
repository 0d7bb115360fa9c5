#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "crawler/pattern_list.h"
#include "crawler/refusal.h"
#include "crawler/traps.h"
#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

// Which URLs belong to the job by their relation to the seeds. Ports and schemes do not matter.
enum class ScopeKind : std::uint8_t {
  host,    // a seed's host name
  domain,  // a seed's registrable domain; for a host without one (an address, localhost) its name
  prefix,  // a seed's host name, and its path up to the last slash
  any,
};
std::string_view to_string(ScopeKind kind);
std::optional<ScopeKind> parse_scope_kind(std::string_view text);

// Says what belongs to a job, by canonical URLs alone. Belongs to the crawl loop.
//
// Seeds are not judged by kind, patterns, traps or depth: what the user asks for by name is fetched, as in
// wget and Scrapy; patterns select among what is found from there. An overlong URL is refused even as a seed.
class CrawlScope {
 public:
  struct Options {
    ScopeKind kind = ScopeKind::host;
    // RE2, searched anywhere in the canonical URL; if any is given, one must match.
    std::vector<std::string> include{};
    std::vector<std::string> exclude{};    // none may match; wins over include
    std::optional<std::uint16_t> depth{};  // links from a seed; 0 = the seeds only
    TrapLimits traps{};
    std::chrono::sys_days today{};  // for Trap::calendar
  };

  // Errors: invalid_input naming the flag, the pattern and what RE2 says of it.
  static Result<CrawlScope> create(const Options& options);

  // Takes a seed's neighbourhood into the scope; also for the host to which a seed finally redirects. False:
  // it was in the scope already.
  bool add_seed(std::string_view canonical);

  // Whether URLs of the host of this one belong to the job, some of them at least, by its kind.
  bool has_host(std::string_view canonical) const;

  // A link to a URL.
  struct Link {
    std::uint16_t depth = 0;
    bool nofollow = false;
    bool seed = false;        // named as a seed or a sitemap, or what one redirects to
    std::uint32_t twins = 0;  // pages with known content in the chain that ends with it
  };
  // The whole verdict on a new URL: on itself, then on the link. A URL that passes, or would by a better
  // link, is counted by the traps; so ask once.
  std::optional<Refusal> judge(std::string_view canonical, const Link& link);

  // Whether this link to it is refused, until a better one is found: nofollow, depth, or Trap::twins.
  std::optional<Refusal> refuses_link(const Link& link) const;

  // Whether a new URL is itself refused, and by which rule: a scope, pattern or trap that stands until a seed
  // names the URL or redirects to it. What is not refused is counted by the traps; so ask once.
  std::optional<Refusal> refuses(std::string_view canonical);

  // The same for a seed: Trap::url_length and drop() only.
  std::optional<Refusal> refuses_seed(std::string_view canonical) const;

  // Resume: a rule of the database; those of drop() hold again.
  void restore(const RuleRow& rule);

  // From now on URLs in which the RE2 is found are refused, seeds too, by the rule "ctl drop PATTERN".
  // Errors: invalid_input.
  Result<> drop(std::string_view pattern);
  // Whether, and by which rule, a URL is refused that passed before a drop().
  std::optional<Refusal> refuses_dropped(std::string_view canonical) const;
  static constexpr std::string_view kDrop = "ctl drop";

  // Resume: a URL that refuses() let pass, or a seed.
  void observe(std::string_view canonical) { traps_.observe(canonical); }

 private:
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using StringSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;

  explicit CrawlScope(const Options& options);
  bool contains(const UrlParts& url) const;
  bool contains_domain_of(std::string_view hostname) const;

  ScopeKind kind_ = ScopeKind::host;
  std::optional<std::uint16_t> depth_;
  std::string kind_rule_;  // "--scope host"
  PatternList include_;
  PatternList exclude_;
  std::vector<std::string> drops_;
  PatternList dropped_;  // of them
  Traps traps_;
  StringSet names_;  // host names or registrable domains of the seeds
  std::unordered_map<std::string, std::vector<std::string>, StringHash, std::equal_to<>>
      directories_;  // by host name
  // domain scope: verdicts on host names, for looking up a registrable domain costs a microsecond. Bounded.
  mutable std::unordered_map<std::string, bool, StringHash, std::equal_to<>> verdicts_;
};

// What a stored row says of the scope: whether the URL opened it (a seed, or the page a seed finally
// redirected to), and whether it was let pass by itself, whatever else became of it.
bool opens_scope(const UrlView& url);
bool was_let_pass(const UrlView& url);

// A URL named as a sitemap, by robots.txt or an index: what sitemaps list stands deeper.
bool is_sitemap(Via via, std::uint16_t depth);

}  // namespace gossamer
