// Requests beside the queue of URLs: robots.txt, and a spider's own. Each takes its host's turn.
#include <fmt/format.h>

#include "crawler/crawl.h"
#include "net/coro/timeout.h"
#include "net/http/canonical_url.h"
#include "net/http/fetch_following.h"

namespace gossamer {

// The caller holds no turn at the host.
Task<> Crawl::ask_robots(HostId host) {
  auto row = co_await robots_->load(registry_.host_row(host));
  const auto* const known = robots_->find(host);
  if (known) note_crawl_delay(host, *known);
  // The delay is kept after this request too, whose turn is over.
  if (known && known->rules.crawl_delay()) {
    frontier_.back_off(host, loop_->now() + *known->rules.crawl_delay());
  }
  if (!row) co_return;
  Permit permit = co_await commit_permits_.acquire();
  row->seed = registry_.host(host).seed;
  row->address = registry_.host_row(host).address;
  Outcome outcome;
  outcome.hosts.push_back(std::move(*row));
  enter_sitemaps(host, outcome);
  submit(std::move(outcome), {.permit = std::move(permit), .robots = host});
}

// For their sitemaps: hosts of which no URL need be waiting.
Task<> Crawl::ask_robots_of(std::vector<HostId> hosts) {
  for (const HostId host : hosts) {
    if (!robots_->find(host)) co_await ask_robots(host);
  }
  --active_;
  changed_.set();
}

// Those that the host's robots.txt names, if the crawl is about the host. They come into the job by the
// outcome that stores the file, or the one by which the host comes into the scope.
void Crawl::enter_sitemaps(HostId host, Outcome& outcome) {
  const bool only_seeds = job_.options.depth == 0;
  const RobotsCache::Answer* const robots = robots_->find(host);
  if (job_.options.reads_sitemaps() && !only_seeds && robots)
    registry_.enter_sitemaps(host, robots->rules.sitemaps(), outcome);
}

Task<std::optional<HostRow>> Crawl::stored_host(HostId host) {
  auto row = co_await run_in_executor(*executor_, [this, host] { return row_reader_->host(host); });
  if (row) co_return std::move(*row);
  stop_for(row.error());
  co_return std::nullopt;
}

void Crawl::note_crawl_delay(HostId host, const RobotsCache::Answer& robots) {
  if (!robots.rules.crawl_delay()) return;
  frontier_.set_crawl_delay(host, *robots.rules.crawl_delay());
  if (robots.rules.asked_crawl_delay() != robots.rules.crawl_delay()) capped_delays_.insert(host);
}

// One request in its host's turn; its row is stored by itself.
Task<Result<FetchResponse>> Crawl::ask(FetchKind kind, FetchRequest request) {
  const HostId host = co_await host_for(request.url);
  if (needs_address(host)) {
    if (auto found = co_await find_address(host, request.url); !found) {
      co_return std::unexpected(std::move(found.error()));
    }
  }
  auto flight = in_flight_.begin(std::string(request.url.href()), CrawlPhase::turn, loop_->now());
  FetchProgress progress;
  request.progress = &progress;
  const Url url = request.url;
  if (kind == FetchKind::spider) add_cookies(url, request.headers);
  FetchRow row{.host = host, .kind = kind};
  Result<FetchResponse> response = fail(ErrorClass::connect, "");
  {
    HostTurn turn = co_await take_turn(host);
    const TimePoint start = turn.ask();
    flight.enter(CrawlPhase::parse, start);
    row.started_at = wall(start);
    response = co_await workers_->fetch(host, std::move(request), flight.ticket());
    row.duration = wall(loop_->now()) - row.started_at;
    // Who was never found has no answer to rest for.
    const bool lookup = !response && response.error().phase == Phase::dns;
    turn.answered(lookup ? std::chrono::microseconds(0) : row.duration);
    if (response) row.retry_after = retry_after_of(*response);
    row.rest = rest_if_crowded(host, start, progress.status, row.retry_after);
  }
  bytes_ += progress.wire_bytes;
  learn_address(host, progress.address);
  row.status = progress.status;
  row.address = std::move(progress.address);
  row.content_type = std::move(progress.content_type);
  row.wire_bytes = progress.wire_bytes;
  if (!response) {
    row.error = ledger_class(response.error());
    row.phase = response.error().phase;
    row.message = response.error().message;
  }
  std::vector<CookieJar::Change> cookies;
  if (response && kind == FetchKind::spider) cookies = take_cookies(*response, url);
  flight.enter(CrawlPhase::commit, loop_->now());
  Permit permit = co_await commit_permits_.acquire();
  Outcome outcome;
  if (row.rest) add_rest(row, outcome);
  outcome.fetches.push_back(std::move(row));
  add_cookie_rows(std::move(cookies), outcome);
  submit(std::move(outcome), std::move(permit));
  co_return response;
}

// A spider's page.fetch(): outside the ledger, but under the same rules.
Task<Result<Page>> Crawl::fetch_page(Url url) {
  for (std::size_t redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    if (!url.is_http())
      co_return fail(ErrorClass::invalid_input, fmt::format("{}: not an http URL", url.href()));
    const HostId host = co_await host_for(url);
    const RobotsCache::Answer* robots = nullptr;
    while (true) {
      co_await robots_->recall(host);
      if ((robots = robots_->find(host))) break;
      co_await ask_robots(host);
    }
    robots_->on_used(host);
    if (robots->error) co_return std::unexpected(*robots->error);
    if (!robots->rules.check(url.request_target()).allowed) {
      co_return fail(ErrorClass::refused, fmt::format("{}: robots.txt disallows it", url.href()));
    }
    auto response = co_await ask(FetchKind::spider, {.url = url, .headers = {}, .want_body = {}});
    if (!response) co_return std::unexpected(std::move(response.error()));
    auto target = redirect_target(response->status, response->headers, url);
    if (!target) {
      PageReading reading{options_.client.max_body, items_->size(),
                          std::string(product_token(options_.client.user_agent))};
      co_return Page(
          std::make_shared<PageData>(std::move(url), std::move(*response), parsers_, std::move(reading)),
          this);
    }
    if (!*target) co_return std::unexpected(std::move(target->error()));
    url = std::move(**target);
  }
  co_return fail(ErrorClass::redirect, fmt::format("{}: more than {} redirects", url.href(), kMaxRedirects));
}

// The host of a URL that is not part of the ledger.
Task<HostId> Crawl::host_for(const Url& url) {
  const std::string canonical = canonical_url(url);
  if (const auto known = registry_.find_host(canonical)) co_return *known;
  Permit permit = co_await commit_permits_.acquire();
  Outcome rows;
  const HostId host = registry_.host_of(canonical, rows);
  if (!rows.hosts.empty()) submit(std::move(rows), std::move(permit));
  co_return host;
}

// Waits until the host may be asked and takes one of its connection slots.
Task<Crawl::HostTurn> Crawl::take_turn(HostId host) {
  is_paused_by_name(host);
  while (true) {
    const TimePoint now = loop_->now();
    if (frontier_.take_turn(host, now)) co_return HostTurn(*this, host, now);
    co_await changed_or(frontier_.turn_at(host).value_or(kNoDeadline));
  }
}

}  // namespace gossamer
