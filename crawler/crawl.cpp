#include "crawler/crawl.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "crawler/cookie_rows.h"
#include "crawler/wall_time.h"
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
      large_bodies_(std::make_shared<MemoryBudget>(job.memory.large_bodies)),
      items_(std::make_shared<MemoryBudget>(job.memory.outputs / (spider ? 2 : 1))),
      outputs_(options_.spider_output.value_or(job.memory.outputs / 2)),
      commit_permits_(options_.uncommitted) {}

Crawl::~Crawl() = default;

Task<Result<>> Crawl::run() {
  loop_ = (co_await current_task()).loop;
  started_ = loop_->now();
  started_wall_ = wall_now();
  auto retry_policy = RetryPolicy::parse(job_.options.retries);
  if (!retry_policy) co_return std::unexpected(std::move(retry_policy.error()));
  retry_policy_ = *retry_policy;
  auto workers = co_await FetchWorkers::create(job_.options.threads,
                                               {.client = options_.client,
                                                .small_body = job_.memory.small_body,
                                                .large_bodies = large_bodies_,
                                                .items = items_,
                                                .for_spider = spider_ != nullptr,
                                                .store_bodies = job_.options.store_bodies,
                                                .scratch_directory = scratch_directory(job_.options),
                                                .simhash = job_.twins->wants_simhash(),
                                                .links = find_options()},
                                               &parsers_, &registry_.seen());
  if (!workers) co_return std::unexpected(std::move(workers.error()));
  workers_ = std::move(*workers);
  robots_ = std::make_unique<RobotsCache>(
      [this](FetchRequest request) { return ask(FetchKind::robots, std::move(request)); },
      [this](HostId host) { return stored_host(host); }, [this] { return wall(loop_->now()); },
      RobotsCache::Options{.product_token = std::string(product_token(job_.options.network.user_agent)),
                           .ignore = job_.options.no_robots,
                           .memory = options_.robots_memory.value_or(job_.memory.hosts / 2),
                           .some_stored = job_.resumed,
                           .long_unread = std::move(job_.long_unread)});
  if (auto restored = restore_hosts(); !restored) co_return restored;
  executor_ = std::make_unique<Executor>(1);
  pages_ = pages_before_ = job_.pages;
  last_settled_ = started_;
  auto reader = RowReader::open(job_.options.output);
  if (!reader) co_return std::unexpected(std::move(reader.error()));
  row_reader_ = std::make_unique<RowReader>(std::move(*reader));

  // Commits are told on the writer's thread; what they change belongs to the loop.
  // The next batch gathers while one is written.
  options_.writer.max_batch_bytes =
      std::min<std::size_t>(options_.writer.max_batch_bytes, job_.memory.outcomes / 2);
  writer_ = std::make_unique<CrawlWriter>(
      std::move(job_.db), options_.writer,
      [this](std::size_t count, const Result<>& result) {
        loop_->post([this, count, result] { on_committed(count, result); });
      },
      [this](std::size_t bytes) {
        loop_->post([this, bytes] {
          unwritten_ -= bytes;
          written_.set();
        });
      });
  running_ = true;
  try {
    co_await with_task_group([](TaskGroup& group, Crawl* self) { return self->pipeline(group); }, this);
  } catch (const std::runtime_error& error) {
    // The scratch files cannot be read: nobody knows what is new, and the crawl ends with what is committed.
    stop_for(Error{ErrorClass::storage, Phase::store, error.what()});
  }
  running_ = false;
  while (drops_ > 0) co_await changed_or(kNoDeadline);
  auto closed = co_await run_in_executor(*executor_, [this] { return writer_->close(); });
  if (!closed) co_return std::unexpected(storage_error_ ? *storage_error_ : closed.error());
  job_.db = std::move(*closed);
  if (storage_error_) co_return std::unexpected(*storage_error_);
  if (job_.refresh && registry_.refreshes() == 0 && !stopping_) co_return end_refresh(job_);
  co_return Result<>{};
}

// What an earlier run knew of the hosts and was asked to keep to: their robots.txt, addresses and rests. A
// run does not know when the last request of the former was made; so a delay begins anew for all.
Result<> Crawl::restore_hosts() {
  const TimePoint now = loop_->now();
  for (const HostRow& host : job_.hosts) {
    robots_->restore(host);
    if (host.rest_until > started_wall_) {
      frontier_.back_off(host.id, now + (*host.rest_until - started_wall_));
    }
    const auto* const known = robots_->find(host.id);
    if (!known || !known->rules.crawl_delay()) continue;
    note_crawl_delay(host.id, *known);
    frontier_.back_off(host.id, now + *known->rules.crawl_delay());
  }
  job_.hosts = {};
  for (HostId id = 1; job_.resumed && id <= registry_.host_count(); ++id) {
    if (const auto address = registry_.host(id).address) frontier_.set_address(id, *address, now);
    if (job_.options.delay > job_.options.delay.zero()) frontier_.back_off(id, now + job_.options.delay);
  }
  return job_.db.for_each_cookie([this](const CookieRow& row) { cookies_.restore(cookie_of(row)); });
}

Task<> Crawl::pipeline(TaskGroup& group) {
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
  if (!job_.ask_robots.empty()) {
    ++active_;
    group.create_task(&Crawl::ask_robots_of, this, std::move(job_.ask_robots));
  }
  while (!stopping_) {
    // A URL leaves the frontier, and takes its host's turn, only when a fetch is free to begin.
    Permit permit = co_await fetch_permits_.acquire();
    auto given = co_await next_entry();
    if (!given) break;
    ++active_;
    registry_.begin(given->entry);
    group.create_task(&Crawl::fetch, this, std::move(given->entry), given->at, std::move(permit));
  }
}

// The next URL whose host may be asked; nullopt at the end of the crawl.
Task<std::optional<Crawl::Given>> Crawl::next_entry() {
  while (!stopping_) {
    const auto limit = job_.options.max_pages;
    const bool full = limit && pages_ >= *limit;  // for new pages; stored ones are refreshed all the same
    const bool limit_near = full ? registry_.refreshes() == 0 : limit && pages_ + active_ >= *limit;
    if (limit_near && active_ == 0) break;
    const TimePoint now = loop_->now();
    if (!limit_near) {
      if (auto entry = frontier_.pop(now)) {
        const bool dropped = registry_.state(entry->id) == UrlTable::State::filtered;
        const bool may_go = entry->refresh || (!full && has_page_room(entry->host));
        if (!dropped && may_go) co_return Given{std::move(*entry), now};
        if (dropped) frontier_.note_thrown_away(entry->host);
        frontier_.give_back(entry->host, now, now);
        continue;
      }
    }
    if (exhausted()) break;
    co_await changed_or(limit_near ? kNoDeadline : frontier_.next_ready().value_or(kNoDeadline));
  }
  co_return std::nullopt;
}

// What was dropped may still stand in the frontier, and the URLs of hosts that gave all the pages they may.
bool Crawl::exhausted() const {
  if (active_ > 0) return false;
  return frontier_.pending() <= frontier_.pending_exhausted() ||
         (registry_.counts().pending == 0 && registry_.refreshes() == 0);
}

// A URL has left the pipeline for good.
void Crawl::settle(const Frontier::Entry& entry) {
  if (entry.refresh) registry_.end_refresh();
  --active_;
  changed_.set();
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

// Waits until the outcomes handed over leave memory for one more. It may be of any size: what is large about
// it holds memory of its own, a body its permit.
Task<> Crawl::room_to_write() {
  while (unwritten_ > job_.memory.outcomes) {
    written_.clear();
    co_await written_.wait();
  }
}

// The caller has not suspended since it began to write the outcome, and has acquired a commit permit for it,
// which the last part of an outcome in parts has.
void Crawl::submit(Outcome outcome, Held held) {
  const PageHolds& memory = held.memory;
  const bool soon = (memory.body && large_bodies_->is_wanted()) || (memory.items && items_->is_wanted()) ||
                    (memory.outputs && outputs_.is_wanted());
  last_settled_ = loop_->now();
  uncommitted_.push_back(std::move(held));
  unwritten_ += writer_->submit(std::move(outcome), soon);
}

void Crawl::on_committed(std::size_t count, const Result<>& result) {
  committed_ += count;
  if (drops_ > 0) changed_.set();
  for (; count > 0; --count) {
    if (uncommitted_.front().robots && result) robots_->on_stored(*uncommitted_.front().robots);
    uncommitted_.pop_front();
  }
  if (!result) stop_for(result.error());
}

// A scratch file of a page that fails ends the crawl, as any other does: see run().
void Crawl::throw_if_scratch_failed(const Error& error) {
  if (error.error_class == ErrorClass::storage) throw std::runtime_error(error.message);
}

void Crawl::stop_for(const Error& error) {
  if (!storage_error_) storage_error_ = error;
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
