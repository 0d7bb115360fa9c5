#include "crawler/job.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <initializer_list>
#include <unordered_set>
#include <utility>

#include "crawler/robots_cache.h"
#include "crawler/run_record.h"
#include "crawler/seed_file.h"
#include "crawler/url_registry_restore.h"
#include "crawler/wall_time.h"

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
    return transaction_.add(rows);
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

// The pages that the pass has asked for already, or need not ask for.
Result<std::vector<bool>> refreshed(CrawlDb& db, const Refresh& refresh) {
  std::vector<bool> urls;
  auto ok = db.for_each_fetch_since(refresh.before, [&](const FetchView& fetch) {
    const bool ended = fetch.started_at < refresh.started || fetch.change;
    if (fetch.kind != FetchKind::page || !ended) return;
    if (fetch.url >= urls.size()) urls.resize(std::max<std::size_t>(fetch.url + 1, urls.size() * 2));
    urls[fetch.url] = true;
  });
  if (!ok) return std::unexpected(std::move(ok.error()));
  return urls;
}

Result<> restore(Job& job) {
  const TimePoint now = job.clock->now();
  const WallTime wall = wall_now();
  std::size_t robots_bytes = 0;
  const auto urls = job.db.last_url();
  if (!urls) return std::unexpected(urls.error());
  UrlRegistry::Restore registry(*job.registry, *urls);
  auto ok = job.db.for_each_host([&](const HostRow& host) {
    registry.add(host);
    // What does not fit is read when its host has a turn.
    const bool has_robots = host.robots_fetched_at &&
                            wall - *host.robots_fetched_at < RobotsCache::kLifetime &&
                            robots_bytes + host.robots_body.size() < job.memory.hosts / 4;
    if (!has_robots && !(host.rest_until > wall)) return;
    HostRow& kept = job.hosts.emplace_back(host);
    if (has_robots) {
      robots_bytes += sizeof kept + kept.robots_body.size();
    } else {
      kept.robots_fetched_at.reset();
      kept.robots_body = {};
    }
  });
  if (ok) ok = job.db.for_each_rule([&](const RuleRow& rule) { registry.add(rule); });
  if (!ok) return ok;
  std::vector<bool> asked;
  if (job.refresh) {
    auto done = refreshed(job.db, *job.refresh);
    if (!done) return std::unexpected(std::move(done.error()));
    asked = std::move(*done);
  }
  std::unordered_set<UrlId> dropped;
  if (job.options.refresh) {
    auto pages = job.db.dropped_pages();
    if (!pages) return std::unexpected(std::move(pages.error()));
    dropped = std::move(*pages);
  }
  const auto add = [&](const UrlView& url) {
    const bool was_asked = url.id < asked.size() && asked[url.id];
    if (dropped.contains(url.id) && !was_asked &&
        (url.state == UrlState::done || url.state == UrlState::failed)) {
      job.reopened.push_back(url.id);
      UrlView pending = url;
      pending.state = UrlState::pending;
      pending.failure.reset();
      pending.redirect_to.reset();
      pending.status = 0;
      return registry.add(pending);
    }
    const bool has_page = url.state == UrlState::done && url.status >= 200 && url.status < 300;
    const bool due = job.refresh && has_page && !was_asked;
    const bool again = due || (job.options.retry_failed && url.state == UrlState::failed);
    std::optional<TimePoint> not_before;
    if (url.not_before) not_before = now + std::max(Duration::zero(), Duration(*url.not_before - wall));
    registry.add(url, not_before, again);
    job.pages += has_page;
    if (has_page && job.options.max_pages_per_host) {
      job.refresh ? static_cast<void>(++job.pages_by_host[url.host]) : job.frontier->count_page(url.host);
    }
    job.due += due;
    if (url.digest) {
      job.twins->twin_of(url.id, url.host, url.digest->high, url.digest->low, url.digest->simhash);
    }
  };
  return job.db.for_each_url(add, {.digests = job.twins->remembers(), .brief = !job.refresh});
}

// What the database says, in memory; what was there before is dropped.
Result<> load(Job& job) {
  auto scope = make_scope(job.options);
  if (!scope) return std::unexpected(std::move(scope.error()));
  const auto traps = TrapLimits::parse(job.options.trap);
  if (!traps) return std::unexpected(traps.error());
  const JobOptions& options = job.options;
  const std::string directory = std::filesystem::path(options.output).parent_path().string();
  job.registry.reset();
  job.frontier = std::make_unique<Frontier>(
      Frontier::Options{.per_host = options.per_host,
                        .delay = options.delay,
                        .throttle = options.throttle,
                        .per_ip = options.per_ip,
                        .ip_delay = options.ip_delay,
                        .rate = options.rate,
                        .max_pages_per_host = job.refresh ? std::nullopt : options.max_pages_per_host,
                        .memory = job.memory.frontier,
                        .scratch_directory = directory});
  job.registry = std::make_unique<UrlRegistry>(
      std::move(*scope), job.secret, *job.frontier,
      UrlRegistry::Options{.order = options.order,
                           .seen = {.memory = job.memory.seen_set, .scratch_directory = directory},
                           .table = {.resident = job.memory.url_table, .scratch_directory = directory}});
  job.twins = std::make_unique<PageTwins>(*traps);
  job.pages = 0;
  job.due = 0;
  job.reopened.clear();
  job.hosts.clear();
  job.pages_by_host.clear();
  return job.resumed ? restore(job) : Result<>{};
}

// Judges the known URLs by the options of this run, if those are others, or its seeds are of other hosts.
Result<> judge_known(Job& job, SeedTransaction& transaction) {
  const auto changed = [&](std::initializer_list<std::string_view> flags) {
    return std::ranges::any_of(job.changes, [&](const auto& change) {
      return std::ranges::find(flags, change.flag) != flags.end();
    });
  };
  const bool robots = changed({"--no-robots", "--user-agent"});
  const bool scope_changed = changed({"--scope", "--include", "--exclude", "--trap", "--depth"});
  if (!robots && !scope_changed && !job.registry->scope_grew()) return {};
  auto scope = make_scope(job.options);
  if (!scope) return std::unexpected(std::move(scope.error()));
  auto judged = judge_again(job.db, transaction, std::move(*scope), robots);
  if (!judged) return std::unexpected(std::move(judged.error()));
  job.judged = *judged;
  return judged->any() ? load(job) : Result<>{};
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
  if (auto loaded = load(job); !loaded) return std::unexpected(std::move(loaded.error()));
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
  if (job.resumed) {
    if (auto judged = judge_known(job, *transaction); !judged) return judged;
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
