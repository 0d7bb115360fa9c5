// Step 3 of a page's way: robots rules, then one request, one response.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "crawler/crawl.h"
#include "crawler/retry_policy.h"
#include "net/coro/timeout.h"
#include "net/http/canonical_url.h"

namespace gossamer {

using namespace std::chrono_literals;

Crawl::HostTurn::~HostTurn() {
  if (!crawl_) return;
  const TimePoint now = crawl_->loop_->now();
  if (asked_at_ && !response_time_) {
    response_time_ = std::chrono::duration_cast<std::chrono::microseconds>(now - *asked_at_);
  }
  crawl_->frontier_.release(host_, now, response_time_);
  crawl_->changed_.set();
}

Task<> Crawl::fetch(Frontier::Entry entry) {
  const Permit permit(fetch_permits_);
  std::optional<HostTurn> turn(std::in_place, *this, entry.host);
  const RobotsCache::Answer* const robots = robots_->find(entry.host);
  if (!robots) {
    // This turn is spent on asking for robots.txt; the URL waits for the next.
    turn->ask();
    co_await ask_robots(entry.host);
    turn.reset();
    frontier_.add_retry(std::move(entry), loop_->now());
    --active_;
    changed_.set();
    co_return;
  }
  auto url = Url::parse(entry.url);
  Visit visit{.entry = std::move(entry), .fetch = {}, .page = {}, .links = {}, .digest = {}};
  if (robots->error) {
    // Nobody may ask such a host for anything (RFC 9309 section 2.3.1.4): the page shares the fate of its
    // robots.txt.
    visit.error = robots->error;
    visit.fetch = {.url = visit.entry.id, .attempt = visit.entry.attempt, .started_at = wall(loop_->now())};
  } else if (!robots->rules.check(url->request_target()).allowed) {
    visit.filtered = FilterReason::robots;
  } else {
    turn->ask();
    co_await attempt(visit, std::move(*url));
    turn->answered(visit.fetch.duration);
  }
  turn.reset();
  if (co_await retry(visit)) co_return;
  co_await finish_queue_.send(std::move(visit));
}

// The caller has a turn at the host.
Task<> Crawl::ask_robots(HostId host) {
  auto row = co_await robots_->load(registry_.host(host));
  if (const auto* known = robots_->find(host); known && known->rules.crawl_delay()) {
    frontier_.set_crawl_delay(host, *known->rules.crawl_delay());
  }
  if (!row) co_return;
  co_await commit_permits_.acquire();
  row->seed = registry_.host(host).seed;
  Outcome outcome;
  outcome.hosts.push_back(std::move(*row));
  submit(std::move(outcome));
}

Task<> Crawl::attempt(Visit& visit, Url url) {
  Fetched fetched = co_await workers_->visit(visit.entry.host, {.url = std::move(url)});
  visit.fetch = {.url = visit.entry.id,
                 .attempt = visit.entry.attempt,
                 .started_at = wall(fetched.asked_at),
                 .duration = fetched.duration,
                 .status = fetched.progress.status,
                 .address = std::move(fetched.progress.address),
                 .content_type = std::move(fetched.progress.content_type),
                 .wire_bytes = fetched.progress.wire_bytes};
  bytes_ += visit.fetch.wire_bytes;
  visit.page = std::move(fetched.page);
  visit.links = std::move(fetched.links);
  visit.digest = fetched.digest;
  visit.error = std::move(fetched.error ? fetched.error : fetched.parse_error);
}

// Puts a URL whose attempt may work better later back into the frontier; its attempt is stored at once.
Task<bool> Crawl::retry(Visit& visit) {
  if (visit.filtered) co_return false;
  const auto retry_after =
      visit.page ? visit.page->response.headers.get("retry-after").value_or("") : std::string_view();
  const auto error = visit.error ? std::optional(visit.error->error_class) : std::nullopt;
  const auto pause = RetryPolicy::pause(visit.entry.attempt, visit.fetch.status, error, retry_after);
  if (visit.fetch.status == 429 || visit.fetch.status == 503) {
    // The whole host rests, also when this URL is not tried again.
    const auto asked = parse_retry_after(retry_after, std::chrono::system_clock::now());
    const auto rest = std::max(pause.value_or(RetryPolicy::kFirstPause), asked.value_or(0ms));
    if (rest <= RetryPolicy::kLongestRetryAfter) frontier_.back_off(visit.entry.host, loop_->now() + rest);
  }
  if (!pause) co_return false;
  co_await commit_permits_.acquire();
  Outcome outcome;
  outcome.fetches.push_back(fetch_row(visit));
  submit(std::move(outcome));
  ++visit.entry.attempt;
  frontier_.add_retry(std::move(visit.entry), loop_->now() + *pause);
  --active_;
  changed_.set();
  co_return true;
}

// The row of an attempt, with the error that ended it, if any.
FetchRow Crawl::fetch_row(const Visit& visit) {
  FetchRow row = visit.fetch;
  if (visit.error) {
    row.error = ledger_class(visit.error->error_class);
    row.phase = visit.error->phase;
    row.message = visit.error->message;
  }
  return row;
}

// A spider's page.fetch(): outside the ledger, but under the same rules.
Task<Result<Page>> Crawl::fetch_page(Url url) {
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    if (!url.is_http())
      co_return fail(ErrorClass::invalid_input, fmt::format("{}: not an http URL", url.href()));
    const HostId host = co_await host_for(url);
    const RobotsCache::Answer* robots = nullptr;
    while (!(robots = robots_->find(host))) {
      HostTurn turn = co_await take_turn(host);
      turn.ask();
      co_await ask_robots(host);
    }
    if (robots->error) co_return std::unexpected(*robots->error);
    if (!robots->rules.check(url.request_target()).allowed) {
      co_return fail(ErrorClass::refused, fmt::format("{}: robots.txt disallows it", url.href()));
    }
    std::optional<HostTurn> turn(co_await take_turn(host));
    turn->ask();
    auto response = co_await workers_->fetch(host, {.url = url, .headers = {}, .want_body = {}});
    turn.reset();
    if (!response) co_return std::unexpected(std::move(response.error()));
    bytes_ += response->wire_bytes;
    const auto location = response->headers.get("location");
    if (response->status < 300 || response->status >= 400 || !location) {
      co_return Page(std::make_shared<PageData>(std::move(url), std::move(*response)), this);
    }
    auto target = Url::parse(*location, url);
    if (!target) co_return std::unexpected(std::move(target.error()));
    url = std::move(*target);
  }
  co_return fail(ErrorClass::redirect, fmt::format("{}: more than {} redirects", url.href(), kMaxRedirects));
}

// The host of a URL that is not part of the ledger.
Task<HostId> Crawl::host_for(const Url& url) {
  const std::string canonical = canonical_url(url);
  co_await commit_permits_.acquire();
  Outcome rows;
  const HostId host = registry_.host_of(canonical, rows);
  if (rows.hosts.empty()) {
    commit_permits_.release();
  } else {
    submit(std::move(rows));
  }
  co_return host;
}

// Waits until the host may be asked and takes one of its connection slots.
Task<Crawl::HostTurn> Crawl::take_turn(HostId host) {
  while (!frontier_.take_turn(host, loop_->now())) {
    co_await changed_or(frontier_.turn_at(host).value_or(kNoDeadline));
  }
  co_return HostTurn(*this, host);
}

}  // namespace gossamer
