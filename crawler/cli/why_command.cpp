#include <fmt/core.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crawler/cli/commands.h"
#include "crawler/cli/control_client.h"
#include "crawler/cli/report_error.h"
#include "crawler/cli/why_report.h"
#include "crawler/host_name.h"
#include "crawler/seed_file.h"
#include "crawler/why_verdict.h"
#include "net/coro/run.h"
#include "storage/crawl_db.h"

namespace gossamer {
namespace {

struct WhyFlags {
  std::string database;
  std::string url;
  bool jsonl = false;
};

int report_unknown(const WhyFlags& flags, const std::string& url, const std::string& why,
                   const std::vector<std::string>& similar) {
  if (flags.jsonl) {
    const nlohmann::ordered_json json{
        {"url", url}, {"state", nullptr}, {"because", why}, {"similar", similar}};
    fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  std::string message = fmt::format("{}: {}", url, why);
  for (const std::string& other : similar) message += fmt::format("; {} is known", other);
  fmt::print(stderr, "gossamer why: {}\n", message);
  return kExitFailed;
}

// What a crawl at work on the job says of the URL; nullopt: none is, or it does not answer.
std::optional<LiveCrawl> ask_live(const std::string& database, const std::string& url,
                                  const std::string& origin) {
  constexpr std::chrono::seconds kPatience{5};
  EventLoop loop;
  const auto answer = run(loop, ask_crawl, database, std::string("{\"command\":\"status\"}\n"), kPatience);
  if (!answer) return std::nullopt;
  auto state = nlohmann::json::parse(*answer, nullptr, false);
  if (!state.is_object()) return std::nullopt;
  LiveCrawl live{.paused = state.value("state", "") == "paused"};
  for (const auto& name : state["hosts"]["paused_names"]) {
    const auto host = HostName::parse(name.get<std::string>());
    if (host && host->names(origin)) live.host_paused = true;
  }
  for (const auto& flight : state["in_flight"]) {
    if (flight.value("url", "") == url) live.waits_for = flight.value("waits_for", "");
  }
  return live;
}

Result<int> why(const WhyFlags& flags) {
  const auto url = parse_seed(flags.url);
  if (!url) return std::unexpected(url.error());
  if (!url->is_http()) {
    return fail(ErrorClass::invalid_input, fmt::format("{}: not an http or https URL", url->href()));
  }
  auto db = CrawlDb::open_read_only(flags.database);
  if (!db) return std::unexpected(std::move(db.error()));
  auto stored = db->meta("options");
  if (!stored) return std::unexpected(std::move(stored.error()));
  const auto options = job_options_from_json(stored->value_or(""));
  if (!options) return std::unexpected(options.error());

  const std::string canonical = canonical_url(*url, options->canonical);
  auto found = find_url(db->database(), canonical, similar_spellings(canonical));
  if (!found) return std::unexpected(std::move(found.error()));
  if (!found->story) {
    auto reason = unknown_because(*db, canonical, *options);
    if (!reason) return std::unexpected(std::move(reason.error()));
    return report_unknown(flags, canonical, *reason, found->similar);
  }
  std::optional<LiveCrawl> live;
  if (found->story->url.state == "pending") {
    live = ask_live(flags.database, canonical, found->story->host.origin);
  }
  if (flags.jsonl) {
    fmt::print("{}\n", why_json(*found->story, *options, live));
  } else {
    fmt::print("{}", why_text(*found->story, *options, live));
  }
  return kExitDone;
}

}  // namespace

void add_why_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<WhyFlags>();
  CLI::App* command = app.add_subcommand("why", "Tell what became of one URL of a crawl, and why");
  command->add_option("database", flags->database, "The crawl database; a crawl may be at work on it")
      ->type_name("CRAWL.DB")
      ->required();
  command->add_option("url", flags->url, "The URL, in any spelling; a bare host name is https")
      ->type_name("URL")
      ->required();
  command->add_flag("--jsonl", flags->jsonl, "One JSON object");
  command->footer("Exit: 0, or 1 if the crawl does not know the URL.");
  command->callback([flags, &exit_code] {
    const auto code = why(*flags);
    exit_code = code ? *code : report_error("why", code.error());
  });
}

}  // namespace gossamer
