#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "crawler/found_links.h"
#include "crawler/in_flight.h"
#include "crawler/memory_budget.h"
#include "crawler/page.h"
#include "crawler/sitemap_intake.h"
#include "net/coro/loop_thread.h"
#include "net/coro/semaphore.h"
#include "net/http/http_client.h"
#include "plugins/parser_registry.h"
#include "storage/rows.h"

namespace gossamer {

// One page to fetch and to read.
struct FetchJob {
  Url url;
  Headers headers{};            // beside the client's
  bool may_be_sitemap = false;  // it is read as one if its bytes say so
  std::uint64_t ticket = 0;     // for under_way()
};

// XXH3-128 of a body.
struct BodyDigest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// What came of it.
struct Fetched {
  TimePoint ended_at;                // of the request, before the reading
  FetchProgress progress;            // also of a fetch that failed
  std::optional<Error> error;        // no response; storage: of a scratch file
  std::shared_ptr<PageData> page;    // the response; of a 2xx with what the parsers found. With `error`: what
                                     // came of a sitemap before its transfer broke
  std::optional<Error> parse_error;  // of a parser: the page keeps nothing
  FoundLinks links;
  BodyDigest digest;  // of a 2xx
  std::optional<std::uint64_t> simhash;
  PageHolds memory;
};

// Fetches pages, and turns their bytes into links and items: steps 3 and 5 of a page's way, whole on one
// loop.
class FetchWorker {
 public:
  struct Options {
    HttpClientOptions client;
    std::size_t small_body = std::string::npos;  // a larger one waits for its part of
    std::shared_ptr<MemoryBudget> large_bodies;  // this, twice its size
    std::shared_ptr<MemoryBudget> items;         // and a page of many items for all of this
    bool for_spider = false;                     // which gets every body, and links as written
    bool store_bodies = false;                   // of whatever type
    std::string scratch_directory{};
    bool simhash = false;  // of pages, for PageTwins
    FindOptions links{};
  };

  // On the loop that will use it; `parsers` and `seen`, of which it only takes hashes, must outlive it.
  // Errors: invalid_input for options that cannot be used.
  static Result<std::unique_ptr<FetchWorker>> create(Options options, const ParserRegistry& parsers,
                                                     const SeenSet& seen);

  Task<Fetched> visit(FetchJob job);
  // One request; its progress is filled, if it has none, by one of this call.
  Task<Result<FetchResponse>> fetch(FetchRequest request, std::uint64_t ticket);
  HttpClient& client() { return *client_; }

  // The fetches of this moment.
  std::vector<FetchUnderWay> under_way() const;

 private:
  using Fetches = std::list<std::pair<std::uint64_t, const FetchProgress*>>;
  class Listed;

  FetchWorker(Options options, std::unique_ptr<HttpClient> client, const ParserRegistry& parsers,
              const SeenSet& seen)
      : options_(std::move(options)),
        client_(std::move(client)),
        parsers_(parsers),
        seen_(seen),
        loop_(EventLoop::current()) {}
  Task<> admit_spare(std::optional<Permit>* permit);
  Task<> admit(std::size_t most, std::shared_ptr<MemoryBudget::Hold>* hold);
  bool wants_body(const ResponseHead& head, bool may_be_sitemap) const;
  Result<> take_sitemap(Fetched& fetched, SitemapIntake& intake) const;
  void keep_what_came(Fetched& fetched, Url url, SitemapIntake& intake) const;
  Task<> read(Fetched& fetched) const;
  Task<Result<ParsedPage>> parse(Fetched& fetched) const;
  std::size_t room_for_links(const Fetched& fetched) const;
  PageReading reading() const;

  Options options_;
  std::unique_ptr<HttpClient> client_;
  const ParserRegistry& parsers_;
  const SeenSet& seen_;
  EventLoop& loop_;
  Semaphore spare_body_{1};  // a large one of the requests beside the queue
  Fetches fetches_;
};

// The workers of a crawl: one on the crawl's own loop, or several on threads of their own. A host always has
// the same one, and with it its connections. Belongs to the crawl loop.
class FetchWorkers {
 public:
  // Errors: as FetchWorker::create().
  static Task<Result<std::unique_ptr<FetchWorkers>>> create(int threads, FetchWorker::Options options,
                                                            const ParserRegistry* parsers,
                                                            const SeenSet* seen);
  ~FetchWorkers();

  Task<Fetched> visit(HostId host, FetchJob job);
  // What `request` refers to must stay until the end.
  Task<Result<FetchResponse>> fetch(HostId host, FetchRequest request, std::uint64_t ticket = 0);
  Task<Result<std::vector<IpAddress>>> resolve(HostId host, Url url);

  // All fetches of this moment, but for those of threads that do not answer soon: they parse.
  Task<std::vector<FetchUnderWay>> under_way();

 private:
  struct Thread {
    LoopThread loop;
    std::unique_ptr<FetchWorker> worker;  // of that loop
  };

  FetchWorkers() = default;
  // `fn(worker)`, which gives a Task, on the loop of the host's worker.
  template <class Fn>
  std::invoke_result_t<Fn, FetchWorker&> on_worker(HostId host, Fn fn);

  std::unique_ptr<FetchWorker> local_;  // or
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace gossamer
