#include "crawler/crawl_scope.h"

#include <algorithm>
#include <fmt/format.h>
#include <re2/re2.h>
#include <utility>

#include "net/http/public_suffix.h"
#include "net/http/url.h"

namespace gossamer {

namespace {

constexpr std::int64_t kPatternMemory = 8 << 20;  // bytes of RE2's program and automaton, per pattern
constexpr std::size_t kMaxVerdicts = 4096;

Result<std::unique_ptr<re2::RE2>> compile(std::string_view flag, const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kPatternMemory);
  auto compiled = std::make_unique<re2::RE2>(pattern, options);
  if (!compiled->ok()) {
    return fail(ErrorClass::invalid_input,
                fmt::format("{} '{}' is not a valid RE2 pattern: {}", flag, pattern, compiled->error()));
  }
  return compiled;
}

bool matches_any(const std::vector<std::unique_ptr<re2::RE2>>& patterns, std::string_view text) {
  const re2::StringPiece piece(text.data(), text.size());
  return std::ranges::any_of(patterns, [&](const auto& p) { return re2::RE2::PartialMatch(piece, *p); });
}

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

CrawlScope::CrawlScope() = default;
CrawlScope::CrawlScope(CrawlScope&&) noexcept = default;
CrawlScope& CrawlScope::operator=(CrawlScope&&) noexcept = default;
CrawlScope::~CrawlScope() = default;

Result<CrawlScope> CrawlScope::create(const Options& options) {
  CrawlScope scope;
  scope.kind_ = options.kind;
  scope.depth_ = options.depth;
  for (const std::string& pattern : options.include) {
    auto compiled = compile("--include", pattern);
    if (!compiled) return std::unexpected(std::move(compiled.error()));
    scope.include_.push_back(std::move(*compiled));
  }
  for (const std::string& pattern : options.exclude) {
    auto compiled = compile("--exclude", pattern);
    if (!compiled) return std::unexpected(std::move(compiled.error()));
    scope.exclude_.push_back(std::move(*compiled));
  }
  return scope;
}

void CrawlScope::add_seed(const Url& seed) {
  switch (kind_) {
    case ScopeKind::any:
      return;
    case ScopeKind::host:
      names_.emplace(seed.hostname());
      return;
    case ScopeKind::domain:
      if (names_.emplace(domain_of(seed.hostname())).second) verdicts_.clear();
      return;
    case ScopeKind::prefix: {
      std::vector<std::string>& directories = directories_[std::string(seed.hostname())];
      const std::string_view directory = directory_of(seed.pathname());
      if (std::ranges::any_of(directories, [&](const auto& known) { return directory.starts_with(known); }))
        return;
      std::erase_if(directories, [&](const auto& known) { return known.starts_with(directory); });
      directories.emplace_back(directory);
      return;
    }
  }
}

bool CrawlScope::contains(const Url& url) const {
  switch (kind_) {
    case ScopeKind::any:
      return true;
    case ScopeKind::host:
      return names_.contains(url.hostname());
    case ScopeKind::domain:
      return contains_domain_of(url.hostname());
    case ScopeKind::prefix: {
      const auto found = directories_.find(url.hostname());
      return found != directories_.end() && std::ranges::any_of(found->second, [&](const auto& directory) {
               return url.pathname().starts_with(directory);
             });
    }
  }
  return false;
}

bool CrawlScope::contains_domain_of(std::string_view hostname) const {
  if (const auto known = verdicts_.find(hostname); known != verdicts_.end()) return known->second;
  const bool verdict = names_.contains(domain_of(hostname));
  if (verdicts_.size() >= kMaxVerdicts) verdicts_.clear();
  verdicts_.emplace(hostname, verdict);
  return verdict;
}

std::optional<FilterReason> CrawlScope::refuses(const Url& url, std::string_view canonical) const {
  if (canonical.size() > kMaxUrlLength) return FilterReason::trap;
  if (!contains(url)) return FilterReason::scope;
  if (!exclude_.empty() && matches_any(exclude_, canonical)) return FilterReason::pattern;
  if (!include_.empty() && !matches_any(include_, canonical)) return FilterReason::pattern;
  return std::nullopt;
}

std::optional<FilterReason> CrawlScope::refuses_seed(std::string_view canonical) {
  if (canonical.size() > kMaxUrlLength) return FilterReason::trap;
  return std::nullopt;
}

std::optional<FilterReason> CrawlScope::refuses_link(std::uint16_t depth, bool nofollow) const {
  if (nofollow) return FilterReason::nofollow;
  if (depth_ && depth > *depth_) return FilterReason::depth;
  return std::nullopt;
}

}  // namespace gossamer
