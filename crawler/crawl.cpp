#include "crawler/crawl.h"

#include <algorithm>
#include <utility>

#include "net/coro/timeout.h"

namespace gossamer {

Crawl::Crawl(Job& job, const ParserRegistry& parsers, Spider* spider, Options options)
    : job_(job),
      frontier_(*job.frontier),
      registry_(*job.registry),
      parsers_(parsers),
      spider_(spider),
      options_(std::move(options)),
      fetch_permits_(static_cast<std::size_t>(job.options.concurrency)),
      finish_queue_(options_.finish_queue),
      commit_permits_(options_.uncommitted) {}

Crawl::~Crawl() = default;

Task<Result<>> Crawl::run() {
  loop_ = (co_await current_task()).loop;
  started_ = loop_->now();
  started_wall_ = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  auto retry_policy = RetryPolicy::parse(job_.options.retries);
  if (!retry_policy) co_return std::unexpected(std::move(retry_policy.error()));
  retry_policy_ = *retry_policy;
  auto workers = co_await FetchWorkers::create(job_.options.threads,
                                               {.client = options_.client,
                                                .every_body = job_.options.store_bodies || spider_ != nullptr,
                                                .assets = job_.options.assets},
                                               &parsers_, &registry_.seen());
  if (!workers) co_return std::unexpected(std::move(workers.error()));
  workers_ = std::move(*workers);
  robots_ = std::make_unique<RobotsCache>(
      [this](FetchRequest request) { return ask(FetchKind::robots, std::move(request)); },
      std::string(product_token(job_.options.network.user_agent)), job_.options.no_robots);
  for (const HostRow& host : job_.robots) {
    robots_->restore(host);
    if (const auto* known = robots_->find(host.id)) note_crawl_delay(host.id, *known);
  }
  job_.robots.clear();
  executor_ = std::make_unique<Executor>(1);
  pages_ = pages_before_ = job_.pages;
  last_settled_ = started_;

  // Commits are told on the writer's thread; what they change belongs to the loop.
  writer_ = std::make_unique<CrawlWriter>(
      std::move(job_.db), options_.writer, [this](std::size_t count, const Result<>& result) {
        loop_->post([this, count, result] { on_committed(count, result); });
      });
  running_ = true;
  co_await with_task_group([](TaskGroup& group, Crawl* self) { return self->pipeline(group); }, this);
  running_ = false;
  while (drops_ > 0) co_await changed_or(kNoDeadline);
  auto closed = co_await run_in_executor(*executor_, [this] { return writer_->close(); });
  if (!closed) co_return std::unexpected(storage_error_ ? *storage_error_ : closed.error());
  job_.db = std::move(*closed);
  co_return Result<>{};
}

Task<> Crawl::pipeline(TaskGroup& group) {
  if (!job_.improved.changes.empty()) {
    co_await commit_permits_.acquire();
    submit(std::exchange(job_.improved, {}));
  }
  // Only a spider may wait within a page; without one a second page would but take memory.
  const std::size_t pages_at_once = spider_ ? options_.spiders : 1;
  for (std::size_t i = 0; i < pages_at_once; ++i) group.create_task(&Crawl::finish_pages, this);
  co_await with_task_group([](TaskGroup& fetches, Crawl* self) { return self->fetches(fetches); }, this);
  finish_queue_.close();
}

Task<> Crawl::fetches(TaskGroup& group) {
  fetch_group_ = &group;
  struct Forget {
    TaskGroup*& group;
    ~Forget() { group = nullptr; }
  } forget{fetch_group_};
  while (!stopping_) {
    // A URL leaves the frontier, and takes its host's turn, only when a fetch is free to begin.
    co_await fetch_permits_.acquire();
    auto entry = co_await next_entry();
    if (!entry) break;
    ++active_;
    registry_.mark_in_flight(entry->id);
    group.create_task(&Crawl::fetch, this, std::move(*entry));
  }
}

// The next URL whose host may be asked; nullopt at the end of the crawl.
Task<std::optional<Frontier::Entry>> Crawl::next_entry() {
  while (!stopping_) {
    const bool limit_near = job_.options.max_pages && pages_ + active_ >= *job_.options.max_pages;
    if (limit_near && active_ == 0) break;
    const TimePoint now = loop_->now();
    if (!limit_near) {
      if (auto entry = frontier_.pop(now)) {
        if (registry_.state(entry->id) != UrlTable::State::filtered) co_return std::move(entry);
        frontier_.release(entry->host, now, std::nullopt);  // dropped while it waited
        continue;
      }
    }
    if (exhausted()) break;
    co_await changed_or(limit_near ? kNoDeadline : frontier_.next_ready().value_or(kNoDeadline));
  }
  co_return std::nullopt;
}

// What was dropped may still stand in the frontier.
bool Crawl::exhausted() const {
  return active_ == 0 && (frontier_.pending() == 0 || registry_.counts().pending == 0);
}

Task<> Crawl::changed_or(TimePoint until) {
  changed_.clear();
  const auto wait = [](Event* event) -> Task<> { co_await event->wait(); };
  [[maybe_unused]] const auto timed_out = co_await with_deadline(until, wait(&changed_));
}

void Crawl::stop() {
  if (std::exchange(stopping_, true)) return;
  if (fetch_group_) fetch_group_->cancel();
  for (CancelScope* scope : pages_in_hand_) scope->cancel();
  changed_.set();
}

// The permits that an outcome takes until it is committed.
std::size_t Crawl::commit_weight(std::size_t body_bytes) const {
  return std::min(options_.uncommitted, 1 + body_bytes / (64 << 10));
}

// The caller has acquired `weight` commit permits, and has not suspended since it began to write the outcome.
void Crawl::submit(Outcome outcome, std::size_t weight) {
  last_settled_ = loop_->now();
  uncommitted_.push_back(weight);
  writer_->submit(std::move(outcome));
}

void Crawl::on_committed(std::size_t count, const Result<>& result) {
  committed_ += count;
  if (drops_ > 0) changed_.set();
  for (; count > 0; --count) {
    commit_permits_.release(uncommitted_.front());
    uncommitted_.pop_front();
  }
  if (result || storage_error_) return;
  storage_error_ = result.error();
  stop();
}

ProgressCounters Crawl::progress() const {
  return {.pages = pages_,
          .in_flight = active_,
          .pending = registry_.counts().pending,
          .failed = registry_.counts().failed,
          .bytes = bytes_,
          .elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(loop_->now() - started_),
          .max_pages = job_.options.max_pages};
}

}  // namespace gossamer
