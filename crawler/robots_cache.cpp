#include "crawler/robots_cache.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "net/http/fetch_following.h"
#include "net/http/message.h"

namespace gossamer {

RobotsCache::RobotsCache(Fetch fetch, Stored stored, Wall wall, Options options)
    : fetch_(std::move(fetch)),
      stored_(std::move(stored)),
      wall_(std::move(wall)),
      options_(std::move(options)) {}

const RobotsCache::Answer* RobotsCache::find(HostId host) const {
  const auto known = answers_.find(host);
  const bool counts = known != answers_.end() &&
                      (EventLoop::current().now() < known->second.expires || unused_.contains(host));
  if (counts) return &known->second;
  return options_.ignore ? &allow_all_ : nullptr;
}

void RobotsCache::restore(const HostRow& row) {
  if (options_.ignore || !row.robots_fetched_at) return;
  const auto left = kLifetime - (wall_() - *row.robots_fetched_at);
  if (left <= left.zero() && !unused_.contains(row.id)) return;
  keep(row.id,
       {.rules = RobotsRules::parse(row.robots_body, options_.product_token),
        .error = std::nullopt,
        .expires = EventLoop::current().now() + left},
       true);
}

void RobotsCache::keep(HostId host, Answer answer, bool may_fall_out) {
  answer.bytes = sizeof(Answer) + answer.rules.memory_bytes();
  forget(answers_.find(host));
  // The one just asked for stays, however large: of RobotsRules::kMaxBytes come some 10 MB at most.
  while (bytes_ + answer.bytes > options_.memory && !order_.empty()) {
    forget(answers_.find(order_.front()));
    options_.some_stored = true;
  }
  bytes_ += answer.bytes;
  if (may_fall_out) answer.place = order_.insert(order_.end(), host);
  answers_.emplace(host, std::move(answer));
}

void RobotsCache::note_unused(HostId host) {
  constexpr std::size_t kBytes = 48;  // of a host in the set: its node, the heap's header and a bucket
  if ((unused_.size() + 1) * kBytes > options_.memory && !unused_.empty()) unused_.erase(unused_.begin());
  unused_.insert(host);
}

void RobotsCache::forget(Answers::iterator answer) {
  if (answer == answers_.end()) return;
  bytes_ -= answer->second.bytes;
  if (answer->second.place) order_.erase(*answer->second.place);
  answers_.erase(answer);
}

Task<> RobotsCache::recall(HostId host) {
  if (!options_.some_stored || find(host)) co_return;
  if (const auto row = co_await stored_(host)) restore(*row);
}

Task<std::optional<HostRow>> RobotsCache::load(HostRow host) {
  if (const auto asked = loading_.find(host.id); asked != loading_.end()) {
    const std::shared_ptr<Event> done = asked->second;
    co_await done->wait();
    co_return std::nullopt;
  }
  const auto done = std::make_shared<Event>();
  loading_.emplace(host.id, done);
  struct Finish {  // also when cancelled: whoever waits looks again
    RobotsCache& cache;
    HostId host;
    Event& done;
    ~Finish() {
      cache.loading_.erase(host);
      done.set();
    }
  } finish{*this, host.id, *done};

  const WallTime asked_at = wall_();
  auto rules = co_await fetch(host.origin, host);
  const TimePoint now = EventLoop::current().now();
  if (rules) {
    keep(host.id, {.rules = std::move(*rules), .error = std::nullopt, .expires = now + kLifetime}, false);
    note_unused(host.id);
    co_return std::move(host);
  }
  if (rules.error().error_class == ErrorClass::http_5xx && co_await hold_on(host.id)) co_return std::nullopt;
  keep_failure(host.id, std::move(rules.error()), asked_at);
  co_return std::nullopt;
}

// While a host tells nothing its earlier rules are in force (RFC 9309 section 2.4), or none if it has told
// nothing for long.
Task<bool> RobotsCache::hold_on(HostId host) {
  const auto row = co_await stored_(host);
  const bool was_read = row && row->robots_fetched_at;
  if (!was_read && !options_.long_unread.contains(host)) co_return false;
  keep(host,
       {.rules = was_read ? RobotsRules::parse(row->robots_body, options_.product_token) : RobotsRules(),
        .error = std::nullopt,
        .expires = EventLoop::current().now() + kHeldLifetime},
       true);
  note_unused(host);
  co_return true;
}

void RobotsCache::on_stored(HostId host) {
  const auto answer = answers_.find(host);
  if (answer == answers_.end() || answer->second.place) return;
  answer->second.place = order_.insert(order_.end(), host);
}

void RobotsCache::keep_failure(HostId host, Error error, WallTime asked_at) {
  const auto before = answers_.find(host);
  const int failures = std::min(kMaxFailures, 1 + (before == answers_.end() ? 0 : before->second.failures));
  keep(host,
       {.rules = {},
        .error = std::move(error),
        .expires = EventLoop::current().now() + kFailureLifetime * (1 << 2 * (failures - 1)),
        .failures = failures,
        .asked_at = asked_at,
        .took = wall_() - asked_at},
       true);
  note_unused(host);
}

Task<Result<RobotsRules>> RobotsCache::fetch(std::string origin, HostRow& row) {
  const WallTime asked_at = wall_();
  auto url = Url::parse(origin + "/robots.txt");
  for (int redirects = 0; url; ++redirects) {
    auto response = co_await fetch_(
        {.url = *url, .headers = {}, .want_body = {}, .truncate_body_at = RobotsRules::kMaxBytes});
    if (!response) {
      Error error = std::move(response.error());
      error.message = "robots.txt: " + error.message;
      co_return std::unexpected(std::move(error));
    }
    const int status = response->status;
    if (status >= 500 || status == 429) {
      co_return fail(ErrorClass::http_5xx, Phase::headers,
                     fmt::format("{} answered {}; until it can be read nothing may be fetched there",
                                 url->href(), status));
    }
    row.robots_fetched_at = asked_at;
    row.robots_status = status;
    const auto location = response->headers.get("location");
    if (status >= 300 && status < 400 && location && redirects < kMaxRedirects) {
      auto target = location_url(*location, *url);
      if (target && target->is_http()) {
        url = std::move(target);
        continue;
      }
    }
    if (is_success(status)) {
      row.robots_body = std::move(response->body);
      if (!response->body_complete) {  // half a rule may say more than the whole
        row.robots_body.resize(row.robots_body.find_last_of("\r\n") + 1);
      }
      co_return RobotsRules::parse(row.robots_body, options_.product_token);
    }
    co_return RobotsRules{};  // 4xx, or redirects that lead nowhere: no rules, all allowed
  }
  co_return RobotsRules{};
}

}  // namespace gossamer
