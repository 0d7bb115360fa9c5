#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crawler/cli/commands.h"
#include "crawler/cli/report_error.h"
#include "crawler/job_options.h"
#include "crawler/robots.h"
#include "storage/crawl_db.h"
#include "storage/host_counts.h"
#include "storage/ledger_report.h"

namespace gossamer {
namespace {

struct StatsFlags {
  std::string database;
  bool jsonl = false;
  bool hosts = false;
  std::size_t top = 20;
};

// By the user agent that the job has now.
Result<> read_delays(CrawlDb& db, std::vector<HostCounts>& hosts) {
  auto stored = db.meta("options");
  if (!stored) return std::unexpected(std::move(stored.error()));
  const auto options = job_options_from_json(stored->value_or(""));
  if (!options) return std::unexpected(options.error());
  if (options->no_robots) return {};
  for (HostCounts& host : hosts) {
    const auto rules = RobotsRules::parse(host.robots_body, product_token(options->network.user_agent));
    host.asked_delay = rules.asked_crawl_delay();
    host.crawl_delay = rules.crawl_delay();
  }
  return {};
}

int run_stats(const StatsFlags& flags) {
  auto db = CrawlDb::open_read_only(flags.database);
  if (!db) return report_error("stats", db.error());
  auto counts = db->ledger();
  if (!counts) return report_error("stats", counts.error());
  std::vector<HostCounts> hosts;
  if (flags.hosts) {
    auto counted = count_hosts(db->database(), flags.top);
    if (!counted) return report_error("stats", counted.error());
    hosts = std::move(*counted);
    if (auto ok = read_delays(*db, hosts); !ok) return report_error("stats", ok.error());
  }
  if (flags.jsonl) {
    fmt::print("{}\n", ledger_json(*counts, flags.hosts ? &hosts : nullptr));
  } else {
    fmt::print("{}{}", ledger_table(*counts), flags.hosts ? "\n" + host_table(hosts) : "");
  }
  for (const std::string& mismatch : counts->mismatches) {
    fmt::print(stderr, "gossamer stats: {}: the ledger does not balance: {}\n", flags.database, mismatch);
  }
  return counts->mismatches.empty() ? kExitDone : kExitFailed;
}

}  // namespace

void add_stats_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<StatsFlags>();
  CLI::App* command =
      app.add_subcommand("stats", "Show where every URL of a crawl stands, counted from its rows");
  command->add_option("database", flags->database, "The crawl database; a crawl may be at work on it")
      ->type_name("CRAWL.DB")
      ->required();
  command->add_flag("--jsonl", flags->jsonl, "One JSON object instead of the table");
  command->add_flag("--hosts", flags->hosts,
                    "Also where the URLs of each host stand, the largest hosts first");
  command->add_option("--top", flags->top, "With --hosts: how many hosts; 0: all")->capture_default_str();
  command->callback([flags, &exit_code] { exit_code = run_stats(*flags); });
}

}  // namespace gossamer
