#include "crawler/run_record.h"

#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/wall_time.h"
#include "storage/sqlite.h"

namespace gossamer {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRunKey = "run ";

// Flags that a site can notice.
constexpr const char* kRecorded[] = {"user-agent", "no-robots", "per-host", "delay",
                                     "throttle",   "per-ip",    "ip-delay", "rate"};

Result<RunRecord> read_run(std::string_view key, std::string_view value) {
  const auto from = parse_wall_time(key.substr(kRunKey.size()));
  if (!from) {
    return fail(ErrorClass::storage, Phase::store, fmt::format("meta: \"{}\" names no time of a run", key));
  }
  auto options = job_options_from_json(value);
  if (!options) return std::unexpected(std::move(options.error()));
  return RunRecord{.from = *from, .options = std::move(*options)};
}

}  // namespace

std::string run_key(WallTime from) { return std::string(kRunKey) + format_wall_time(from); }

std::string run_value(const JobOptions& options) {
  const Json all = Json::parse(to_json(options));
  Json kept = Json::object();
  for (const char* key : kRecorded) {
    if (all.contains(key)) kept[key] = all[key];
  }
  return kept.dump();
}

Result<std::vector<RunRecord>> read_runs(Database& database) {
  auto rows =
      database.prepare("SELECT key, value FROM meta WHERE key >= 'run ' AND key < 'run!' ORDER BY key");
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<RunRecord> runs;
  while (true) {
    auto row = rows->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) break;
    auto run = read_run(rows->text(0), rows->text(1));
    if (!run) return std::unexpected(std::move(run.error()));
    runs.push_back(std::move(*run));
  }
  if (!runs.empty()) return runs;
  auto options = database.prepare("SELECT value FROM meta WHERE key = 'options'");
  if (!options) return std::unexpected(std::move(options.error()));
  auto row = options->step();
  if (!row) return std::unexpected(std::move(row.error()));
  auto stored = job_options_from_json(*row ? options->text(0) : std::string_view());
  if (!stored) return std::unexpected(std::move(stored.error()));
  runs.push_back({.from = WallTime::min(), .options = std::move(*stored)});
  return runs;
}

}  // namespace gossamer
