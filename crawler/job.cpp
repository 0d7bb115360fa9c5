#include "crawler/job.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

#include "crawler/run_record.h"
#include "crawler/seed_file.h"

namespace gossamer {
namespace {

constexpr std::string_view kMetaOptions = "options";     // JSON, as to_json(JobOptions) gives it
constexpr std::string_view kMetaSecret = "seen_secret";  // SeenSet::to_hex

// Streams seeds from the command line and from seed files into one transaction.
class Seeding {
 public:
  Seeding(Job& job, SeedTransaction& transaction) : job_(job), transaction_(transaction) {}

  Result<> add(const std::string& argument) {
    auto seed = classify_seed_argument(argument);
    if (!seed) return std::unexpected(std::move(seed.error()));
    if (seed->kind == SeedArgument::Kind::url) {
      auto url = parse_seed(seed->text);
      if (!url) return std::unexpected(std::move(url.error()));
      return enter(*url);
    }
    auto report = read_seed_file(seed->text, [this](Url url, std::size_t) { return enter(url); });
    if (!report) return std::unexpected(std::move(report.error()));
    job_.skipped_seeds += report->bad_lines;
    if (report->bad_lines == 0 || job_.options.skip_bad_seeds) return {};
    std::string message =
        fmt::format("{} bad seed{}, nothing was kept (--skip-bad-seeds goes on without them)",
                    report->bad_lines, report->bad_lines == 1 ? "" : "s");
    for (const std::string& line : report->first_bad) message += "\n  " + line;
    if (report->bad_lines > report->first_bad.size()) {
      message += fmt::format("\n  and {} more", report->bad_lines - report->first_bad.size());
    }
    return fail(ErrorClass::invalid_input, std::move(message));
  }

 private:
  Result<> enter(const Url& url) {
    if (!url.is_http()) {
      return fail(ErrorClass::invalid_input, fmt::format("{}: not an http or https URL", url.href()));
    }
    Outcome rows;
    job_.registry->enter_seed(url, rows);
    for (const HostRow& host : rows.hosts) {
      if (auto added = transaction_.add(host); !added) return added;
    }
    for (const UrlRow& row : rows.urls) {
      if (auto added = transaction_.add(row); !added) return added;
    }
    for (UrlChange& change : rows.changes) job_.improved.changes.push_back(std::move(change));
    return {};
  }

  Job& job_;
  SeedTransaction& transaction_;
};

Result<SeenSet::Secret> secret_of(CrawlDb& db) {
  if (db.is_new()) return SeenSet::random_secret();
  auto hex = db.meta(kMetaSecret);
  if (!hex) return std::unexpected(std::move(hex.error()));
  if (!*hex)
    return fail(ErrorClass::storage, db.path() + ": the job has no seen-set secret; the file is damaged");
  return SeenSet::from_hex(**hex);
}

Result<ResumedOptions> options_of(CrawlDb& db, const JobOptions& given,
                                  const std::vector<std::string>& given_flags) {
  if (db.is_new()) return ResumedOptions{given, {}};
  auto stored = db.meta(kMetaOptions);
  if (!stored) return std::unexpected(std::move(stored.error()));
  if (!*stored) return fail(ErrorClass::storage, db.path() + ": the job has no options; the file is damaged");
  return resume_options(**stored, given, given_flags);
}

Result<> restore(Job& job) {
  auto hosts = job.db.for_each_host([&](const HostRow& host) {
    job.registry->restore(host);
    if (host.robots_fetched_at) job.robots.push_back(host);
  });
  if (!hosts) return hosts;
  auto rules = job.db.for_each_rule([&](const RuleRow& rule) { job.registry->restore(rule); });
  if (!rules) return rules;
  return job.db.for_each_url([&](const UrlView& url) {
    job.registry->restore(url);
    if (url.state == UrlState::done && url.status >= 200 && url.status < 300) ++job.pages;
  });
}

}  // namespace

Result<Job> open_job(const JobOptions& given, const std::vector<std::string>& given_flags) {
  auto db = CrawlDb::open_for_crawl(given.output);
  if (!db) return std::unexpected(std::move(db.error()));
  auto options = options_of(*db, given, given_flags);
  if (!options) return std::unexpected(std::move(options.error()));
  auto secret = secret_of(*db);
  if (!secret) return std::unexpected(std::move(secret.error()));
  const JobOptions& job_options = options->options;
  const auto traps = TrapLimits::parse(job_options.trap);
  if (!traps) return std::unexpected(traps.error());
  auto scope =
      CrawlScope::create({.kind = job_options.scope,
                          .include = job_options.include,
                          .exclude = job_options.exclude,
                          .depth = job_options.depth,
                          .traps = *traps,
                          .today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())});
  if (!scope) return std::unexpected(std::move(scope.error()));

  const bool resumed = !db->is_new();
  auto frontier = std::make_unique<Frontier>(Frontier::Options{
      .per_host = job_options.per_host,
      .delay = job_options.delay,
      .throttle = job_options.throttle,
      .per_ip = job_options.per_ip,
      .ip_delay = job_options.ip_delay,
      .rate = job_options.rate,
      .max_pages_per_host = job_options.max_pages_per_host,
      .memory = job_options.memory / 4,
      .scratch_directory = std::filesystem::path(job_options.output).parent_path().string()});
  auto registry = std::make_unique<UrlRegistry>(std::move(*scope), *secret, *frontier);
  Job job{.options = std::move(options->options),
          .db = std::move(*db),
          .secret = *secret,
          .frontier = std::move(frontier),
          .registry = std::move(registry),
          .resumed = resumed,
          .changes = std::move(options->changes),
          .robots = {},
          .improved = {}};
  if (resumed) {
    if (auto restored = restore(job); !restored) return std::unexpected(std::move(restored.error()));
  }
  return job;
}

Result<> seed_job(Job& job) {
  auto transaction = job.db.begin_seeding();
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  if (auto set = transaction->set_meta(kMetaOptions, to_json(job.options)); !set) return set;
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  if (auto set = transaction->set_meta(run_key(now), run_value(job.options)); !set) return set;
  if (auto set = transaction->set_meta(kMetaSecret, SeenSet::to_hex(job.secret)); !set) return set;
  Seeding seeding(job, *transaction);
  for (const std::string& seed : job.options.seeds) {
    if (auto added = seeding.add(seed); !added) return added;
  }
  if (job.registry->counts().discovered == 0) {
    return fail(ErrorClass::invalid_input, "no seeds: give a URL, a host name or a file with one URL a line");
  }
  if (auto committed = transaction->commit(); !committed || job.options.items.empty()) return committed;
  return job.db.use_items_file(job.options.items);
}

}  // namespace gossamer
