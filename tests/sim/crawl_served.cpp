// Serves a made-up web by real HTTP servers on addresses of 127/8, its names by a DNS server of its own, runs
// `gossamer crawl` on it, and judges the crawl by what the servers saw. Exit 0: no promise broken.
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crawler/cli/crawl_flags.h"
#include "net/coro/executor.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "net/http/http_server.h"
#include "storage/crawl_db.h"
#include "tests/sim/check_log.h"
#include "tests/support/dns_server.h"
#include "tests/support/temporary_directory.h"

namespace gossamer::sim {
namespace {

struct Flags {
  WebOptions web{.urls = 2000, .hosts = 100, .addresses = 25, .crawl_delay = 0.05, .retry_after = 2};
  std::string gossamer;
  std::vector<std::string> crawl;  // further arguments of `gossamer crawl`
};

std::string address_text(std::uint32_t number) {
  return fmt::format("127.77.{}.{}", number / 250, number % 250 + 1);
}

// The servers of one web, and what they saw. A request counts from when its headers are read to when its
// answer is made: less than the client sees, so what is too early or too much here is so indeed.
class Servers {
 public:
  // On the loop that will run them.
  explicit Servers(WebOptions options) {
    while (true) {  // a port that is free on every address
      servers_.clear();
      std::uint16_t port = 0;
      for (std::uint32_t i = 0; i < options.addresses; ++i) {
        auto server =
            HttpServer::listen({*IpAddress::parse(address_text(i)), port},
                               [this, i](const HttpRequest& request) { return answer(i, request); });
        if (!server) break;
        port = (*server)->address().port();
        servers_.push_back(std::move(*server));
      }
      if (servers_.empty()) throw std::runtime_error("no address of 127/8 to listen on");
      if (servers_.size() < options.addresses) continue;
      options.port = fmt::format(":{}", port);
      break;
    }
    web_.emplace(std::move(options));
    for (HostIndex host = 0; host < web_->options().hosts; ++host) {
      dns_.table[web_->host_name(host)] = {.addresses = {address_text(web_->address(host))}};
    }
  }

  void serve(TaskGroup& group) {
    group.create_task([](DnsServer* dns) { return dns->serve(); }, &dns_);
    for (const auto& server : servers_) {
      group.create_task(
          [](HttpServer* s) -> Task<> { [[maybe_unused]] const auto ended = co_await s->serve(); },
          server.get());
    }
  }

  const Web& web() const { return *web_; }
  std::string dns() const { return dns_.address(); }
  ServedLog& log() { return log_; }

 private:
  Task<HttpResponse> answer(std::uint32_t address, const HttpRequest& request) {
    const auto now = [] { return EventLoop::current().now().time_since_epoch().count(); };
    Served served{.start = now(), .address = address};
    Web::Answer answer{.status = 404};
    const auto host = web_->find_host(request.head.headers.get("host").value_or(""));
    if (host) {
      served.host = *host;
      if (request.head.target == "/robots.txt") {
        served.url = Served::kRobots;
        answer = web_->robots_answer(*host);
      } else if (const auto url = web_->find(*host, request.head.target)) {
        served.url = *url;
        answer = web_->answer(*url, web_->kind(*url) == Web::Kind::busy ? ++attempts_[*url] : 1);
      }
    }
    co_await sleep_for(std::chrono::microseconds(500 + served.url % 97 * 20));
    HttpResponse response{.status = answer.status, .body = std::move(answer.body)};
    response.headers.add("Content-Type", answer.content_type);
    if (!answer.location.empty()) response.headers.add("Location", answer.location);
    if (answer.retry_after > 0) response.headers.add("Retry-After", fmt::format("{}", answer.retry_after));
    served.status = static_cast<std::uint32_t>(answer.status);
    served.retry_after = answer.retry_after;
    served.end = now();
    log_.add(served);
    co_return response;
  }

  std::optional<Web> web_;
  ServedLog log_;
  std::unordered_map<UrlIndex, int> attempts_;  // of busy pages
  DnsServer dns_;
  std::vector<std::unique_ptr<HttpServer>> servers_;
};

// The exit code of a program, -1 if it could not be run or was killed.
int run_program(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = 0;
  if (waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Task<int> run_beside(TaskGroup& group, Servers* servers, std::vector<std::string> arguments) {
  servers->serve(group);
  Executor executor(1);
  const int code = co_await run_in_executor(
      executor, [arguments = std::move(arguments)] { return run_program(arguments); });
  group.cancel();
  co_return code;
}

// What the crawl of a whole web must have left.
Result<> check_database(const std::string& path, const Expected& expected) {
  auto db = CrawlDb::open_read_only(path);
  if (!db) return std::unexpected(db.error());
  auto ledger = db->ledger();
  if (!ledger) return std::unexpected(ledger.error());
  if (auto checked = db->check(*ledger); !checked) return checked;
  if (ledger->pages == expected.pages && ledger->pending == 0) return {};
  return fail(ErrorClass::storage, fmt::format("the database has {} pages, not {}, and {} pending URLs",
                                               ledger->pages, expected.pages, ledger->pending));
}

Result<JobOptions> crawl_options(const std::vector<std::string>& arguments) {
  CLI::App app;
  CrawlFlags flags(app);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return fail(ErrorClass::invalid_input, error.what());
  }
  auto parsed = flags.finish();
  if (!parsed) return std::unexpected(parsed.error());
  return std::move(parsed->options);
}

Task<Result<bool>> serve_and_crawl(Flags flags) {
  const TemporaryDirectory directory;
  Servers servers(flags.web);
  const Web& web = servers.web();
  const std::string output = directory.path() / "crawl.db";
  std::vector<std::string> arguments{
      flags.gossamer, "crawl",       web.url(web.front_page(0)), "--scope", "any",
      "--dns",        servers.dns(), "--allow-private",          "-o",      output,
      "--quiet"};
  arguments.insert(arguments.end(), flags.crawl.begin(), flags.crawl.end());
  const auto options = crawl_options({arguments.begin() + 2, arguments.end()});
  if (!options) co_return std::unexpected(options.error());
  const int code = co_await with_task_group(run_beside, &servers, std::move(arguments));
  if (code != 0) co_return fail(ErrorClass::io, fmt::format("{} ended with {}", flags.gossamer, code));
  const Verdict verdict = check_log(web, servers.log().read(),
                                    {.per_host = options->per_host,
                                     .per_ip = options->address_limit(),
                                     .delay = options->delay,
                                     .ip_delay = options->ip_delay,
                                     .throttle = options->throttle});
  fmt::print(
      "{{\"urls\":{},\"hosts\":{},\"addresses\":{},\"requests\":{},\"robots_requests\":{},\"pages\":{},"
      "\"seconds\":{:.1f},\"busiest_address\":{},\"violations\":{}}}\n",
      web.options().urls, web.options().hosts, web.options().addresses, verdict.requests,
      verdict.robots_requests, verdict.expected.pages, static_cast<double>(verdict.duration) * 1e-9,
      verdict.busiest_address, verdict.violations);
  for (const std::string& violation : verdict.first) fmt::print(stderr, "{}\n", violation);
  if (auto checked = check_database(output, verdict.expected); !checked) {
    co_return std::unexpected(checked.error());
  }
  co_return verdict.violations == 0;
}

int main(int argc, char** argv) {
  CLI::App app(
      "Serves a made-up web on 127/8, crawls it with `gossamer crawl`, and judges the crawl by what the "
      "servers "
      "saw. Arguments after -- are given to the crawl");
  Flags flags;
  app.add_option("--gossamer", flags.gossamer, "the program")->required();
  app.add_option("--urls", flags.web.urls, "URLs of the web")->capture_default_str();
  app.add_option("--hosts", flags.web.hosts, "its hosts")->capture_default_str();
  app.add_option("--addresses", flags.web.addresses, "addresses of the hosts")->capture_default_str();
  app.add_option("--links", flags.web.links, "links of a page, about")->capture_default_str();
  app.add_option("--body", flags.web.body, "bytes of a page, about")->capture_default_str();
  app.add_option("--web", flags.web.seed, "which web: a number")->capture_default_str();
  app.allow_extras();
  CLI11_PARSE(app, argc, argv);
  flags.crawl = app.remaining();
  std::erase(flags.crawl, "--");
  EventLoop loop;
  const auto clean = run(loop, serve_and_crawl, flags);
  if (!clean) fmt::print(stderr, "crawl_served: {}\n", clean.error().message);
  return clean && *clean ? 0 : 1;
}

}  // namespace
}  // namespace gossamer::sim

int main(int argc, char** argv) { return gossamer::sim::main(argc, argv); }
