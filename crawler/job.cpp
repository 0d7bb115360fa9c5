#include "crawler/job.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <initializer_list>
#include <utility>

#include "crawler/job_load.h"
#include "crawler/robots.h"
#include "crawler/run_record.h"
#include "crawler/seed_file.h"
#include "crawler/wall_time.h"
#include "storage/row_reader.h"

namespace gossamer {
namespace {

constexpr std::string_view kMetaOptions = "options";               // JSON, as to_json(JobOptions) gives it
constexpr std::string_view kMetaRefreshBefore = "refresh_before";  // us since 1970, as the next
constexpr std::string_view kMetaRefreshStarted = "refresh_started";
constexpr std::string_view kMetaRefreshEnded = "refresh_ended";  // refresh_started of a pass that is over
constexpr std::string_view kMetaSpider = "spider";               // 1: its pages went through one
constexpr std::string_view kMetaSecret = "seen_secret";          // SeenSet::to_hex

// Streams seeds from the command line and from seed files into one transaction.
class Seeding {
 public:
  Seeding(Job& job, SeedTransaction& transaction) : job_(job), transaction_(transaction) {}

  Result<> add(const std::string& argument) {
    auto seed = classify_seed_argument(argument);
    if (!seed) return std::unexpected(std::move(seed.error()));
    if (seed->kind == SeedArgument::Kind::url) return add_url(seed->text);
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

  Result<> add_url(const std::string& text, bool sitemap = false) {
    auto url = parse_seed(text);
    if (!url) return std::unexpected(std::move(url.error()));
    return enter(*url, sitemap);
  }

 private:
  Result<> enter(const Url& url, bool sitemap = false) {
    if (!url.is_http()) {
      return fail(ErrorClass::invalid_input, fmt::format("{}: not an http or https URL", url.href()));
    }
    Outcome rows;
    job_.registry->enter_seed(url, rows, sitemap);
    return transaction_.add(rows);
  }

  Job& job_;
  SeedTransaction& transaction_;
};

Result<SeenSet::Secret> secret_of(CrawlDb& db) {
  if (db.is_new()) return SeenSet::random_secret();
  auto hex = db.meta(kMetaSecret);
  if (!hex) return std::unexpected(std::move(hex.error()));
  if (!*hex) return db.database().damaged("the job has no seen-set secret");
  auto secret = SeenSet::from_hex(**hex);
  if (!secret) return db.database().damaged(secret.error().message);
  return secret;
}

Result<ResumedOptions> options_of(CrawlDb& db, const JobOptions& given,
                                  const std::vector<std::string>& given_flags) {
  if (db.is_new()) return ResumedOptions{given, {}};
  auto stored = db.meta(kMetaOptions);
  if (!stored) return std::unexpected(std::move(stored.error()));
  if (!*stored) return db.database().damaged("the job has no options");
  return resume_options(**stored, given, given_flags);
}

// Refuses what would leave the stored pages without something that those to come have.
Result<> check_resume(CrawlDb& db, const ResumedOptions& resumed) {
  const auto pages = db.has_pages();
  if (!pages) return std::unexpected(pages.error());
  if (!*pages) return {};
  if (auto checked = check_changes(resumed.changes); !checked) return checked;
  const auto spider = db.meta(kMetaSpider);
  if (!spider) return std::unexpected(spider.error());
  if (!*spider || (**spider == "1") == resumed.options.spider) return {};
  const std::string_view was = resumed.options.spider
                                   ? "without a spider; begin a new job, with another -o, for one"
                                   : "by a program with a spider; resume it with that program";
  return fail(ErrorClass::invalid_input, fmt::format("{}: its pages were crawled {}", db.path(), was));
}

// The pass that --refresh begins, or the one an earlier run began.
Result<std::optional<Refresh>> refresh_of(CrawlDb& db, const JobOptions& options) {
  if (db.is_new()) return std::nullopt;
  if (options.refresh) {
    const WallTime now = wall_now();
    return Refresh{.before = now - *options.refresh, .started = now};
  }
  Refresh refresh;
  WallTime ended = WallTime::min();
  for (const auto& [key, time] :
       {std::pair{kMetaRefreshBefore, &refresh.before}, std::pair{kMetaRefreshStarted, &refresh.started},
        std::pair{kMetaRefreshEnded, &ended}}) {
    auto stored = db.meta(key);
    if (!stored) return std::unexpected(std::move(stored.error()));
    if (*stored) {
      *time = WallTime(std::chrono::microseconds(std::strtoll((*stored)->c_str(), nullptr, 10)));
    } else if (time != &ended) {
      return std::nullopt;
    }
  }
  if (ended == refresh.started) return std::nullopt;
  return refresh;
}

bool changed(const Job& job, std::initializer_list<std::string_view> flags) {
  return std::ranges::any_of(
      job.changes, [&](const auto& change) { return std::ranges::find(flags, change.flag) != flags.end(); });
}

// Judges the known URLs by the options of this run, if those are others, or its seeds are of other hosts.
Result<> judge_known(Job& job, SeedTransaction& transaction) {
  const bool robots = changed(job, {"--no-robots", "--user-agent"});
  const bool scope_changed = changed(job, {"--scope", "--include", "--exclude", "--trap", "--depth"});
  if (!robots && !scope_changed && !job.registry->scope_grew()) return {};
  auto scope = make_scope(job.options);
  if (!scope) return std::unexpected(std::move(scope.error()));
  auto judged = judge_again(job.db, transaction, std::move(*scope), robots);
  if (!judged) return std::unexpected(std::move(judged.error()));
  job.judged = *judged;
  return judged->any() ? load_job(job) : Result<>{};
}

// Enters the sitemaps that the known robots.txt files name, if they were not wanted before; `scope_grew`: by
// the seeds.
Result<> enter_sitemaps(Job& job, SeedTransaction& transaction, bool scope_grew) {
  const JobOptions& options = job.options;
  if (!scope_grew && !changed(job, {"--no-sitemaps", "--no-robots", "--scope", "--depth"})) return {};
  if (!options.reads_sitemaps() || options.no_robots || options.depth == 0) return {};
  const bool had_no_robots = changed(job, {"--no-robots"});
  auto reader = RowReader::open(job.db.path());  // a file is read while what the one before names is written
  if (!reader) return std::unexpected(std::move(reader.error()));
  const auto known = static_cast<HostId>(job.registry->host_count());
  for (HostId id = 1; id <= known; ++id) {
    if (!job.registry->in_scope(id)) continue;
    const auto host = reader->host(id);
    if (!host) return std::unexpected(host.error());
    if (!*host) continue;  // of a seed of this run
    if (had_no_robots && !(*host)->robots_fetched_at) job.ask_robots.push_back(id);
    const auto rules = RobotsRules::parse((*host)->robots_body, product_token(options.network.user_agent));
    Outcome found;
    job.registry->enter_sitemaps(id, rules.sitemaps(), found);
    if (auto written = transaction.add(found); !written) return written;
  }
  return {};
}

}  // namespace

Result<Job> open_job(const JobOptions& given, const std::vector<std::string>& given_flags,
                     const Clock& clock) {
  auto db = CrawlDb::open_for_crawl(given.output);
  if (!db) return std::unexpected(std::move(db.error()));
  auto options = options_of(*db, given, given_flags);
  if (!options) return std::unexpected(std::move(options.error()));
  const bool resumed = !db->is_new();
  if (auto checked = resumed ? check_resume(*db, *options) : Result<>{}; !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (options->options.order == CrawlOrder::best && !options->options.spider) {
    return fail(
        ErrorClass::invalid_input,
        "--order best: only a spider gives URLs a score; give breadth or depth, or crawl with a program "
        "that has a spider");
  }
  auto secret = secret_of(*db);
  if (!secret) return std::unexpected(std::move(secret.error()));
  const JobOptions& job_options = options->options;
  auto memory = plan_memory(job_options.memory, job_options.concurrency, job_options.threads,
                            job_options.network.max_body);
  if (!memory) return std::unexpected(std::move(memory.error()));
  if (auto limited = db->limit_cache(memory->sqlite_cache); !limited) return std::unexpected(limited.error());
  auto refresh = refresh_of(*db, job_options);
  if (!refresh) return std::unexpected(std::move(refresh.error()));

  Job job{.options = std::move(options->options),
          .db = std::move(*db),
          .secret = *secret,
          .frontier = nullptr,
          .registry = nullptr,
          .resumed = resumed,
          .memory = *memory,
          .twins = nullptr,
          .changes = std::move(options->changes),
          .hosts = {},
          .refresh = *refresh,
          .judged = {},
          .clock = &clock};
  if (auto loaded = load_job(job); !loaded) return std::unexpected(std::move(loaded.error()));
  return job;
}

Result<> seed_job(Job& job) {
  auto transaction = job.db.begin_seeding();
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  if (auto set = transaction->set_meta(kMetaOptions, to_json(job.options)); !set) return set;
  const WallTime now = wall_now();
  if (auto set = transaction->set_meta(run_key(now), run_value(job.options)); !set) return set;
  if (auto set = transaction->set_meta(kMetaSpider, job.options.spider ? "1" : "0"); !set) return set;
  if (auto set = transaction->set_meta(kMetaSecret, SeenSet::to_hex(job.secret)); !set) return set;
  if (job.refresh) {
    const auto number = [](WallTime time) { return fmt::format("{}", time.time_since_epoch().count()); };
    if (auto set = transaction->set_meta(kMetaRefreshBefore, number(job.refresh->before)); !set) return set;
    if (auto set = transaction->set_meta(kMetaRefreshStarted, number(job.refresh->started)); !set) return set;
    if (auto indexed = transaction->index_pages(); !indexed) return indexed;
  }
  if (job.resumed && job.options.retry_failed) {
    if (auto reopened = transaction->reopen_failed(); !reopened) return reopened;
  }
  if (!job.options.items.empty()) {
    if (auto opened = transaction->use_items_file(job.options.items); !opened) return opened;
  }
  Outcome reopened;
  for (const UrlId id : job.reopened) reopened.changes.push_back({.id = id});
  if (auto written = transaction->add(reopened); !written) return written;
  Seeding seeding(job, *transaction);
  for (const std::string& seed : job.options.seeds) {
    if (auto added = seeding.add(seed); !added) return added;
  }
  for (const std::string& sitemap : job.options.sitemap) {
    if (auto added = seeding.add_url(sitemap, job.options.reads_sitemaps()); !added) return added;
  }
  if (job.resumed) {
    const bool scope_grew = job.registry->scope_grew();  // judge_known() may load the job again
    if (auto judged = judge_known(job, *transaction); !judged) return judged;
    if (auto entered = enter_sitemaps(job, *transaction, scope_grew); !entered) return entered;
  }
  if (job.registry->counts().discovered == 0) {
    return fail(ErrorClass::invalid_input, "no seeds: give a URL, a host name or a file with one URL a line");
  }
  return transaction->commit();
}

Result<> end_refresh(Job& job) {
  auto transaction = job.db.begin_seeding();
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto pass = job.refresh->started.time_since_epoch().count();
  if (auto set = transaction->set_meta(kMetaRefreshEnded, fmt::format("{}", pass)); !set) return set;
  return transaction->commit();
}

}  // namespace gossamer
