// Crawls a made-up web with the real crawl and a real database, its servers simulated below the HTTP client,
// on a clock that jumps; then judges the crawl by what the servers saw. Exit 0: no promise broken.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "crawler/cli/crawl_flags.h"
#include "crawler/crawl.h"
#include "net/coro/run.h"
#include "plugins/plugin_loader.h"
#include "tests/sim/callgrind_marks.h"
#include "tests/sim/check_log.h"
#include "tests/sim/sim_network.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_directory.h"

namespace gossamer::sim {
namespace {

const std::string kCompiler =
    fmt::format("clang {}.{}.{}, libstdc++ {} of {}", __clang_major__, __clang_minor__, __clang_patchlevel__,
                _GLIBCXX_RELEASE, __GLIBCXX__);

using Seconds = std::chrono::duration<double>;

Seconds cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

// Runs `task` on a loop whose clock jumps, or, as that would outrun other threads, on one of real time.
template <class... Args>
auto run_in_time(bool real_time, Args&&... args) {
  FakeClock clock;
  EventLoop loop(real_time ? EventLoop::Options{} : clock.loop_options());
  return run(loop, std::forward<Args>(args)...);
}

Result<> crawl(Job& job, SimNetwork& network, bool real_time) {
  auto parsers = load_parsers({});
  if (!parsers) return std::unexpected(parsers.error());
  auto client = client_options(job.options.network);
  if (!client) return std::unexpected(client.error());
  client->transport = [&network] { return network.transport(); };
  Crawl crawl(job, *parsers, nullptr, {.client = std::move(*client)});
  return run_in_time(real_time, [&] { return crawl.run(); });
}

// What the database must say after a crawl of the whole web.
Result<> check_database(Job& job, const Expected& expected) {
  auto ledger = job.db.ledger();
  if (!ledger) return std::unexpected(ledger.error());
  if (auto checked = job.db.check(*ledger); !checked) return checked;
  if (ledger->pages == expected.pages && ledger->pending == 0) return {};
  return fail(ErrorClass::storage, fmt::format("the database has {} pages, not {}, and {} pending URLs",
                                               ledger->pages, expected.pages, ledger->pending));
}

Result<bool> simulate(const WebOptions& web_options, CrawlFlags::Parsed given) {
  const TemporaryDirectory directory;
  const Web web(web_options);
  ServedLog served;
  SimNetwork network(web, served);
  JobOptions& options = given.options;
  options.scope = ScopeKind::any;
  options.seeds = {web.url(web.front_page(0))};
  if (std::ranges::find(given.given, "output") == given.given.end()) {
    options.output = directory.path() / "crawl.db";
  }
  auto job = open_job(options, given.given);
  if (!job) return std::unexpected(job.error());
  if (auto seeded = seed_job(*job); !seeded) return std::unexpected(seeded.error());

  const bool real_time = options.threads > 1;
  const std::uint64_t memory_before = peak_memory();
  const Seconds cpu_before = cpu_time();
  const auto start = std::chrono::steady_clock::now();
  CALLGRIND_ZERO_STATS;
  if (auto crawled = crawl(*job, network, real_time); !crawled) return std::unexpected(crawled.error());
  CALLGRIND_DUMP_STATS;
  const Seconds elapsed = std::chrono::steady_clock::now() - start;
  const Seconds cpu = cpu_time() - cpu_before;
  const std::uint64_t memory = peak_memory();

  const std::vector<Served> log = served.read();
  const Verdict verdict = check_log(web, log,
                                    {.per_host = options.per_host,
                                     .per_ip = options.address_limit(),
                                     .delay = options.delay,
                                     .ip_delay = options.ip_delay,
                                     .throttle = options.throttle});
  const Seconds simulated = network.cpu_time();
  const auto pages = static_cast<double>(std::max<std::uint64_t>(verdict.expected.pages, 1));
  fmt::print(
      "{{\"urls\":{},\"hosts\":{},\"requests\":{},\"robots_requests\":{},\"pages\":{},\"seconds\":{:.1f},"
      "\"virtual_seconds\":{:.0f},\"cpu_us_per_page\":{:.1f},\"cpu_us_per_page_of_simulation\":{:.1f},"
      "\"crawl_cpu_us_per_page\":{:.1f},\"peak_rss_mib\":{:.0f},\"rss_before_mib\":{:.0f},"
      "\"busiest_address\":{},\"compiler\":\"{}\",\"violations\":{}}}\n",
      web_options.urls, web_options.hosts, verdict.requests, verdict.robots_requests, verdict.expected.pages,
      elapsed.count(), static_cast<double>(verdict.duration) * 1e-9, cpu.count() * 1e6 / pages,
      simulated.count() * 1e6 / pages, (cpu - simulated).count() * 1e6 / pages,
      static_cast<double>(memory) / (1 << 20), static_cast<double>(memory_before) / (1 << 20),
      verdict.busiest_address, kCompiler, verdict.violations);
  for (const std::string& violation : verdict.first) fmt::print(stderr, "{}\n", violation);
  if (auto checked = check_database(*job, verdict.expected); !checked) {
    return std::unexpected(checked.error());
  }
  return verdict.violations == 0;
}

int main(int argc, char** argv) {
  CLI::App app("Crawls a made-up web whose servers are simulated, and judges the crawl by what they saw");
  WebOptions web;
  app.add_option("--urls", web.urls, "URLs of the web")->capture_default_str();
  app.add_option("--hosts", web.hosts, "its hosts")->capture_default_str();
  app.add_option("--addresses", web.addresses, "addresses of the hosts")->capture_default_str();
  app.add_option("--links", web.links, "links of a page, about")->capture_default_str();
  app.add_option("--body", web.body, "bytes of a page, about")->capture_default_str();
  app.add_option("--web", web.seed, "which web: a number")->capture_default_str();
  CrawlFlags crawl_flags(app);
  CLI11_PARSE(app, argc, argv);
  auto parsed = crawl_flags.finish();
  const auto clean = parsed ? simulate(web, std::move(*parsed)) : std::unexpected(parsed.error());
  if (!clean) fmt::print(stderr, "crawl_sim: {}\n", clean.error().message);
  return clean && *clean ? 0 : 1;
}

}  // namespace
}  // namespace gossamer::sim

int main(int argc, char** argv) { return gossamer::sim::main(argc, argv); }
