#include "crawler/url_registry.h"

#include <utility>

namespace gossamer {
namespace {

// "https://example.com:8443" of "https://example.com:8443/a?b".
std::string_view origin_of(std::string_view canonical) {
  const std::size_t host = canonical.find("://") + 3;
  return canonical.substr(0, canonical.find_first_of("/?", host));
}

}  // namespace

std::uint64_t& UrlCounts::of(UrlState state) {
  switch (state) {
    case UrlState::done:
      return done;
    case UrlState::failed:
      return failed;
    case UrlState::filtered:
      return filtered;
    case UrlState::pending:
      break;
  }
  return pending;
}

UrlRegistry::UrlRegistry(CrawlScope scope, const SeenSet::Secret& secret, Frontier& frontier,
                         const Options& options)
    : scope_(std::move(scope)),
      frontier_(frontier),
      order_(options.order),
      canonical_rules_(options.canonical),
      seen_(secret, options.seen),
      table_(options.table) {}

std::optional<HostId> UrlRegistry::find_host(std::string_view canonical) const {
  return hosts_.find(origin_of(canonical));
}

HostId UrlRegistry::host_of(std::string_view canonical, Outcome& outcome) {
  if (const auto known = find_host(canonical)) return *known;
  const HostId id = hosts_.add(origin_of(canonical));
  outcome.hosts.push_back(host_row(id));
  return id;
}

HostRow UrlRegistry::host_row(HostId id) const {
  const KnownHosts::Host& host = hosts_[id];
  return {.id = id,
          .origin = std::string(host.origin),
          .seed = host.seed,
          .robots_body = {},
          .address = host.address ? host.address->to_string() : ""};
}

UrlId UrlRegistry::enter_seed(const Url& url, Outcome& outcome, bool sitemap) {
  const CanonicalUrl seed = canonical(url);
  scope_grew_ |= scope_.add_seed(seed.text);
  const UrlId id = enter({.url = seed, .via = Via::seed, .seed = true, .sitemap = sitemap}, outcome);
  mark_seed_host(host_of(seed.text, outcome), outcome);
  return id;
}

UrlId UrlRegistry::enter_link(const CanonicalUrl& url, const Referrer& from, bool nofollow, Via via,
                              Outcome& outcome, std::optional<std::int32_t> score) {
  const auto depth = static_cast<std::uint16_t>(from.depth == UINT16_MAX ? from.depth : from.depth + 1);
  return enter({.url = url,
                .parent = from.id,
                .via = via,
                .depth = depth,
                .nofollow = nofollow,
                .twins = from.twins,
                .score = score},
               outcome);
}

void UrlRegistry::enter_sitemaps(HostId host, std::span<const std::string> lines, Outcome& outcome) {
  const auto base = Url::parse(hosts_[host].origin);
  if (!base || !in_scope(host)) return;
  for (const std::string& line : lines) {
    const auto url = Url::parse(line, *base);
    if (url && url->is_http())
      enter({.url = canonical(*url), .via = Via::sitemap, .seed = true, .sitemap = true}, outcome);
  }
}

UrlId UrlRegistry::enter_sitemap(const CanonicalUrl& url, const Referrer& index, std::string_view index_url,
                                 Outcome& outcome) {
  const bool same_host = UrlParts(url.text).hostname == UrlParts(index_url).hostname;
  return enter({.url = url,
                .parent = index.id,
                .via = Via::sitemap,
                .seed = same_host,
                .twins = index.twins,
                .sitemap = true},
               outcome);
}

UrlId UrlRegistry::enter_redirect(const Url& target, const Referrer& from, Outcome& outcome) {
  const auto hops = static_cast<std::uint8_t>(from.hops + 1);
  const Via via = from.sitemap ? Via::sitemap : Via::redirect;
  return enter({.url = canonical(target),
                .parent = from.id,
                .via = via,
                .depth = from.depth,
                .hops = hops,
                .seed = from.depth == 0,
                .twins = from.twins,
                .sitemap = from.sitemap},
               outcome);
}

UrlRegistry::CanonicalUrl UrlRegistry::canonical(const Url& url) {
  canonical_.clear();
  append_canonical_url(url, canonical_rules_, canonical_);
  return {canonical_, seen_.hash(canonical_)};
}

UrlId UrlRegistry::enter(const Found& found, Outcome& outcome) {
  const auto [id, inserted] = seen_.insert(found.url.hash, next_id_);
  if (inserted) {
    ++next_id_;
    enter_new(id, found, outcome);
  } else {
    enter_known(id, found, outcome);
  }
  return id;
}

void UrlRegistry::enter_new(UrlId id, const Found& found, Outcome& outcome) {
  std::string url(found.url.text);
  const auto refusal = scope_.judge(url, link_of(found));
  std::optional<FilterReason> reason;
  std::optional<RuleId> rule;
  if (refusal) {
    reason = refusal->reason;
    if (!refusal->rule.empty()) rule = rules_.id_of(*refusal, outcome);
  }
  const HostId host = host_of(url, outcome);
  const UrlState state = reason ? UrlState::filtered : UrlState::pending;
  table_.add(id, {.state = UrlTable::state_of(state),
                  .reason = reason,
                  .depth = found.depth,
                  .hops = found.hops,
                  .nofollow = found.nofollow,
                  .of_link = rule && refusal->of_link});
  ++counts_.discovered;
  ++counts_.of(state);
  if (!reason) frontier_.add(entry_of(id, host, found));
  outcome.urls.push_back({.id = id,
                          .host = host,
                          .url = std::move(url),
                          .state = state,
                          .reason = reason,
                          .failure = std::nullopt,
                          .parent = found.parent,
                          .via = found.via,
                          .depth = found.depth,
                          .hops = found.hops,
                          .redirect_to = std::nullopt,
                          .rule = rule,
                          .score = found.score,
                          .twins = found.twins,
                          .nofollow = found.nofollow});
}

Frontier::Entry UrlRegistry::entry_of(UrlId id, HostId host, const Found& found) const {
  return {.id = id,
          .host = host,
          .depth = found.depth,
          .hops = found.hops,
          .url = std::string(found.url.text),
          .priority = priority_of(order_, found.depth, found.score.value_or(0)),
          .twins = found.twins,
          .sitemap = is_sitemap(found.via, found.depth)};
}

void UrlRegistry::enter_known(UrlId id, const Found& found, Outcome& outcome) {
  const auto refusal = found.seed ? scope_.refuses_seed(found.url.text) : scope_.refuses_link(link_of(found));
  const auto reason = refusal ? std::optional(refusal->reason) : std::nullopt;
  const UrlTable::State before = table_.get(id).state;
  const UrlTable::Effect effect = found.sitemap
                                      ? table_.name_sitemap(id, found.hops, reason, found.seed)
                                      : table_.further_link(id, found.depth, found.hops, reason, found.seed);
  if (effect == UrlTable::Effect::none) return;
  const bool stays = effect == UrlTable::Effect::relinked || effect == UrlTable::Effect::reread;
  UrlChange change{.id = id, .link_only = stays};
  change.better_link = {.parent = found.parent,
                        .via = found.via,
                        .depth = found.depth,
                        .hops = found.hops,
                        .twins = found.twins,
                        .score = found.score};
  if (effect == UrlTable::Effect::reason_depth) {
    change.state = UrlState::filtered;
    change.reason = FilterReason::depth;
  } else if (effect == UrlTable::Effect::promoted) {
    --counts_.filtered;
    ++counts_.pending;
    frontier_.add(entry_of(id, host_of(found.url.text, outcome), found));
  } else if (effect == UrlTable::Effect::reread || effect == UrlTable::Effect::reopened) {
    ask_again(effect, before, entry_of(id, host_of(found.url.text, outcome), found), outcome);
  } else if (effect == UrlTable::Effect::improved) {
    frontier_.improve(entry_of(id, host_of(found.url.text, outcome), found));
  }
  outcome.changes.push_back(std::move(change));
}

// As a sitemap; `was` is how it had ended.
void UrlRegistry::ask_again(UrlTable::Effect effect, UrlTable::State was, Frontier::Entry entry,
                            Outcome& outcome) {
  entry.refresh = effect == UrlTable::Effect::reread;
  if (entry.refresh) {
    ++refreshes_;
    outcome.retries.push_back({.url = entry.id});
  } else {
    --counts_.of(was == UrlTable::State::done ? UrlState::done : UrlState::failed);
    ++counts_.pending;
  }
  frontier_.add(std::move(entry));
}

void UrlRegistry::begin(Frontier::Entry& entry) {
  if (is_sitemap_since(entry)) {
    entry.depth = 0;
    entry.hops = table_.get(entry.id).hops;
    entry.sitemap = true;
  }
  if (!entry.refresh) table_.set_state(entry.id, UrlTable::State::in_flight);
}

void UrlRegistry::put_back(const Frontier::Entry& entry, TimePoint not_before) {
  if (!entry.refresh) table_.set_state(entry.id, UrlTable::State::waiting);
  frontier_.add_retry(entry, not_before);
}

bool UrlRegistry::is_sitemap_since(const Frontier::Entry& entry) const {
  return entry.depth > 0 && table_.get(entry.id).depth == 0;
}

void UrlRegistry::ask_as_sitemap(Frontier::Entry entry, Outcome& outcome) {
  const UrlTable::State was = table_.get(entry.id).state;
  const UrlTable::Effect effect = table_.end_as_sitemap(entry.id);
  if (effect == UrlTable::Effect::reopened) outcome.changes.push_back({.id = entry.id});
  entry.depth = 0;
  entry.hops = table_.get(entry.id).hops;
  entry.attempt = 1;
  entry.priority = priority_of(order_, 0, 0);
  entry.sitemap = true;
  ask_again(effect, was, std::move(entry), outcome);
}

void UrlRegistry::drop_page(UrlId id, Outcome& outcome) {
  outcome.changes.push_back({.id = id, .state = UrlState::done, .drop_page = true});
}

void UrlRegistry::add_seed_host(const Url& url, HostId host, Outcome& outcome) {
  scope_.add_seed(canonical(url).text);
  mark_seed_host(host, outcome);
}

void UrlRegistry::mark_seed_host(HostId host, Outcome& outcome) {
  if (hosts_[host].seed) return;
  hosts_[host].seed = true;
  if (!outcome.hosts.empty() && outcome.hosts.back().id == host) {
    outcome.hosts.back().seed = true;  // new in this outcome: written once
  } else {
    outcome.hosts.push_back(host_row(host));
  }
}

}  // namespace gossamer
