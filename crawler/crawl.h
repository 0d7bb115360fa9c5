#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/job.h"
#include "crawler/page.h"
#include "crawler/progress.h"
#include "crawler/robots_cache.h"
#include "crawler/spider.h"
#include "net/coro/channel.h"
#include "net/coro/event.h"
#include "net/coro/executor.h"
#include "net/coro/semaphore.h"
#include "net/coro/task_group.h"
#include "net/http/http_client.h"
#include "plugins/parser_registry.h"
#include "storage/crawl_writer.h"

namespace gossamer {

// One crawl from its opened job to its last commit: the pipeline of docs/architecture.md.
//
//   dispatch -> fetch (as many as --concurrency) -> channel -> parse -> writer thread
//
// The pipeline is a cycle (parse enters links that dispatch gives out), so it is built not to block in a
// circle: entering links never waits; a fetch gives back its host before the hand-over to parse; a spider's
// own page.fetch() needs only a turn at the host. Lives on one loop.
class Crawl final : private PageFetcher {
 public:
  struct Options {
    HttpClientOptions client;
    std::size_t parse_queue = 16;   // fetched pages that wait to be parsed
    std::size_t parsers = 16;       // pages in a spider's hands at once
    std::size_t uncommitted = 256;  // outcomes handed to the writer and not yet on disk
    CrawlWriter::Options writer;
  };

  // `job`, `parsers` and `spider` (null: none, all links are followed) must outlive the crawl.
  Crawl(Job& job, const ParserRegistry& parsers, Spider* spider, Options options);
  ~Crawl();

  // Ends when nothing is pending, at --max-pages, after stop(), or when storage fails; all outcomes are then
  // committed and the database is back in the job. Errors: storage; invalid_input for network options.
  Task<Result<>> run();

  // Ends the crawl soon: fetches under way are given up (their URLs stay pending), pages already fetched are
  // stored.
  void stop();
  bool stopped() const { return stopping_; }

  ProgressCounters progress() const;

  // Why a seed (or what it redirects to) failed, the first such; "" if none did.
  const std::string& seed_error() const { return seed_error_; }

 private:
  static constexpr int kMaxRedirects = 10;  // hops from a link to its page

  // A URL on its way from the frontier to its outcome.
  struct Visit {
    Frontier::Entry entry;
    Url url;
    FetchRow fetch;
    std::optional<FetchResponse> response;  // or
    std::optional<Error> error;
    std::optional<FilterReason> filtered;  // it was not even asked for
  };
  // What a page gave, before its links are entered.
  struct Findings {
    std::shared_ptr<PageData> page;  // null: no parser took it
    std::vector<Request> requests;   // of a spider
    std::vector<std::string> items;
    bool follow_links = true;
  };

  // crawl.cpp
  Task<> pipeline(TaskGroup& group);
  Task<> fetches(TaskGroup& group);
  Task<std::optional<Frontier::Entry>> next_entry();
  Task<> changed_or(TimePoint until);
  bool exhausted() const;
  void on_committed(std::size_t count, const Result<>& result);

  // crawl_fetch.cpp
  Task<> fetch(Frontier::Entry entry);
  Task<const RobotsCache::Answer*> robots_for(const Frontier::Entry& entry);
  Task<> ask_robots(HostId host);
  Task<> attempt(Visit& visit);
  Task<bool> retry(Visit& visit);
  bool wants_body(const ResponseHead& head) const;
  Task<Result<Page>> fetch_page(Url url) override;
  Task<Result<Page>> fetch_page_in_turn(Url url);
  Task<HostId> host_for(const Url& url);
  Task<> take_turn(HostId host);
  static FetchRow fetch_row(const Visit& visit);

  // crawl_parse.cpp
  Task<> parse_pages();
  Task<> finish(Visit visit);
  Task<Result<Findings>> read_page(Visit& visit);
  Task<Result<>> run_spider(Findings& findings);
  void enter_page(const Visit& visit, Findings& findings, Outcome& outcome);
  void enter_links(const Visit& visit, const Findings& findings, Outcome& outcome, PageRow& row);
  void enter_redirect(Visit& visit, Outcome& outcome);
  void submit(Outcome outcome);

  Job& job_;
  Frontier& frontier_;
  UrlRegistry& registry_;
  const ParserRegistry& parsers_;
  Spider* spider_;
  Options options_;

  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<RobotsCache> robots_;
  std::unique_ptr<CrawlWriter> writer_;
  std::unique_ptr<Executor> executor_;
  EventLoop* loop_ = nullptr;

  Semaphore fetch_permits_;
  Channel<Visit> parse_queue_;
  Semaphore commit_permits_;  // one for each outcome that may be uncommitted
  Event changed_;             // something that dispatch or page.fetch() waits for may have changed

  std::size_t active_ = 0;  // URLs between the frontier and their outcome
  std::uint64_t pages_ = 0;
  std::uint64_t bytes_ = 0;
  std::string seed_error_;
  TimePoint started_;
  bool stopping_ = false;
  std::optional<Error> storage_error_;
  TaskGroup* fetch_group_ = nullptr;
  std::set<CancelScope*> page_fetches_;  // of spiders, cancelled by stop()
};

}  // namespace gossamer
