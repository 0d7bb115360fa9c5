#include "crawler/traps.h"

#include <algorithm>
#include <random>
#include <xxhash.h>

#include "crawler/repeated_segments.h"
#include "crawler/session_id.h"

namespace gossamer {

namespace {

constexpr std::size_t kRemembered = 128 * 1024;  // paths, and URLs with session ids: 2 MiB each

std::uint64_t random_seed() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

}  // namespace

Traps::Traps(const TrapLimits& limits, std::chrono::sys_days today)
    : limits_(limits),
      endless_dates_(today, limits[Trap::calendar]),
      seed_(random_seed()),
      queries_(kRemembered),
      sessions_(kRemembered) {
  for (const TrapRule& known : trap_rules()) rules_.push_back(limits.rule(known.trap));
}

std::optional<std::string_view> Traps::refuses_length(std::string_view canonical) const {
  if (is_on(Trap::url_length) && canonical.size() > limits_[Trap::url_length]) return rule(Trap::url_length);
  return std::nullopt;
}

std::optional<std::string_view> Traps::refuses_twins(std::uint32_t twins) const {
  if (is_on(Trap::twins) && twins >= limits_[Trap::twins]) return rule(Trap::twins);
  return std::nullopt;
}

std::optional<std::string_view> Traps::refuses(const UrlParts& url) {
  const auto slashes = std::ranges::count(url.path, '/');
  if (is_on(Trap::path_depth) && slashes > limits_[Trap::path_depth]) return rule(Trap::path_depth);
  if (is_on(Trap::repeated_segments) && slashes > limits_[Trap::repeated_segments] &&
      has_repeated_segments(url.path, limits_[Trap::repeated_segments]))
    return rule(Trap::repeated_segments);
  if (is_on(Trap::calendar) && endless_dates_.in(url)) return rule(Trap::calendar);

  std::uint64_t* sessions = nullptr;
  if (is_on(Trap::session_id)) {
    if (const auto hash = hash_without_session(url)) {
      sessions = &sessions_[*hash];
      if (*sessions >= limits_[Trap::session_id]) return rule(Trap::session_id);
    }
  }
  if (is_on(Trap::queries_per_path) && !url.query.empty()) {
    std::uint64_t& queries = queries_[hash_of_path(url)];
    if (queries >= limits_[Trap::queries_per_path]) return rule(Trap::queries_per_path);
    ++queries;
  }
  if (sessions != nullptr) ++*sessions;
  return std::nullopt;
}

void Traps::observe(std::string_view canonical) {
  // Most URLs have neither a query nor anything that could be a session id.
  const auto has = [&](char c) { return canonical.find(c) != std::string_view::npos; };
  if (!has('?') && !has(';') && !has('(')) return;
  const UrlParts url(canonical);
  if (is_on(Trap::session_id)) {
    if (const auto hash = hash_without_session(url)) ++sessions_[*hash];
  }
  if (is_on(Trap::queries_per_path) && !url.query.empty()) ++queries_[hash_of_path(url)];
}

std::uint64_t Traps::hash_of_path(const UrlParts& url) const {
  return XXH3_64bits_withSeed(url.url.data(), url.url.size() - url.query.size(), seed_);
}

std::optional<std::uint64_t> Traps::hash_without_session(const UrlParts& url) {
  if (!without_session_id(url, buffer_)) return std::nullopt;
  return XXH3_64bits_withSeed(buffer_.data(), buffer_.size(), seed_);
}

}  // namespace gossamer
