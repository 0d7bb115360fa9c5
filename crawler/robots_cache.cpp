#include "crawler/robots_cache.h"

#include <fmt/format.h>
#include <utility>

namespace gossamer {
namespace {

WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

RobotsCache::RobotsCache(HttpClient& client, std::string product_token, bool ignore)
    : client_(client), product_token_(std::move(product_token)), ignore_(ignore) {}

const RobotsCache::Answer* RobotsCache::find(HostId host) const {
  if (ignore_) return &allow_all_;
  const auto known = answers_.find(host);
  if (known == answers_.end()) return nullptr;
  const Answer& answer = known->second;
  const auto lifetime =
      answer.error ? std::chrono::seconds(kUnreachableLifetime) : std::chrono::seconds(kLifetime);
  return wall_now() - answer.fetched_at < lifetime ? &answer : nullptr;
}

void RobotsCache::restore(const HostRow& row) {
  if (!row.robots_fetched_at || wall_now() - *row.robots_fetched_at >= kLifetime) return;
  keep(row.id, {RobotsRules::parse(row.robots_body, product_token_), std::nullopt, *row.robots_fetched_at});
}

void RobotsCache::keep(HostId host, Answer answer) {
  if (answers_.size() >= kMaxHosts && !answers_.contains(host)) answers_.erase(answers_.begin());
  answers_.insert_or_assign(host, std::move(answer));
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

  Answer answer = co_await fetch(host.origin, host);
  const bool answered = !answer.error;
  keep(host.id, std::move(answer));
  if (!answered) co_return std::nullopt;
  co_return std::move(host);
}

Task<RobotsCache::Answer> RobotsCache::fetch(std::string origin, HostRow& row) {
  Answer answer{{}, std::nullopt, wall_now()};
  auto url = Url::parse(origin + "/robots.txt");
  for (int redirects = 0; url; ++redirects) {
    auto response = co_await client_.fetch({.url = *url, .headers = {}, .want_body = {}});
    if (!response) {
      answer.error = std::move(response.error());
      answer.error->message = "robots.txt: " + answer.error->message;
      co_return answer;
    }
    const int status = response->status;
    if (status >= 500 || status == 429) {
      answer.error = Error{ErrorClass::http_5xx, Phase::headers,
                           fmt::format("{} answered {}; until it can be read nothing may be fetched there",
                                       url->href(), status)};
      co_return answer;
    }
    row.robots_fetched_at = answer.fetched_at;
    row.robots_status = status;
    const auto location = response->headers.get("location");
    if (status >= 300 && status < 400 && location && redirects < kMaxRedirects) {
      auto target = Url::parse(*location, *url);
      if (target && target->is_http()) {
        url = std::move(target);
        continue;
      }
    }
    if (status >= 200 && status < 300) {
      row.robots_body = response->body.substr(0, RobotsRules::kMaxBytes);
      answer.rules = RobotsRules::parse(row.robots_body, product_token_);
    }
    co_return answer;  // 4xx, or redirects that lead nowhere: no rules, all allowed
  }
  co_return answer;
}

}  // namespace gossamer
