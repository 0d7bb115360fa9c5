#include "tests/crawler/crawl_site.h"

#include <fmt/format.h>

#include "net/coro/run.h"
#include "plugins/html/html_parser.h"
#include "storage/crawl_db.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

Task<Result<>> crawl_served(TaskGroup& group, HttpServer* server, Crawl* crawl) {
  auto serving = group.create_task([](HttpServer* s) { return s->serve(); }, server);
  auto result = co_await crawl->run();
  serving.cancel();
  co_return result;
}

}  // namespace

Result<> CrawlSite::crawl(Spider* spider) {
  FakeClock clock(std::chrono::milliseconds(20));
  EventLoop loop(clock.loop_options());
  Crawl* current = nullptr;
  const auto answer = [&](const HttpRequest& request) -> Task<HttpResponse> {
    const std::string path = request.head.target;
    requests.push_back(path);
    if (during) during(*current, path);
    const auto found = answers_.find(path);
    if (found == answers_.end()) co_return text_response(404, "not here");
    HttpResponse response{.status = found->second.status, .body = found->second.body};
    response.headers.add("Content-Type", found->second.content_type);
    if (!found->second.location.empty()) response.headers.add("Location", found->second.location);
    co_return response;
  };
  const auto whole = [&](EventLoop*) -> Task<Result<>> {
    auto server = HttpServer::listen({*IpAddress::parse("127.0.0.1"), port_}, answer);
    if (!server) co_return std::unexpected(server.error());
    port_ = (*server)->address().port();
    origin_ = fmt::format("http://127.0.0.1:{}", port_);
    options.output = directory_.path() / "crawl.db";
    options.seeds.assign(1, origin_ + "/");
    auto job = open_job(options, {});
    if (!job) co_return std::unexpected(job.error());
    if (auto seeded = seed_job(*job); !seeded) co_return seeded;
    ParserRegistry parsers;
    parsers.add(std::make_unique<HtmlParser>());
    bounds.client.allow_private = true;
    Crawl crawl(*job, parsers, spider, bounds);
    current = &crawl;
    auto result = co_await with_task_group(crawl_served, server->get(), &crawl);
    if (result) result = job->db.check();
    co_return result;
  };
  return run(loop, whole, &loop);
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
  return query(fmt::format("SELECT trim(state || ' ' || coalesce(reason, '')) FROM urls WHERE url = '{}{}'",
                           origin_, path));
}

}  // namespace gossamer
