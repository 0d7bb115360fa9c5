#include "crawler/cli/crawl_command.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "crawler/cli/commands.h"
#include "crawler/cli/descriptor_limit.h"
#include "crawler/cli/report_error.h"
#include "crawler/control_socket.h"
#include "crawler/crawl.h"
#include "crawler/job.h"
#include "crawler/stall_watch.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "net/loop/signal_watch.h"
#include "plugins/plugin_loader.h"

namespace gossamer {
namespace {

void announce(const Job& job, bool quiet) {
  const UrlCounts& counts = job.registry->counts();
  if (job.resumed && !quiet) {
    fmt::print(stderr, "resuming {}: {} done, {} pending\n", job.options.output, counts.done, counts.pending);
  }
  for (const OptionChange& change : job.changes) {
    fmt::print(stderr, "{}: was {}, is now {}\n", change.flag, change.stored, change.given);
  }
  if (job.judged.pending + job.judged.filtered > 0) {
    fmt::print(stderr, "judged again: {} filtered URLs are pending now, {} pending ones filtered\n",
               job.judged.pending, job.judged.filtered);
  }
  if (job.skipped_seeds > 0) fmt::print(stderr, "skipped {} bad seeds\n", job.skipped_seeds);
}

// A line redrawn in place on a terminal, a plain line now and then elsewhere.
Task<> show_progress(Crawl* crawl) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  Progress progress;
  struct ClearLine {
    bool terminal;
    ~ClearLine() {
      if (terminal) fmt::print(stderr, "\r\x1b[K");
    }
  } clear_line{terminal};
  while (true) {
    co_await sleep_for(terminal ? std::chrono::milliseconds(200) : std::chrono::seconds(10));
    progress.add(crawl->progress());
    if (terminal) {
      winsize size{};
      const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
      fmt::print(stderr, "{}", progress.redrawn(known ? size.ws_col - 1U : 79U));
    } else {
      fmt::print(stderr, "{}\n", progress.line());
    }
    std::fflush(stderr);
  }
}

// Lines on stderr, in place of a progress line that may stand there.
void print_lines(const std::string& lines) {
  if (!lines.empty()) fmt::print(stderr, "{}{}", ::isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "", lines);
}

Task<> print_state(Crawl* crawl) { print_lines(format_state(co_await crawl->state())); }

Task<> watch_for_stalls(Crawl* crawl) {
  StallWatch watch;
  co_await sleep_for(StallWatch::kPatience);
  while (true) {
    const auto report = watch.look(co_await crawl->state());
    print_lines(report.text);
    co_await sleep_until(report.look_at);
  }
}

// A crawl goes on without `gossamer ctl`, where there can be no socket.
Task<> serve_control(Crawl* crawl, std::string database, bool quiet) {
  auto socket = ControlSocket::open(database, *crawl);
  const auto served = socket ? co_await (*socket)->serve() : std::unexpected(socket.error());
  if (!served && !quiet) {
    print_lines(fmt::format("gossamer ctl cannot reach this crawl: {}\n", served.error().message));
  }
}

Task<Result<>> supervise(TaskGroup& group, Crawl* crawl, std::string database, bool quiet) {
  // The second signal ends the process where it stands, even if a spider or a plugin blocks the loop:
  // everything committed is safe at any time.
  static std::atomic<int> received = 0;
  const SignalWatch signals(
      *(co_await current_task()).loop, {SIGINT, SIGTERM, SIGUSR1},
      [crawl, &group](int signal_number) {
        if (signal_number == SIGUSR1) {
          group.create_task(print_state, crawl);
          return;
        }
        fmt::print(stderr, "\nstopping: what was fetched is being stored; once more stops at once\n");
        crawl->stop();
      },
      [](int signal_number) {
        if (signal_number != SIGUSR1 && received.fetch_add(1) > 0) ::_exit(kExitInterrupted);
      });
  std::vector<TaskHandle<>> beside;
  beside.push_back(group.create_task(serve_control, crawl, std::move(database), quiet));
  beside.push_back(group.create_task(watch_for_stalls, crawl));
  if (!quiet) beside.push_back(group.create_task(show_progress, crawl));
  auto result = co_await crawl->run();
  for (auto& task : beside) task.cancel();
  co_return result;
}

Task<Result<>> supervised(Crawl* crawl, std::string database, bool quiet) {
  return with_task_group(supervise, crawl, std::move(database), quiet);
}

// Makes a client and drops it: its CA file and DNS server are looked at before a job is made with them.
Task<Result<>> try_client(HttpClientOptions options) {
  auto client = HttpClient::create(std::move(options));
  if (!client) co_return std::unexpected(std::move(client.error()));
  co_return Result<>{};
}

// What the crawl loop counted must be what the rows say.
Result<> compare(const UrlCounts& counted, const LedgerCounts& ledger) {
  const UrlCounts rows{.discovered = ledger.discovered,
                       .pending = ledger.pending,
                       .done = ledger.done,
                       .failed = ledger.failed_total(),
                       .filtered = ledger.filtered_total()};
  if (rows == counted) return {};
  return fail(
      ErrorClass::storage,
      fmt::format(
          "ledger mismatch: the crawl counted {} discovered, {} done, {} failed, {} filtered, {} pending; "
          "the database has {}, {}, {}, {}, {}",
          counted.discovered, counted.done, counted.failed, counted.filtered, counted.pending,
          rows.discovered, rows.done, rows.failed, rows.filtered, rows.pending));
}

}  // namespace

int run_crawl(const CrawlFlags::Parsed& flags, std::string_view command, Spider* spider) {
  // Outside the loop, where supervise() watches them, a signal ends the process as it stands.
  for (const int signal_number : {SIGINT, SIGTERM}) {
    std::signal(signal_number, [](int) { ::_exit(kExitInterrupted); });
  }
  std::signal(SIGUSR1, SIG_IGN);  // it asks for the state of a crawl, and ends none
  JobOptions options = flags.options;
  options.spider = spider != nullptr;
  options.follows_links = !spider || spider->follows_links();
  auto job = open_job(options, flags.given);
  if (!job) return report_error(command, job.error());
  auto parsers = load_parsers(job->options.plugin, job->options.feed_items);
  if (!parsers) return report_error(command, parsers.error());
  auto client = client_options(job->options.network);
  if (!client) return report_error(command, client.error());
  EventLoop loop;
  if (auto usable = run(loop, try_client, *client); !usable) return report_error(command, usable.error());
  if (auto seeded = seed_job(*job); !seeded) return report_error(command, seeded.error());
  const bool quiet = job->options.quiet;
  announce(*job, quiet);

  const auto start = std::chrono::steady_clock::now();
  const auto connections = fit_descriptors({job->options.concurrency, client->max_idle_connections});
  job->options.concurrency = connections.concurrency;  // for this run: the job keeps what it was given
  client->max_idle_connections = connections.max_idle;
  Crawl crawl(*job, *parsers, spider, {.client = std::move(*client)});
  if (const auto ran = run(loop, supervised, &crawl, job->options.output, quiet); !ran)
    return report_error(command, ran.error());

  auto ledger = job->db.ledger();
  if (!ledger) return report_error(command, ledger.error());
  if (!quiet) {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    fmt::print(stderr, "{}{}", format_summary(*ledger, elapsed, job->options.output),
               format_capped_delays(crawl.capped_delays()));
  }
  if (auto checked = job->db.check(*ledger); !checked) return report_error(command, checked.error());
  if (auto same = compare(job->registry->counts(), *ledger); !same) {
    return report_error(command, same.error());
  }
  if (crawl.stopped()) return kExitInterrupted;
  if (ledger->pages == 0 && ledger->pending == 0) {
    const std::string reason = crawl.seed_error().empty()
                                   ? fmt::format("`gossamer stats {}` shows why", job->options.output)
                                   : crawl.seed_error();
    return report_error(command,
                        Error{ErrorClass::connect, Phase::none, "no seed could be fetched: " + reason});
  }
  return kExitDone;
}

void add_crawl_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("crawl", "Crawl from seeds into a database; run again to resume");
  auto flags = std::make_shared<CrawlFlags>(*command);
  command->callback([flags, &exit_code] {
    const auto parsed = flags->finish();
    exit_code = parsed ? run_crawl(*parsed, "crawl", nullptr) : report_error("crawl", parsed.error());
  });
}

}  // namespace gossamer
