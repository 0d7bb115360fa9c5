#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "crawler/crawl_control.h"
#include "crawler/fetch_worker.h"
#include "crawler/in_flight.h"
#include "crawler/job.h"
#include "crawler/page.h"
#include "crawler/progress.h"
#include "crawler/retry_policy.h"
#include "crawler/robots_cache.h"
#include "crawler/spider.h"
#include "net/coro/channel.h"
#include "net/coro/event.h"
#include "net/coro/executor.h"
#include "net/coro/semaphore.h"
#include "net/coro/task_group.h"
#include "net/http/cookie_jar.h"
#include "plugins/parser_registry.h"
#include "storage/crawl_writer.h"
#include "storage/row_reader.h"

namespace gossamer {

// One crawl from its opened job to its last commit: the pipeline of docs/architecture.md.
//
//   dispatch -> fetch and parse (as many as --concurrency) -> channel -> spider, enter -> writer thread
//
// The pipeline is a cycle (entering a page's links gives dispatch its work), so it is built not to block in a
// circle: entering links never waits; a fetch gives back its host before the hand-over; a spider's own
// page.fetch() needs only a turn at the host. Lives on one loop; with --threads the fetches and the parsing
// are done by workers on loops of their own.
class Crawl final : private PageFetcher, public CrawlControl {
 public:
  struct Options {
    HttpClientOptions client;
    std::size_t finish_queue = 16;                            // fetched pages that wait for their outcome
    std::size_t spiders = 16;                                 // pages in a spider's hands at once
    std::optional<std::size_t> spider_output = std::nullopt;  // bytes of one page; by --memory
    // Outcomes handed to the writer and not yet committed. By their bytes they keep to MemoryPlan::outcomes.
    std::size_t uncommitted = 1024;
    std::optional<std::size_t> robots_memory = std::nullopt;  // bytes of rules; by --memory
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
  void stop() override;
  bool stopped() const { return stopping_; }

  ProgressCounters progress() const;

  // crawl_control.cpp
  void pause() override;
  void resume() override;
  Result<std::size_t> pause_host(std::string host) override;
  Result<std::size_t> resume_host(std::string host) override;
  Task<Result<DropReport>> drop(std::string pattern) override;
  Task<CrawlState> state() override;

  // How many hosts asked for a Crawl-delay above the cap.
  std::size_t capped_delays() const { return capped_delays_.size(); }

  // Why a seed (or what it redirects to) failed, the first such; "" if none did.
  const std::string& seed_error() const { return seed_error_; }

 private:
  static constexpr int kRobotsPatience = 4;  // asks in vain for a robots.txt before its host's URLs fail

  // A URL on its way from the frontier to its outcome.
  struct Visit {
    Frontier::Entry entry;
    FetchRow fetch;
    std::shared_ptr<PageData> page;  // a response, or
    std::optional<Error> error;
    std::optional<FilterReason> filtered;  // it was not even asked for
    bool again = false;                    // it led to itself, and is in the frontier once more
    bool reread = false;                   // it is done, and asked for again to be read as a sitemap
    FoundLinks links;                      // the first piece of the page's
    BodyDigest digest;
    std::optional<std::uint64_t> simhash;
    std::uint32_t asked_with = 0;            // cookies, as cookies_hash()
    std::vector<CookieJar::Change> cookies;  // by the answer
    std::optional<PageValidators> stored;    // of a page that is refreshed
    PageHolds memory{};
    InFlight::Entry flight{};
  };
  // One connection slot of a host, given back at the end, also when the request is cancelled.
  class HostTurn {
   public:
    HostTurn(Crawl& crawl, HostId host, TimePoint given_at)
        : crawl_(&crawl), host_(host), given_at_(given_at) {}
    HostTurn(HostTurn&& other) noexcept
        : crawl_(std::exchange(other.crawl_, nullptr)),
          host_(other.host_),
          given_at_(other.given_at_),
          asked_(other.asked_) {}
    HostTurn& operator=(HostTurn&&) = delete;
    ~HostTurn();
    // A request is made in this turn, for whose sake the host will rest; gives when it began, which is when
    // the turn was given, for by that the next one is timed.
    TimePoint ask() {
      asked_ = true;
      return given_at_;
    }
    // The request took so long; without it, until the end of the turn.
    void answered(std::chrono::microseconds response_time) { response_time_ = response_time; }

   private:
    Crawl* crawl_;
    HostId host_;
    TimePoint given_at_;
    bool asked_ = false;
    std::optional<std::chrono::microseconds> response_time_;
  };

  // What a page gave beside its links.
  struct Findings {
    std::vector<Request> requests;  // of a spider
    std::vector<std::string> items;
    bool follow_links = true;
  };

  // crawl.cpp
  Task<> pipeline(TaskGroup& group);
  Task<> fetches(TaskGroup& group);
  struct Given {
    Frontier::Entry entry;
    TimePoint at;
  };
  Task<std::optional<Given>> next_entry();
  Task<> changed_or(TimePoint until);
  Result<> restore_hosts();
  void settle(const Frontier::Entry& entry);
  bool exhausted() const;
  static void throw_if_scratch_failed(const Error& error);
  void stop_for(const Error& error);
  void on_committed(std::size_t count, const Result<>& result);

  // crawl_fetch.cpp
  Task<> fetch(Frontier::Entry entry, TimePoint given_at, Permit permit);
  void put_back(Frontier::Entry entry);
  void count_page(HostId host);
  bool has_page_room(HostId host) const;
  Task<> attempt(Visit& visit, Url url, HostTurn& turn);
  void add_cookies(const Url& url, Headers& headers);
  std::uint32_t cookies_hash(const Url& url) const;
  std::vector<CookieJar::Change> take_cookies(const FetchResponse& response, const Url& url);
  void add_cookie_rows(std::vector<CookieJar::Change> changes, Outcome& outcome) const;
  std::optional<std::chrono::milliseconds> pause_before_retry(const Visit& visit,
                                                              const std::optional<Error>& error);
  Task<bool> retry(Visit& visit);
  std::optional<std::chrono::microseconds> rest_if_crowded(HostId host, TimePoint asked_at, int status,
                                                           std::optional<std::chrono::microseconds> asked);
  static std::optional<std::chrono::microseconds> retry_after_of(const FetchResponse& response);
  void add_fetch(Visit& visit, Outcome& outcome);
  void add_rest(const FetchRow& fetch, Outcome& outcome);
  double random();

  // crawl_address.cpp
  bool needs_address(HostId host) const;
  Task<Result<>> find_address(HostId host, const Url& url);
  Task<> keep_lookup(HostId host, WallTime asked_at, Error error);
  void learn_address(HostId host, const IpAddress& address);
  void learn_address(HostId host, std::string_view connected);

  // crawl_refresh.cpp
  Task<> make_conditional(Visit& visit, Headers& headers);
  static std::optional<PageChange> same_page(const Visit& visit);
  static void enter_validators(const Visit& visit, Outcome& outcome);
  bool is_overtaken(const Visit& visit) const;
  bool enter_refreshed(Visit& visit, Outcome& outcome);
  bool enter_reread(Visit& visit, Outcome& outcome);

  // crawl_ask.cpp
  Task<> ask_robots(HostId host);
  Task<> ask_robots_of(std::vector<HostId> hosts);
  Task<std::optional<HostRow>> stored_host(HostId host);
  void enter_sitemaps(HostId host, Outcome& outcome);
  void note_crawl_delay(HostId host, const RobotsCache::Answer& robots);
  Task<Result<FetchResponse>> ask(FetchKind kind, FetchRequest request);
  Task<Result<Page>> fetch_page(Url url) override;
  Task<HostId> host_for(const Url& url);
  Task<HostTurn> take_turn(HostId host);

  // crawl_control.cpp
  std::vector<HostId> hosts_named(const std::function<bool(std::string_view)>& named) const;
  bool is_paused_by_name(HostId host);

  // crawl_parse.cpp
  Task<> finish_pages();
  Task<> finish(Visit visit);
  static void set_status_error(Visit& visit);
  Task<std::optional<Result<Findings>>> read_unless_stopped(Visit& visit);
  Task<Result<Findings>> show_to_spider(std::shared_ptr<PageData> page, PageHolds& holds);
  Task<> enter_page(Visit& visit, Findings& findings, Outcome& outcome);
  Task<Result<>> enter_links(Visit& visit, bool follow, UrlRegistry::Referrer from, Outcome& outcome,
                             PageRow& row);
  std::size_t enter_piece(const Visit& visit, const FoundLinks& found, std::size_t i,
                          const UrlRegistry::Referrer& from, Outcome& outcome);
  Task<> enter_requests(const Visit& visit, const std::vector<Request>& requests, UrlRegistry::Referrer from,
                        Outcome& outcome, PageRow& row);
  FindOptions find_options() const {
    return {.assets = job_.options.assets,
            .texts = job_.options.store_links,
            .canonical = job_.options.canonical};
  }
  Task<> hand_over_part(UrlId page, Outcome& outcome);
  void enter_redirect(Visit& visit, Outcome& outcome);
  void ask_as_sitemap(const Visit& visit, Outcome& outcome);
  WallTime wall(TimePoint time) const {
    return started_wall_ + std::chrono::duration_cast<std::chrono::microseconds>(time - started_);
  }
  Task<> warm(const FoundLinks& links);
  Task<> room_to_write();
  // What an outcome holds until it is committed.
  struct Held {
    std::optional<Permit> permit = std::nullopt;
    PageHolds memory{};
    std::optional<HostId> robots = std::nullopt;  // it brings the robots.txt of this host
  };
  void submit(Outcome outcome, Held held);
  void submit(Outcome outcome, Permit permit) {
    submit(std::move(outcome), Held{.permit = std::move(permit)});
  }

  Job& job_;
  Frontier& frontier_;
  UrlRegistry& registry_;
  const ParserRegistry& parsers_;
  Spider* spider_;
  Options options_;

  std::unique_ptr<FetchWorkers> workers_;
  std::unique_ptr<RowReader> row_reader_;  // the executor's
  CookieJar cookies_;
  RetryPolicy retry_policy_;
  std::unique_ptr<RobotsCache> robots_;
  std::unique_ptr<CrawlWriter> writer_;
  std::unique_ptr<Executor> executor_;
  EventLoop* loop_ = nullptr;

  InFlight in_flight_;
  Semaphore fetch_permits_;
  Channel<Visit> finish_queue_;
  std::shared_ptr<MemoryBudget> large_bodies_;  // the workers'
  std::shared_ptr<MemoryBudget> items_;         // of plugins
  MemoryBudget outputs_;                        // of a spider
  Semaphore many_links_{1};                     // pages whose links come in several pieces
  Semaphore commit_permits_;                    // bounds what is not yet committed
  std::uint64_t committed_ = 0;                 // outcomes, by this process
  std::deque<Held> uncommitted_;                // of the outcomes submitted, in that order
  std::size_t unwritten_ = 0;                   // bytes of outcomes handed over and still in memory
  Event written_;                               // they are fewer now
  Event changed_;  // something that dispatch or page.fetch() waits for may have changed

  // Hosts whose last answers, so many, were 429 or 503.
  struct Crowded {
    int in_a_row = 0;
    TimePoint rested_at{};  // when the last rest was set
  };
  std::unordered_map<HostId, Crowded> crowded_;
  std::minstd_rand random_{std::random_device{}()};
  std::size_t active_ = 0;  // URLs between the frontier and their outcome
  std::uint64_t pages_ = 0;
  std::uint64_t pages_before_ = 0;  // of earlier runs
  std::uint64_t bytes_ = 0;
  std::string seed_error_;
  TimePoint started_;
  WallTime started_wall_;   // the same instant: times of a run are of one clock, also when that is set anew
  TimePoint last_settled_;  // an outcome was handed over
  bool stopping_ = false;
  bool running_ = false;                          // between the making of workers and writer, and their end
  std::size_t drops_ = 0;                         // drop() calls under way
  std::unordered_set<HostId> capped_delays_;      // hosts with a Crawl-delay above the cap
  std::optional<TimePoint> paused_since_;         // as a whole
  std::unordered_set<std::string> paused_names_;  // host names: also of origins found later
  std::optional<Error> storage_error_;
  TaskGroup* fetch_group_ = nullptr;
  std::set<CancelScope*> pages_in_hand_;  // being read, perhaps by a spider that waits; cancelled by stop()
};

}  // namespace gossamer
