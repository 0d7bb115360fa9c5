// Step 3 of a page's way: robots rules, then one request, one response.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <xxhash.h>

#include "crawler/cookie_rows.h"
#include "crawler/crawl.h"

namespace gossamer {

using namespace std::chrono_literals;

namespace {

std::uint32_t hash_of_cookies(std::string_view cookies) {
  return cookies.empty() ? 0 : static_cast<std::uint32_t>(XXH3_64bits(cookies.data(), cookies.size()));
}

}  // namespace

Crawl::HostTurn::~HostTurn() {
  if (!crawl_) return;
  const TimePoint now = crawl_->loop_->now();
  if (asked_ && !response_time_) {
    response_time_ = std::chrono::duration_cast<std::chrono::microseconds>(now - given_at_);
  }
  if (response_time_) {
    crawl_->frontier_.release(host_, now, *response_time_);
  } else {
    crawl_->frontier_.give_back(host_, given_at_, now);
  }
  crawl_->changed_.set();
}

Task<> Crawl::fetch(Frontier::Entry entry, TimePoint given_at, Permit) {
  std::optional<HostTurn> turn(std::in_place, *this, entry.host, given_at);
  const HostId host = entry.host;
  if (is_paused_by_name(host)) {
    turn.reset();
    co_return put_back(std::move(entry));
  }
  auto flight = in_flight_.begin(entry.url, CrawlPhase::dns, loop_->now());
  const auto url = Url::parse(entry.url);
  co_await robots_->recall(host);
  const RobotsCache::Answer* const robots = robots_->find(host);
  const bool unreachable = robots && robots->error;
  if (!unreachable && needs_address(host)) {
    turn.reset();
    frontier_.hold_host(host);
    const WallTime asked_at = wall(loop_->now());
    auto found = co_await find_address(host, *url);
    if (!found) co_await keep_lookup(host, asked_at, std::move(found.error()));
    frontier_.let_host(host);
    co_return put_back(std::move(entry));
  }
  if (!robots) {
    turn.reset();
    flight.enter(CrawlPhase::robots, loop_->now());
    // Its other URLs would but wait here too.
    frontier_.hold_host(host);
    co_await ask_robots(host);
    frontier_.let_host(host);
    co_return put_back(std::move(entry));
  }
  robots_->on_used(host);
  const bool may_pass = unreachable && (robots->error->error_class == ErrorClass::http_5xx
                                            ? robots->failures <= kRobotsPatience
                                            : retry_policy_
                                                  .pause(static_cast<std::uint16_t>(robots->failures), 0,
                                                         retry_class(*robots->error), std::nullopt, 0)
                                                  .has_value());
  if (may_pass) {
    turn.reset();
    frontier_.back_off(host, robots->expires);
    co_return put_back(std::move(entry));
  }

  Visit visit{.entry = std::move(entry),
              .fetch = {},
              .page = {},
              .links = {},
              .digest = {},
              .flight = std::move(flight)};
  visit.reread = visit.entry.refresh && registry_.is_reread(visit.entry.id);
  if ((!visit.entry.refresh || visit.reread) && registry_.is_dropped(visit.entry.url)) {
    visit.filtered = FilterReason::pattern;
  } else if (unreachable) {
    // Nobody may ask such a host for anything (RFC 9309 section 2.3.1.4): the page shares the fate of its
    // robots.txt.
    visit.error = robots->error;
    visit.fetch = {.url = visit.entry.id,
                   .attempt = visit.entry.attempt,
                   .started_at = wall(loop_->now()),
                   .host = host};
    if (robots->error->phase == Phase::dns) {  // the lookup was for the page as well
      visit.fetch.started_at = robots->asked_at;
      visit.fetch.duration = robots->took;
    }
  } else if (!robots->rules.check(url->request_target()).allowed) {
    visit.filtered = FilterReason::robots;
  } else {
    co_await attempt(visit, *url, *turn);
    if (visit.page && !visit.error && visit.fetch.status < 300 && !visit.entry.refresh) count_page(host);
    visit.fetch.rest = rest_if_crowded(host, given_at, visit.fetch.status, visit.fetch.retry_after);
    turn.reset();
    if (co_await retry(visit)) co_return;
  }
  turn.reset();
  visit.flight.enter(CrawlPhase::enter, loop_->now());
  co_await finish_queue_.send(std::move(visit));
}

// With --max-pages-per-host. While pages are refreshed the crawl itself looks at the budget, which those
// pass.
void Crawl::count_page(HostId host) {
  if (!job_.options.max_pages_per_host) return;
  job_.refresh ? static_cast<void>(++job_.pages_by_host[host]) : frontier_.count_page(host);
}

bool Crawl::has_page_room(HostId host) const {
  if (!job_.options.max_pages_per_host || !job_.refresh) return true;
  const auto pages = job_.pages_by_host.find(host);
  return pages == job_.pages_by_host.end() || pages->second < *job_.options.max_pages_per_host;
}

// A URL for which nothing was asked goes back where it came from.
void Crawl::put_back(Frontier::Entry entry) {
  registry_.put_back(entry, loop_->now());
  --active_;
  changed_.set();
}

Task<> Crawl::attempt(Visit& visit, Url url, HostTurn& turn) {
  visit.flight.enter(CrawlPhase::parse, loop_->now());
  FetchJob job{.url = url,
               .may_be_sitemap = visit.entry.depth == 0 && job_.options.reads_sitemaps(),
               .ticket = visit.flight.ticket()};
  if (visit.entry.refresh && !visit.reread) co_await make_conditional(visit, job.headers);
  add_cookies(url, job.headers);
  visit.asked_with = hash_of_cookies(job.headers.get("cookie").value_or(""));
  const TimePoint start = turn.ask();
  Fetched fetched = co_await workers_->visit(visit.entry.host, std::move(job));
  if (fetched.error) throw_if_scratch_failed(*fetched.error);
  visit.fetch = {.url = visit.entry.id,
                 .attempt = visit.entry.attempt,
                 .started_at = wall(start),
                 .duration = wall(fetched.ended_at) - wall(start),
                 .status = fetched.progress.status,
                 .address = std::move(fetched.progress.address),
                 .content_type = std::move(fetched.progress.content_type),
                 .wire_bytes = fetched.progress.wire_bytes,
                 .host = visit.entry.host};
  turn.answered(visit.fetch.duration);
  bytes_ += visit.fetch.wire_bytes;
  learn_address(visit.entry.host, visit.fetch.address);
  visit.page = std::move(fetched.page);
  if (visit.page) visit.fetch.retry_after = retry_after_of(visit.page->response);
  visit.links = std::move(fetched.links);
  visit.digest = fetched.digest;
  visit.simhash = fetched.simhash;
  visit.memory = std::move(fetched.memory);
  if (visit.page) visit.cookies = take_cookies(visit.page->response, url);
  // A sitemap that broke off counts as far as it came, unless it may yet come whole.
  const bool counts = visit.page && fetched.error && !pause_before_retry(visit, fetched.error);
  if (!counts) visit.error = std::move(fetched.error ? fetched.error : fetched.parse_error);
}

std::optional<std::chrono::microseconds> Crawl::retry_after_of(const FetchResponse& response) {
  const auto value = response.headers.get("retry-after");
  return value ? parse_retry_after(*value, std::chrono::system_clock::now()) : std::nullopt;
}

// A host that answers 429 or 503 is left alone for a while, also when that URL is not tried again. Answers to
// requests that were under way when the rest began count as one.
std::optional<std::chrono::microseconds> Crawl::rest_if_crowded(
    HostId host, TimePoint asked_at, int status, std::optional<std::chrono::microseconds> asked) {
  if (!RetryPolicy::is_crowded(status)) {
    if (status != 0) crowded_.erase(host);
    return std::nullopt;
  }
  const TimePoint now = loop_->now();
  Crowded& crowded = crowded_[host];
  if (crowded.in_a_row == 0 || asked_at > crowded.rested_at) {
    ++crowded.in_a_row;
    crowded.rested_at = now;
  }
  std::chrono::microseconds rest = RetryPolicy::host_rest(crowded.in_a_row, random());
  if (asked) {
    rest = std::min<std::chrono::microseconds>(std::max(rest, *asked), RetryPolicy::kLongestRetryAfter);
  }
  frontier_.back_off(host, now + rest);
  return rest;
}

void Crawl::add_cookies(const Url& url, Headers& headers) {
  if (job_.options.no_cookies) return;
  const std::string cookies = cookies_.header_for(url, wall(loop_->now()));
  if (!cookies.empty()) headers.add("Cookie", cookies);
}

// Tells the cookies that a request for the URL would have from those of another moment; 0: none.
std::uint32_t Crawl::cookies_hash(const Url& url) const {
  return job_.options.no_cookies ? 0 : hash_of_cookies(cookies_.header_for(url, wall(loop_->now())));
}

std::vector<CookieJar::Change> Crawl::take_cookies(const FetchResponse& response, const Url& url) {
  std::vector<CookieJar::Change> changes;
  if (job_.options.no_cookies) return changes;
  for (const std::string_view field : response.headers.get_all("set-cookie")) {
    cookies_.set(url, field, wall(loop_->now()), changes);
  }
  return changes;
}

// As the cookies stand when the outcome is handed over: another answer's may have been written since.
void Crawl::add_cookie_rows(std::vector<CookieJar::Change> changes, Outcome& outcome) const {
  for (CookieJar::Change& change : changes) {
    outcome.cookies.push_back(row_of(cookies_.now(std::move(change))));
  }
}

// nullopt: no more attempts.
std::optional<std::chrono::milliseconds> Crawl::pause_before_retry(const Visit& visit,
                                                                   const std::optional<Error>& error) {
  return retry_policy_.pause(visit.entry.attempt, visit.fetch.status,
                             error ? retry_class(*error) : std::nullopt, visit.fetch.retry_after, random());
}

// Puts a URL whose attempt may work better later back into the frontier; its attempt is stored at once.
Task<bool> Crawl::retry(Visit& visit) {
  const auto pause = pause_before_retry(visit, visit.error);
  if (!pause) co_return false;
  const TimePoint not_before = loop_->now() + *pause;
  visit.flight.enter(CrawlPhase::commit, loop_->now());
  Permit permit = co_await commit_permits_.acquire();
  Outcome outcome;
  add_fetch(visit, outcome);
  if (!visit.entry.refresh) {  // which would be done all over anyway
    outcome.retries.push_back(
        {.url = visit.entry.id, .attempts = visit.entry.attempt, .not_before = wall(not_before)});
  }
  submit(std::move(outcome), std::move(permit));
  ++visit.entry.attempt;
  registry_.put_back(visit.entry, not_before);
  --active_;
  changed_.set();
  co_return true;
}

// The row of an attempt, with the error that ended it or what kept the page from being read whole, and what
// its host asked for.
void Crawl::add_fetch(Visit& visit, Outcome& outcome) {
  FetchRow row = visit.fetch;
  if (visit.error) {
    row.error = ledger_class(*visit.error);
    row.phase = visit.error->phase;
    row.message = visit.error->message;
  } else if (visit.page) {
    const bool wrong = (visit.entry.sitemap || visit.reread) && !visit.page->not_sitemap.empty();
    row.message = wrong ? visit.page->not_sitemap : visit.page->parsed.damage;
  }
  if (row.rest) add_rest(row, outcome);
  outcome.fetches.push_back(std::move(row));
  add_cookie_rows(std::move(visit.cookies), outcome);
}

// Also for the next run.
void Crawl::add_rest(const FetchRow& fetch, Outcome& outcome) {
  HostRow host = registry_.host_row(fetch.host);
  host.rest_until = fetch.started_at + fetch.duration + *fetch.rest;
  outcome.hosts.push_back(std::move(host));
}

double Crawl::random() { return std::uniform_real_distribution<>()(random_); }

}  // namespace gossamer
