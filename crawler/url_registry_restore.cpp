#include "crawler/url_registry_restore.h"

namespace gossamer {

void UrlRegistry::Restore::add(const HostRow& host) {
  KnownHosts::Host& known = registry_.hosts_[registry_.hosts_.add(host.origin)];
  known.address = IpAddress::parse(host.address);
  known.seed = host.seed;
}

void UrlRegistry::Restore::add(const RuleRow& rule) {
  registry_.rules_.restore(rule);
  if (rule.reason == FilterReason::trap && rule.rule.starts_with("twins ")) twins_rules_.insert(rule.id);
  registry_.scope_.restore(rule);
}

void UrlRegistry::Restore::add(const UrlView& url, std::optional<TimePoint> not_before, bool again) {
  const bool reopened = again && url.state == UrlState::failed;
  const UrlState state = reopened ? UrlState::pending : url.state;
  seen_.add(url.url, url.id);
  UrlTable& table = registry_.table_;
  const bool waits = not_before && !reopened;
  table.add(url.id, {.state = waits && state == UrlState::pending ? UrlTable::State::waiting
                                                                  : UrlTable::state_of(state),
                     .reason = url.reason,
                     .depth = url.depth,
                     .hops = url.hops,
                     .nofollow = url.nofollow,
                     .of_link = url.rule && twins_rules_.contains(*url.rule),
                     .moved = url.redirect_to && url.status / 100 == 3,
                     .reread = again && url.reread});
  registry_.next_id_ = url.id + 1;
  if (opens_scope(url)) registry_.scope_.add_seed(url.url);
  if (was_let_pass(url)) registry_.scope_.observe(url.url);
  // A loop is recorded as failed(redirect); its last edge is not part of the table's.
  if (url.redirect_to && url.state == UrlState::done) table.add_redirect(url.id, *url.redirect_to);
  ++registry_.counts_.discovered;
  ++registry_.counts_.of(state);
  if (state != UrlState::pending && !(again && state == UrlState::done)) return;
  registry_.refreshes_ += state == UrlState::done;
  entry_.id = url.id;
  entry_.host = url.host;
  entry_.depth = url.depth;
  entry_.hops = url.hops;
  entry_.attempt = static_cast<std::uint16_t>(reopened ? 1 : url.attempts + 1);
  entry_.url = url.url;
  entry_.priority = priority_of(registry_.order_, url.depth, url.score.value_or(0));
  entry_.twins = url.twins;
  entry_.refresh = state == UrlState::done;
  entry_.sitemap = is_sitemap(url.via, url.depth);
  if (waits) {
    registry_.frontier_.add_retry(entry_, *not_before);
  } else {
    registry_.frontier_.add(entry_);
  }
}

}  // namespace gossamer
