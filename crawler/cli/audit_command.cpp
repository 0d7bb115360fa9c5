#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "crawler/audit_database.h"
#include "crawler/cli/audit_text.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/report_error.h"
#include "crawler/host_name.h"
#include "storage/crawl_db.h"

namespace gossamer {
namespace {

struct AuditFlags {
  std::string database;
  std::string host;
  bool jsonl = false;
};

template <class Report>
void print(const Report& report, bool jsonl) {
  fmt::print("{}\n", jsonl ? audit_json(report) : audit_text(report));
}

Result<AuditTotals> audit(const AuditFlags& flags) {
  std::optional<HostName> only;
  if (!flags.host.empty()) {
    auto name = HostName::parse(flags.host);
    if (!name) return fail(ErrorClass::invalid_input, "--host: " + name.error().message);
    only = std::move(*name);
  }
  auto db = CrawlDb::open_read_only(flags.database);
  if (!db) return std::unexpected(std::move(db.error()));
  return audit_database(*db, only,
                        {.host = [&](const HostReport& report) { print(report, flags.jsonl); },
                         .address = [&](const AddressReport& report) { print(report, flags.jsonl); },
                         .crawl = [&](const CrawlReport& report) { print(report, flags.jsonl); }});
}

std::string verdict(const AuditTotals& totals) {
  std::string text = totals.violations == 0 ? "every rule was kept"
                                            : fmt::format("rules were broken {} times", totals.violations);
  if (totals.unjudged > 0) {
    text += fmt::format(
        "; of {} requests it is not on record what robots.txt said of them: of a spider, or under an earlier "
        "one",
        totals.unjudged);
  }
  return text;
}

int run_audit(const AuditFlags& flags) {
  const auto totals = audit(flags);
  if (!totals) {
    report_error("audit", totals.error());
    return kExitUsage;
  }
  if (!flags.jsonl) fmt::print("{}\n", verdict(*totals));
  return totals->violations == 0 ? kExitDone : kExitFailed;
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* command = app.add_subcommand(
      "audit", "Check from the recorded requests whether a crawl kept the rules of politeness");
  command->add_option("database", flags->database, "The crawl database; a crawl may be at work on it")
      ->type_name("CRAWL.DB")
      ->required();
  command
      ->add_option(
          "--host", flags->host,
          "Only this host (example.com: all its origins; example.com:8080; https://example.com); rules of "
          "addresses and of the whole crawl are then not judged")
      ->type_name("HOST");
  command->add_flag("--jsonl", flags->jsonl, "One JSON object a host, an address, and for the crawl");
  command->footer("Exit: 0 every rule was kept, 1 one was broken, 2 the database cannot be used.");
  command->callback([flags, &exit_code] { exit_code = run_audit(*flags); });
}

}  // namespace gossamer
