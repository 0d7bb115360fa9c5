// How a URL ends.
#include <fmt/format.h>
#include <utility>

#include "crawler/url_registry.h"

namespace gossamer {

void UrlRegistry::finish(UrlId id, UrlState state, Outcome& outcome, UrlChange change) {
  // A refreshed URL was done all the time, with a page.
  const bool was_done = table_.get(id).state == UrlTable::State::done;
  change.drop_page = was_done && (state != UrlState::done || change.redirect_to);
  --counts_.of(was_done ? UrlState::done : UrlState::pending);
  ++counts_.of(state);
  if (state == UrlState::filtered) {
    table_.set_filtered(id, *change.reason);
  } else if (state == UrlState::done && change.redirect_to) {
    table_.set_moved(id);
  } else {
    table_.set_state(id, UrlTable::state_of(state));
  }
  change.id = id;
  change.state = state;
  outcome.changes.push_back(std::move(change));
}

void UrlRegistry::finish_done(UrlId id, Outcome& outcome) { finish(id, UrlState::done, outcome, {}); }

void UrlRegistry::finish_failed(UrlId id, ErrorClass failure, Outcome& outcome) {
  finish(id, UrlState::failed, outcome, {.failure = failure});
}

void UrlRegistry::finish_filtered(UrlId id, FilterReason reason, Outcome& outcome) {
  finish(id, UrlState::filtered, outcome, {.reason = reason});
}

Result<> UrlRegistry::drop(std::string_view pattern, Outcome& outcome) {
  if (auto dropped = scope_.drop(pattern); !dropped) return dropped;
  const std::string rule = fmt::format("{} {}", CrawlScope::kDrop, pattern);
  rules_.id_of({FilterReason::pattern, rule}, outcome);
  return {};
}

void UrlRegistry::finish_dropped(UrlId id, std::string_view canonical, Outcome& outcome) {
  const auto refusal = scope_.refuses_dropped(canonical);
  const RuleId rule = rules_.id_of(*refusal, outcome);
  finish(id, UrlState::filtered, outcome, {.reason = refusal->reason, .rule = rule});
}

UrlRegistry::Redirected UrlRegistry::finish_redirect(const Frontier::Entry& from, const Redirect& redirect,
                                                     Outcome& outcome) {
  const auto [id, target] = std::pair(from.id, redirect.target);
  const bool to_itself = id == target;
  const std::vector<UrlId> loop =
      to_itself ? std::vector{id} : table_.add_redirect(id, target, redirect.cookies);
  if (loop.empty()) {
    finish(id, UrlState::done, outcome, {.redirect_to = target});
    return Redirected::done;
  }
  const std::uint32_t before = to_itself ? redirect.cookies : table_.redirect_cookies(target);
  if ((to_itself || table_.get(target).moved) && before != redirect.target_cookies) {
    ask_with_cookies(from, redirect, outcome);
    return Redirected::again;
  }
  finish(id, UrlState::failed, outcome, {.failure = ErrorClass::redirect, .redirect_to = target});
  for (const UrlId member : loop) {
    // One that was named as a sitemap since is asked again.
    if (member == id || table_.get(member).state != UrlTable::State::done) continue;
    // It was done with its redirect; only now it is known that this leads nowhere.
    --counts_.done;
    ++counts_.failed;
    table_.set_state(member, UrlTable::State::failed);
    outcome.changes.push_back(
        {.id = member, .state = UrlState::failed, .reason = std::nullopt, .failure = ErrorClass::redirect});
  }
  return Redirected::loop;
}

// The target of a redirect that closes a loop, which may be `from` itself. The redirect hands on what any
// does, its hops, twins and whether it leads to a sitemap. They are of this run: what is stored of the target
// is how it was found first, so a run that resumes before it is answered counts its hops from there.
void UrlRegistry::ask_with_cookies(const Frontier::Entry& from, const Redirect& redirect, Outcome& outcome) {
  Frontier::Entry entry = from;
  entry.hops = static_cast<std::uint8_t>(from.hops + 1);
  entry.attempt = 1;
  if (redirect.target != from.id) {
    table_.turn_redirect(from.id, redirect.target, redirect.cookies);
    finish(from.id, UrlState::done, outcome, {.redirect_to = redirect.target});
    --counts_.done;
    ++counts_.pending;
    outcome.changes.push_back({.id = redirect.target});
    entry.id = redirect.target;
    entry.host = host_of(redirect.target_url, outcome);
    entry.depth = table_.get(redirect.target).depth;
    entry.url = redirect.target_url;
    entry.priority = priority_of(order_, entry.depth, 0);
    entry.refresh = false;
  }
  if (entry.refresh) {
    ++refreshes_;
  } else {
    table_.set_state(entry.id, UrlTable::State::queued);
  }
  frontier_.add(std::move(entry));
}

}  // namespace gossamer
