#include "crawler/fetch_worker.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <thread>
#include <xxhash.h>

#include "crawler/memory_plan.h"
#include "crawler/robots.h"
#include "crawler/simhash.h"
#include "net/coro/timeout.h"
#include "net/http/message.h"
#include "plugins/sitemap/sitemap_type.h"

namespace gossamer {
namespace {

std::size_t memory_of(const std::vector<std::string>& items) {
  std::size_t bytes = 0;
  for (const std::string& item : items) bytes += sizeof item + item.size();
  return bytes;
}

BodyDigest digest_row(XXH128_hash_t digest) { return {.high = digest.high64, .low = digest.low64}; }

// The last size at which a connection gives a body to be taken before it refuses one as too large may be two
// bytes below that.
std::size_t largest_kept(std::size_t max_body) { return max_body - std::min<std::size_t>(max_body, 2); }

TakeBody take_into(SitemapIntake* intake) {
  if (!intake) return {};
  return [intake](const Url&, const ResponseHead& head, std::string& body) {
    return intake->take(head.headers.get("content-type").value_or(""), body);
  };
}

}  // namespace

Result<std::unique_ptr<FetchWorker>> FetchWorker::create(Options options, const ParserRegistry& parsers,
                                                         const SeenSet& seen) {
  auto client = HttpClient::create(options.client);
  if (!client) return std::unexpected(std::move(client.error()));
  return std::unique_ptr<FetchWorker>(new FetchWorker(std::move(options), std::move(*client), parsers, seen));
}

bool FetchWorker::wants_body(const ResponseHead& head, bool may_be_sitemap) const {
  if (!is_success(head.status)) return false;
  const std::string_view type = head.headers.get("content-type").value_or("");
  return options_.for_spider || options_.store_bodies || parsers_.claims(type) ||
         (may_be_sitemap && may_hold_sitemap(type));
}

// A fetch in fetches_ as long as this lives.
class FetchWorker::Listed {
 public:
  Listed(Fetches& fetches, std::uint64_t ticket, const FetchProgress* progress)
      : fetches_(fetches), place_(fetches.emplace(fetches.end(), ticket, progress)) {}
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { fetches_.erase(place_); }

 private:
  Fetches& fetches_;
  Fetches::iterator place_;
};

Task<Result<FetchResponse>> FetchWorker::fetch(FetchRequest request, std::uint64_t ticket) {
  FetchProgress progress;
  if (!request.progress) request.progress = &progress;
  const Listed listed(fetches_, ticket, request.progress);
  if (request.admit_large_body) co_return co_await client_->fetch(std::move(request));
  // A request beside the queue: its page may be what one that holds a permit waits for.
  std::optional<Permit> permit;
  request.large_body = options_.small_body;
  request.admit_large_body = [this, &permit](std::size_t) { return admit_spare(&permit); };
  co_return co_await client_->fetch(std::move(request));
}

Task<> FetchWorker::admit_spare(std::optional<Permit>* permit) { *permit = co_await spare_body_.acquire(); }

// Waits for room for a large body: for itself and what is made of it.
Task<> FetchWorker::admit(std::size_t most, std::shared_ptr<MemoryBudget::Hold>* hold) {
  *hold = co_await options_.large_bodies->take(most * kBodyCopies);
}

std::vector<FetchUnderWay> FetchWorker::under_way() const {
  std::vector<FetchUnderWay> all;
  for (const auto& [ticket, progress] : fetches_) all.push_back({ticket, *progress});
  return all;
}

Task<Fetched> FetchWorker::visit(FetchJob job) {
  Fetched fetched{.progress = {}};
  std::unique_ptr<SitemapIntake> intake;
  if (job.may_be_sitemap) {
    intake = std::make_unique<SitemapIntake>(
        parsers_, job.url,
        SitemapIntake::Options{
            .scratch_directory = options_.scratch_directory,
            .keep_body = options_.store_bodies ? largest_kept(options_.client.max_body) : 0});
  }
  auto response = co_await fetch(
      {.url = job.url,
       .headers = std::move(job.headers),
       .want_body = [this, &job](const ResponseHead& head) { return wants_body(head, job.may_be_sitemap); },
       .take_body = take_into(intake.get()),
       .large_body = options_.small_body,
       .admit_large_body = [this, &fetched](std::size_t most) { return admit(most, &fetched.memory.body); },
       .progress = &fetched.progress},
      job.ticket);
  fetched.ended_at = loop_.now();
  if (response) {
    if (fetched.memory.body) fetched.memory.body->shrink(response->body.size() * kBodyCopies);
    fetched.page = std::make_shared<PageData>(std::move(job.url), std::move(*response), parsers_, reading());
    if (is_success(fetched.page->response.status)) {
      auto taken = intake ? take_sitemap(fetched, *intake) : Result<>();
      if (!taken) {
        fetched.error = std::move(taken.error());
      } else {
        co_await read(fetched);
      }
    }
  } else {
    fetched.error = std::move(response.error());
    if (intake && is_success(fetched.progress.status)) keep_what_came(fetched, std::move(job.url), *intake);
  }
  co_return fetched;
}

PageReading FetchWorker::reading() const {
  return {.max_text = options_.client.max_body,
          .max_items = options_.items->size(),
          .robots_agent = std::string(product_token(options_.client.user_agent))};
}

// Many items are dropped, and found once more when there is memory for them.
Task<Result<ParsedPage>> FetchWorker::parse(Fetched& fetched) const {
  auto parsed = fetched.page->parse(0, kLinkMemory);
  if (!parsed || memory_of(parsed->items) <= kFewItems) co_return parsed;
  parsed = ParsedPage{};
  fetched.memory.items = co_await options_.items->take(options_.items->size());
  parsed = fetched.page->parse(0, kLinkMemory);
  if (parsed) fetched.memory.items->shrink(memory_of(parsed->items));
  co_return parsed;
}

// Makes a sitemap of the page, if it is one.
Result<> FetchWorker::take_sitemap(Fetched& fetched, SitemapIntake& intake) const {
  PageData& page = *fetched.page;
  const std::string& type = fetched.progress.content_type;
  auto list = intake.finish(type, fetched.error ? &*fetched.error : nullptr);
  if (!list) return std::unexpected(std::move(list.error()));
  page.sitemap = std::move(*list);
  if (page.sitemap) {
    page.body_bytes = intake.size();
    page.parsed.damage = page.sitemap->damage();
    fetched.digest = digest_row(intake.digest());
  } else {
    const bool was_read = page.response.body_complete;
    page.not_sitemap = was_read ? intake.refusal() : fmt::format("not a sitemap: it is {}", type);
  }
  return {};
}

// Without the fields of its head: by its ETag nobody must ever say that the rest is known.
void FetchWorker::keep_what_came(Fetched& fetched, Url url, SitemapIntake& intake) const {
  FetchResponse response;
  response.status = fetched.progress.status;
  fetched.page = std::make_shared<PageData>(std::move(url), std::move(response), parsers_, reading());
  if (auto taken = take_sitemap(fetched, intake); !taken) fetched.error = std::move(taken.error());
  if (!fetched.page->sitemap) fetched.page = nullptr;
  fetched.links.last = false;
}

// What the page was given beside its body.
std::size_t FetchWorker::room_for_links(const Fetched& fetched) const {
  const std::size_t body = fetched.page->response.body.size();
  if (fetched.memory.body) return std::min(body * (kBodyCopies - 1), kLinkMemory);
  return kPieceBytes + std::min(options_.small_body - body, kLinkMemory);
}

Task<> FetchWorker::read(Fetched& fetched) const {
  PageData& page = *fetched.page;
  const std::string& body = page.response.body;
  if (!page.sitemap) fetched.digest = digest_row(XXH3_128bits(body.data(), body.size()));
  if (page.sitemap || !page.response.body_complete || !parsers_.claims(fetched.progress.content_type)) {
    page.parsed.robots =
        x_robots_directives(page.response.headers, product_token(options_.client.user_agent));
    fetched.links.last =
        !page.sitemap;  // which may be long: all its links are read in pieces, on another thread
    co_return;
  }
  auto parsed = co_await parse(fetched);
  if (!parsed) {
    fetched.parse_error = Error{ErrorClass::parse, Phase::parse, std::move(parsed.error().message)};
    co_return;
  }
  page.parsed = std::move(*parsed);
  page.is_parsed = true;
  if (options_.simhash) fetched.simhash = simhash_of_html(body);
  fetched.links = find_links(page.parsed, page.url, 0, room_for_links(fetched), options_.links, seen_);
  // What waits to be finished should hold no more than it must.
  page.has_lists = options_.for_spider && fetched.links.last;
  if (!page.has_lists) page.parsed.keep_only_summary();
  if (options_.for_spider || options_.store_bodies || !fetched.links.last) co_return;
  page.response.body = {};
  if (fetched.memory.body) fetched.memory.body->shrink(fetched.links.memory_bytes());
}

Task<Result<std::unique_ptr<FetchWorkers>>> FetchWorkers::create(int threads, FetchWorker::Options options,
                                                                 const ParserRegistry* parsers,
                                                                 const SeenSet* seen) {
  std::unique_ptr<FetchWorkers> workers(new FetchWorkers);
  if (threads <= 1) {
    auto worker = FetchWorker::create(std::move(options), *parsers, *seen);
    if (!worker) co_return std::unexpected(std::move(worker.error()));
    workers->local_ = std::move(*worker);
    co_return workers;
  }
  options.client.max_idle_connections /= static_cast<std::size_t>(threads);
  for (int i = 0; i < threads; ++i) {
    auto& thread = *workers->threads_.emplace_back(std::make_unique<Thread>());
    const auto create = [&]() -> Task<Result<>> {
      auto worker = FetchWorker::create(options, *parsers, *seen);
      if (!worker) co_return std::unexpected(std::move(worker.error()));
      thread.worker = std::move(*worker);
      co_return Result<>{};
    };
    if (auto created = co_await thread.loop.call(create); !created) {
      co_return std::unexpected(std::move(created.error()));
    }
  }
  co_return workers;
}

FetchWorkers::~FetchWorkers() {
  // Its connections are its loop's, which ends after this.
  for (const auto& thread : threads_) {
    thread->loop.loop().post([worker = std::move(thread->worker)]() mutable { worker.reset(); });
  }
}

template <class Fn>
std::invoke_result_t<Fn, FetchWorker&> FetchWorkers::on_worker(HostId host, Fn fn) {
  if (local_) co_return co_await fn(*local_);
  Thread& thread = *threads_[host % threads_.size()];
  co_return co_await thread.loop.call([&] { return fn(*thread.worker); });
}

Task<Fetched> FetchWorkers::visit(HostId host, FetchJob job) {
  return on_worker(
      host, [job = std::move(job)](FetchWorker& worker) mutable { return worker.visit(std::move(job)); });
}

Task<Result<FetchResponse>> FetchWorkers::fetch(HostId host, FetchRequest request, std::uint64_t ticket) {
  return on_worker(host, [request = std::move(request), ticket](FetchWorker& worker) mutable {
    return worker.fetch(std::move(request), ticket);
  });
}

Task<std::vector<FetchUnderWay>> FetchWorkers::under_way() {
  if (local_) co_return local_->under_way();
  constexpr std::chrono::milliseconds kPatience{200};
  struct Gathered {
    std::vector<FetchUnderWay> fetches;
    std::size_t missing;
    Event complete;
  };
  const auto gathered = std::make_shared<Gathered>();
  gathered->missing = threads_.size();
  EventLoop* const home = (co_await current_task()).loop;
  for (const auto& thread : threads_) {
    thread->loop.loop().post([worker = thread->worker.get(), home, gathered] {
      home->post([part = worker->under_way(), gathered]() mutable {
        std::ranges::move(part, std::back_inserter(gathered->fetches));
        if (--gathered->missing == 0) gathered->complete.set();
      });
    });
  }
  const auto wait = [](Event* event) -> Task<> { co_await event->wait(); };
  [[maybe_unused]] const auto timed_out = co_await with_timeout(kPatience, wait(&gathered->complete));
  co_return gathered->fetches;
}

Task<Result<std::vector<IpAddress>>> FetchWorkers::resolve(HostId host, Url url) {
  return on_worker(host, [url = std::move(url)](FetchWorker& worker) mutable {
    return worker.client().resolve(std::move(url));
  });
}

}  // namespace gossamer
