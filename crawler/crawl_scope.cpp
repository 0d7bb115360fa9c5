#include "crawler/crawl_scope.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "net/http/message.h"
#include "net/http/public_suffix.h"

namespace gossamer {

namespace {

constexpr std::size_t kMaxVerdicts = 4096;
constexpr std::string_view kNotIncluded = "no --include matches";

// The registrable domain, or the host's own name if it has none.
std::string_view domain_of(std::string_view hostname) {
  const std::string_view domain = registrable_domain(hostname);
  return domain.empty() ? hostname : domain;
}

// "/a/b/c" -> "/a/b/"
std::string_view directory_of(std::string_view pathname) {
  return pathname.substr(0, pathname.rfind('/') + 1);
}

}  // namespace

std::string_view to_string(ScopeKind kind) {
  switch (kind) {
    case ScopeKind::host:
      return "host";
    case ScopeKind::domain:
      return "domain";
    case ScopeKind::prefix:
      return "prefix";
    case ScopeKind::any:
      return "any";
  }
  return "unknown";
}

std::optional<ScopeKind> parse_scope_kind(std::string_view text) {
  for (const ScopeKind kind : {ScopeKind::host, ScopeKind::domain, ScopeKind::prefix, ScopeKind::any}) {
    if (text == to_string(kind)) return kind;
  }
  return std::nullopt;
}

CrawlScope::CrawlScope(const Options& options)
    : kind_(options.kind),
      depth_(options.depth),
      kind_rule_(fmt::format("--scope {}", to_string(options.kind))),
      traps_(options.traps, options.today) {}

Result<CrawlScope> CrawlScope::create(const Options& options) {
  CrawlScope scope(options);
  auto include = PatternList::create("--include", options.include);
  if (!include) return std::unexpected(std::move(include.error()));
  scope.include_ = std::move(*include);
  auto exclude = PatternList::create("--exclude", options.exclude);
  if (!exclude) return std::unexpected(std::move(exclude.error()));
  scope.exclude_ = std::move(*exclude);
  return scope;
}

bool CrawlScope::add_seed(std::string_view canonical) {
  const UrlParts seed(canonical);
  if (contains(seed)) return false;
  switch (kind_) {
    case ScopeKind::any:
      break;
    case ScopeKind::host:
      names_.emplace(seed.hostname);
      break;
    case ScopeKind::domain:
      names_.emplace(domain_of(seed.hostname));
      verdicts_.clear();
      break;
    case ScopeKind::prefix: {
      std::vector<std::string>& directories = directories_[std::string(seed.hostname)];
      const std::string_view directory = directory_of(seed.path);
      std::erase_if(directories, [&](const auto& known) { return known.starts_with(directory); });
      directories.emplace_back(directory);
      break;
    }
  }
  return true;
}

bool CrawlScope::contains(const UrlParts& url) const {
  switch (kind_) {
    case ScopeKind::any:
      return true;
    case ScopeKind::host:
      return names_.contains(url.hostname);
    case ScopeKind::domain:
      return contains_domain_of(url.hostname);
    case ScopeKind::prefix: {
      const auto found = directories_.find(url.hostname);
      return found != directories_.end() && std::ranges::any_of(found->second, [&](const auto& directory) {
               return url.path.starts_with(directory);
             });
    }
  }
  return false;
}

bool CrawlScope::has_host(std::string_view canonical) const {
  const UrlParts url(canonical);
  return kind_ == ScopeKind::prefix ? directories_.contains(std::string(url.hostname)) : contains(url);
}

bool CrawlScope::contains_domain_of(std::string_view hostname) const {
  if (const auto known = verdicts_.find(hostname); known != verdicts_.end()) return known->second;
  const bool verdict = names_.contains(domain_of(hostname));
  if (verdicts_.size() >= kMaxVerdicts) verdicts_.clear();
  verdicts_.emplace(hostname, verdict);
  return verdict;
}

std::optional<Refusal> CrawlScope::refuses(std::string_view canonical) {
  const UrlParts url(canonical);
  if (const auto rule = traps_.refuses_length(canonical)) return Refusal{FilterReason::trap, *rule};
  if (const auto refusal = refuses_dropped(canonical)) return refusal;
  if (!contains(url)) return Refusal{FilterReason::scope, kind_rule_};
  if (!exclude_.empty()) {
    if (const auto rule = exclude_.first_match(canonical)) return Refusal{FilterReason::pattern, *rule};
  }
  if (!include_.empty() && !include_.first_match(canonical))
    return Refusal{FilterReason::pattern, kNotIncluded};
  if (const auto rule = traps_.refuses(url)) return Refusal{FilterReason::trap, *rule};
  return std::nullopt;
}

std::optional<Refusal> CrawlScope::refuses_seed(std::string_view canonical) const {
  if (const auto rule = traps_.refuses_length(canonical)) return Refusal{FilterReason::trap, *rule};
  return refuses_dropped(canonical);
}

Result<> CrawlScope::drop(std::string_view pattern) {
  if (std::ranges::find(drops_, pattern) != drops_.end()) return {};
  std::vector<std::string> drops = drops_;
  drops.emplace_back(pattern);
  auto list = PatternList::create(kDrop, drops);
  if (!list) return std::unexpected(std::move(list.error()));
  drops_ = std::move(drops);
  dropped_ = std::move(*list);
  return {};
}

void CrawlScope::restore(const RuleRow& rule) {
  const std::string drop = fmt::format("{} ", kDrop);
  if (rule.reason != FilterReason::pattern || !rule.rule.starts_with(drop)) return;
  // What RE2 took once it takes again.
  [[maybe_unused]] const auto dropped = this->drop(std::string_view(rule.rule).substr(drop.size()));
}

std::optional<Refusal> CrawlScope::refuses_dropped(std::string_view canonical) const {
  if (dropped_.empty()) return std::nullopt;
  const auto rule = dropped_.first_match(canonical);
  if (!rule) return std::nullopt;
  return Refusal{FilterReason::pattern, *rule};
}

std::optional<Refusal> CrawlScope::refuses_link(const Link& link) const {
  if (link.nofollow) return Refusal{.reason = FilterReason::nofollow, .of_link = true};
  if (depth_ && link.depth > *depth_) return Refusal{.reason = FilterReason::depth, .of_link = true};
  if (const auto rule = traps_.refuses_twins(link.twins)) return Refusal{FilterReason::trap, *rule, true};
  return std::nullopt;
}

std::optional<Refusal> CrawlScope::judge(std::string_view canonical, const Link& link) {
  if (link.seed) {
    const auto refusal = refuses_seed(canonical);
    if (!refusal) observe(canonical);
    return refusal;
  }
  const auto refusal = refuses(canonical);
  return refusal ? refusal : refuses_link(link);
}

bool opens_scope(const UrlView& url) {
  if (url.via == Via::seed) return true;
  return url.via == Via::redirect && url.depth == 0 && url.state == UrlState::done && is_success(url.status);
}

bool is_sitemap(Via via, std::uint16_t depth) { return via == Via::sitemap && depth == 0; }

bool was_let_pass(const UrlView& url) {
  return url.reason != FilterReason::scope && url.reason != FilterReason::pattern &&
         url.reason != FilterReason::trap;
}

}  // namespace gossamer
