#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/audit_database.h"
#include "crawler/cli/audit_text.h"
#include "crawler/cli/commands.h"
#include "crawler/cli/report_error.h"
#include "net/http/canonical_url.h"
#include "net/http/url.h"
#include "storage/crawl_db.h"

namespace gossamer {
namespace {

struct AuditFlags {
  std::string database;
  std::string host;
  bool jsonl = false;
};

// The origins a user may mean: that of a URL, or https and http of a bare host.
Result<std::vector<std::string>> origins(const std::string& host) {
  std::vector<std::string> found;
  const bool absolute = host.find("://") != std::string::npos;
  for (const char* scheme : {"https://", "http://"}) {
    const auto url = Url::parse(absolute ? host : scheme + host);
    if (!url || !url->is_http()) {
      return fail(ErrorClass::invalid_input,
                  fmt::format("--host: \"{}\" is no host; write it as in \"https://example.com\"", host));
    }
    const std::string canonical = canonical_url(*url);
    found.emplace_back(canonical.substr(0, canonical.find_first_of("/?", canonical.find("://") + 3)));
    if (absolute) break;
  }
  return found;
}

template <class Report>
void print(const Report& report, bool jsonl) {
  fmt::print("{}\n", jsonl ? audit_json(report) : audit_text(report));
}

Result<std::uint64_t> audit(const AuditFlags& flags) {
  auto db = CrawlDb::open_read_only(flags.database);
  if (!db) return std::unexpected(std::move(db.error()));
  const AuditSinks sinks{.host = [&](const HostReport& report) { print(report, flags.jsonl); },
                         .address = [&](const AddressReport& report) { print(report, flags.jsonl); },
                         .crawl = [&](const CrawlReport& report) { print(report, flags.jsonl); }};
  if (flags.host.empty()) return audit_database(*db, std::nullopt, sinks);
  const auto candidates = origins(flags.host);
  if (!candidates) return std::unexpected(candidates.error());
  auto violations = audit_database(*db, candidates->front(), sinks);
  if (!violations && violations.error().error_class == ErrorClass::not_found && candidates->size() > 1) {
    violations = audit_database(*db, candidates->back(), sinks);
  }
  return violations;
}

int run_audit(const AuditFlags& flags) {
  const auto violations = audit(flags);
  if (!violations) {
    report_error("audit", violations.error());
    return kExitUsage;
  }
  if (!flags.jsonl) {
    fmt::print("{}\n", *violations == 0 ? std::string("every rule was kept")
                                        : fmt::format("rules were broken {} times", *violations));
  }
  return *violations == 0 ? kExitDone : kExitFailed;
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
      ->add_option("--host", flags->host,
                   "Only this host; rules of addresses and of the whole crawl are then not judged")
      ->type_name("HOST");
  command->add_flag("--jsonl", flags->jsonl, "One JSON object a host, an address, and for the crawl");
  command->footer("Exit: 0 every rule was kept, 1 one was broken, 2 the database cannot be used.");
  command->callback([flags, &exit_code] { exit_code = run_audit(*flags); });
}

}  // namespace gossamer
