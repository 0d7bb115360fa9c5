#include "crawler/fetch_worker.h"

#include <xxhash.h>

namespace gossamer {
namespace {

bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace

Result<std::unique_ptr<FetchWorker>> FetchWorker::create(Options options, const ParserRegistry& parsers,
                                                         const SeenSet& seen) {
  auto client = HttpClient::create(options.client);
  if (!client) return std::unexpected(std::move(client.error()));
  return std::unique_ptr<FetchWorker>(new FetchWorker(std::move(options), std::move(*client), parsers, seen));
}

bool FetchWorker::wants_body(const ResponseHead& head) const {
  if (!is_success(head.status)) return false;
  return options_.every_body || parsers_.claims(head.headers.get("content-type").value_or(""));
}

Task<Fetched> FetchWorker::visit(FetchJob job) {
  EventLoop& loop = EventLoop::current();
  Fetched fetched{.asked_at = loop.now(), .progress = {}};
  auto response =
      co_await client_->fetch({.url = job.url,
                               .headers = std::move(job.headers),
                               .want_body = [this](const ResponseHead& head) { return wants_body(head); },
                               .progress = &fetched.progress});
  fetched.duration = std::chrono::duration_cast<std::chrono::microseconds>(loop.now() - fetched.asked_at);
  if (response) {
    fetched.page = std::make_shared<PageData>(std::move(job.url), std::move(*response));
    if (is_success(fetched.page->response.status)) read(fetched);
  } else {
    fetched.error = std::move(response.error());
  }
  co_return fetched;
}

void FetchWorker::read(Fetched& fetched) const {
  PageData& page = *fetched.page;
  const std::string& body = page.response.body;
  const XXH128_hash_t digest = XXH3_128bits(body.data(), body.size());
  fetched.digest = {.high = digest.high64, .low = digest.low64};
  const std::string& type = fetched.progress.content_type;
  if (!page.response.body_complete || !parsers_.claims(type)) return;
  auto parsed = parsers_.parse(type, {.url = page.url.href(), .content_type = type, .body = body});
  if (!parsed) {
    fetched.parse_error = Error{ErrorClass::parse, Phase::parse, std::move(parsed.error().message)};
    return;
  }
  page.parsed = std::move(*parsed);
  fetched.links = find_links(page.parsed, page.url, options_.assets, seen_);
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

Task<Result<FetchResponse>> FetchWorkers::fetch(HostId host, FetchRequest request) {
  return on_worker(host, [request = std::move(request)](FetchWorker& worker) mutable {
    return worker.client().fetch(std::move(request));
  });
}

Task<Result<std::vector<IpAddress>>> FetchWorkers::resolve(HostId host, Url url) {
  return on_worker(host, [url = std::move(url)](FetchWorker& worker) mutable {
    return worker.client().resolve(std::move(url));
  });
}

}  // namespace gossamer
