#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/frontier.h"
#include "crawler/job_options.h"
#include "crawler/judge_again.h"
#include "crawler/memory_plan.h"
#include "crawler/page_twins.h"
#include "crawler/url_registry.h"
#include "net/base/clock.h"
#include "storage/crawl_db.h"

namespace gossamer {

// A pass over stored pages: those not asked for since `before`. Pages found while it runs are new. It is over
// when a crawl came to its end with none of them left to ask for.
struct Refresh {
  WallTime before;
  WallTime started;
};

// A crawl job, opened: its options, its database, and what the database says in memory. Made before the loop
// runs, for it blocks: it reads seed files and, at a resume, every row.
struct Job {
  JobOptions options;
  CrawlDb db;
  SeenSet::Secret secret;
  std::unique_ptr<Frontier> frontier;
  std::unique_ptr<UrlRegistry> registry;  // refers to the frontier
  bool resumed = false;
  MemoryPlan memory;
  std::unique_ptr<PageTwins> twins;
  std::uint64_t pages = 0;            // stored by earlier runs
  std::vector<OptionChange> changes;  // options that differ from the stored ones
  std::vector<HostRow> hosts;         // of a resume: hosts with a robots.txt that still counts, or that rest
  std::unordered_set<HostId>
      long_unread;                 // of a resume: those whose robots.txt counts as none if it is silent
  std::optional<Refresh> refresh;  // a pass is to begin, or was begun by an earlier run
  std::unordered_map<HostId, std::uint64_t> pages_by_host;  // of a refresh with --max-pages-per-host
  std::vector<UrlId> reopened;     // of a pass that begins: pages that were gone or moved, pending again
  std::vector<HostId> ask_robots;  // of a resume: not asked so far, by --no-robots; for their sitemaps
  Judged judged;                   // what other options, or seeds of other hosts, changed of the known URLs
  std::size_t skipped_seeds = 0;   // bad lines that --skip-bad-seeds passed over
  const Clock* clock = nullptr;    // of the loop
};

// Opens the job of `given.output`, or creates it, and enters the seeds, all of them or none. `given_flags`
// are the names of the options that were given, as in CrawlFlags::Parsed. Errors: invalid_input (bad seeds,
// one line each for the first; a file that is no crawl database; no seeds for a new job; an option that must
// not change), refused (another process has it), storage. `clock` is that of the loop the crawl will run on.
Result<Job> open_job(const JobOptions& given, const std::vector<std::string>& given_flags,
                     const Clock& clock = Clock::steady());

// Stores the options and enters the seeds, all of them or none, has the known URLs judged by them and opens
// the items file, in one transaction. Errors: invalid_input (bad seeds, a line each for the first; no seeds
// for a new job; an items file that is not of this job), refused (another crawl has it), storage.
Result<> seed_job(Job& job);

// The refresh pass is over: what is found from now on is not of it. Errors: storage.
Result<> end_refresh(Job& job);

}  // namespace gossamer
