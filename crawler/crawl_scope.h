#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "net/base/error.h"
#include "storage/rows.h"

namespace re2 {
class RE2;
}

namespace gossamer {

class Url;

// Which URLs belong to the job by their relation to the seeds. Ports and schemes do not matter.
enum class ScopeKind : std::uint8_t {
  host,    // a seed's host name
  domain,  // a seed's registrable domain; for a host without one (an address, localhost) its name
  prefix,  // a seed's host name, and its path up to the last slash
  any,
};
std::string_view to_string(ScopeKind kind);
std::optional<ScopeKind> parse_scope_kind(std::string_view text);

// Says what belongs to a job. Belongs to the crawl loop.
//
// Seeds are not judged by kind, patterns or depth: what the user asks for by name is fetched, as in wget and
// Scrapy; patterns select among what is found from there. An overlong URL is refused even as a seed.
class CrawlScope {
 public:
  struct Options {
    ScopeKind kind = ScopeKind::host;
    std::vector<std::string>
        include;  // RE2, searched anywhere in the canonical URL; if any is given, one must match
    std::vector<std::string> exclude{};    // none may match; wins over include
    std::optional<std::uint16_t> depth{};  // links from a seed; 0 = the seeds only
  };

  // Longer URLs are filtered(trap): browsers and servers stop at 2 to 8 KB, endless URLs come from pages that
  // link to themselves.
  static constexpr std::size_t kMaxUrlLength = 4096;

  // Errors: invalid_input naming the flag, the pattern and what RE2 says of it.
  static Result<CrawlScope> create(const Options& options);

  CrawlScope(CrawlScope&&) noexcept;
  CrawlScope& operator=(CrawlScope&&) noexcept;
  ~CrawlScope();

  // Takes a seed's neighbourhood into the scope; also for the host to which a seed finally redirects.
  void add_seed(const Url& seed);

  // Whether the URL itself is refused: trap for good, scope or pattern unless a seed names it or redirects to
  // it.
  std::optional<FilterReason> refuses(const Url& url, std::string_view canonical) const;
  static std::optional<FilterReason> refuses_seed(std::string_view canonical);

  // Whether this link to it is refused, until a better one is found: nofollow or depth.
  std::optional<FilterReason> refuses_link(std::uint16_t depth, bool nofollow) const;

 private:
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using StringSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;
  using Patterns = std::vector<std::unique_ptr<re2::RE2>>;

  CrawlScope();
  bool contains(const Url& url) const;
  bool contains_domain_of(std::string_view hostname) const;

  ScopeKind kind_ = ScopeKind::host;
  std::optional<std::uint16_t> depth_;
  Patterns include_;
  Patterns exclude_;
  StringSet names_;  // host names or registrable domains of the seeds
  std::unordered_map<std::string, std::vector<std::string>, StringHash, std::equal_to<>>
      directories_;  // by host name
  // domain scope: verdicts on host names, for looking up a registrable domain costs a microsecond. Bounded.
  mutable std::unordered_map<std::string, bool, StringHash, std::equal_to<>> verdicts_;
};

}  // namespace gossamer
