#include "tests/crawler/crawl_site.h"

#include <fmt/format.h>

#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "plugins/html/html_parser.h"
#include "storage/crawl_db.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

using Servers = std::vector<std::unique_ptr<HttpServer>>;

Task<Result<>> crawl_served(TaskGroup& group, const Servers* servers, Crawl* crawl,
                            std::function<Task<>(Crawl*)> beside) {
  std::vector<TaskHandle<Result<>>> serving;
  for (const auto& server : *servers) {
    serving.push_back(group.create_task([](HttpServer* s) { return s->serve(); }, server.get()));
  }
  std::optional<TaskHandle<>> companion;
  if (beside) companion = group.create_task(std::move(beside), crawl);
  auto result = co_await crawl->run();
  if (companion) companion->cancel();
  for (auto& task : serving) task.cancel();
  co_return result;
}

// What crawl and database say of the URLs, if they differ.
Result<> compare(const UrlCounts& counted, CrawlDb& db) {
  auto ledger = db.ledger();
  if (!ledger) return std::unexpected(std::move(ledger.error()));
  const UrlCounts rows{.discovered = ledger->discovered,
                       .pending = ledger->pending,
                       .done = ledger->done,
                       .failed = ledger->failed_total(),
                       .filtered = ledger->filtered_total()};
  if (rows == counted) return db.check();
  return fail(ErrorClass::storage,
              fmt::format("counted {} pending, {} done, {} filtered; stored {}, {}, {}", counted.pending,
                          counted.done, counted.filtered, rows.pending, rows.done, rows.filtered));
}

}  // namespace

Result<> CrawlSite::crawl(Spider* spider) {
  FakeClock clock(std::chrono::milliseconds(20));
  EventLoop loop(clock.loop_options());
  clock_ = &clock;
  Crawl* current = nullptr;
  const auto answer = [&](const HttpRequest& request) -> Task<HttpResponse> {
    const std::string path = request.head.target;
    requests.push_back(path);
    if (during) during(*current, path);
    const auto found = answers_.find(path);
    if (found == answers_.end()) co_return text_response(404, "not here");
    if (found->second.stalls) co_await sleep_for(std::chrono::hours(1));
    const auto field = [&](std::string_view name) { return request.head.headers.get(name).value_or(""); };
    if (field("cookie") != found->second.wants_cookie && !found->second.wants_cookie.empty()) {
      co_return text_response(403, "no cookie");
    }
    if (!found->second.etag.empty() && field("if-none-match") == found->second.etag) {
      co_return HttpResponse{.status = 304, .body = {}};
    }
    HttpResponse response{.status = found->second.status, .body = found->second.body};
    if (!found->second.content_type.empty()) response.headers.add("Content-Type", found->second.content_type);
    if (!found->second.location.empty()) response.headers.add("Location", found->second.location);
    for (const auto& [name, value] :
         {std::pair("ETag", found->second.etag), std::pair("Set-Cookie", found->second.set_cookie),
          std::pair("Retry-After", found->second.retry_after),
          std::pair("X-Robots-Tag", found->second.x_robots_tag)}) {
      if (!value.empty()) response.headers.add(name, value);
    }
    co_return response;
  };
  const auto whole = [&](EventLoop*) -> Task<Result<>> {
    Servers servers;
    for (int host = 1; host <= (several_hosts ? 3 : 1); ++host) {
      auto server = HttpServer::listen({*IpAddress::parse(fmt::format("127.0.0.{}", host)), port_}, answer);
      if (!server) co_return std::unexpected(server.error());
      port_ = (*server)->address().port();
      servers.push_back(std::move(*server));
    }
    options.output = directory_.path() / "crawl.db";
    options.seeds.clear();
    for (const auto& seed : seeds) options.seeds.push_back(url(seed));
    options.spider = spider != nullptr;
    options.follows_links = !spider || spider->follows_links();
    auto job = open_job(options, given, clock);
    if (!job) co_return std::unexpected(job.error());
    if (auto seeded = seed_job(*job); !seeded) co_return seeded;
    ParserRegistry parsers;
    if (parser) parsers.add(parser());
    parsers.add(std::make_unique<HtmlParser>());
    bounds.client.allow_private = !public_only;
    Crawl crawl(*job, parsers, spider, bounds);
    current = &crawl;
    auto result = co_await with_task_group(crawl_served, &servers, &crawl, beside);
    if (result) result = compare(job->registry->counts(), job->db);
    co_return result;
  };
  auto result = run(loop, whole, &loop);
  clock_ = nullptr;
  return result;
}

std::string CrawlSite::url(std::string_view path) const {
  std::string_view host = "127.0.0.1";
  if (path.starts_with("//")) {
    path.remove_prefix(2);
    host = path.substr(0, path.find('/'));
    path.remove_prefix(host.size());
  }
  return fmt::format("http://{}:{}{}", host, port_, path);
}

std::string CrawlSite::query(const std::string& sql) const {
  auto db = CrawlDb::open_read_only(options.output);
  if (!db) return db.error().message;
  auto statement = db->database().prepare(sql);
  if (!statement) return statement.error().message;
  auto row = statement->step();
  return row && *row ? std::string(statement->text(0)) : "";
}

std::string CrawlSite::state(std::string_view path) const {
  return query(
      fmt::format("SELECT trim(state || ' ' || coalesce(reason, '')) FROM urls WHERE url = '{}'", url(path)));
}

}  // namespace gossamer
