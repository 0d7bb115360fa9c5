#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/canonical_rules.h"
#include "crawler/cli/network_flags.h"
#include "crawler/crawl_order.h"
#include "crawler/crawl_scope.h"
#include "net/base/error.h"

namespace gossamer {

// Everything a user can say about a crawl. Each field has a flag of the same name (`per_host` is --per-host).
// Fields marked "this run" are not kept; the others are stored with the job (headers too), so that a resume
// needs no flags.
struct JobOptions {
  // Where to start: URLs, bare host names, seed files, "-". Empty only when a job is resumed. This run.
  std::vector<std::string> seeds;

  // Sitemaps to start from: like seeds, of which one may be a sitemap too. This run.
  std::vector<std::string> sitemap;

  // The crawl database. This run.
  std::string output = "crawl.db";

  // The seeds' hosts: the least surprise for whoever names a site.
  ScopeKind scope = ScopeKind::host;

  // RE2 patterns over the canonical URL; see CrawlScope.
  std::vector<std::string> include;
  std::vector<std::string> exclude;

  // Differences between URLs that are taken for none: --sort-query, --drop-query and --drop-session-ids. A
  // job keeps those it began with.
  CanonicalRules canonical;

  // "NAME=LIMIT": limits of trap rules that are not the usual ones; see TrapLimits.
  std::vector<std::string> trap;

  // Links from a seed; unlimited by default, for the scope bounds the crawl.
  std::optional<std::uint16_t> depth;

  // Ends the crawl after so many pages; what is pending stays so, and a resume with a larger limit goes on.
  std::optional<std::uint64_t> max_pages;

  // Ends the asking of one host after so many pages; what is pending there stays so.
  std::optional<std::uint64_t> max_pages_per_host;

  // Which pending URL of a host comes next.
  CrawlOrder order = CrawlOrder::breadth;

  // Least rest of a host between two requests. Zero, because throttle already adapts to what a host can bear.
  std::chrono::milliseconds delay{0};

  // Least rest of an address between two requests, whatever names it has.
  std::chrono::milliseconds ip_delay{0};

  // Requests a second in the whole crawl; a hard cap.
  std::optional<double> rate;

  // A host rests this many times its last response time: a slow host is asked less often. 1 loads it half of
  // the time.
  double throttle = 1.0;

  // Connections to one host at once: one, as a considerate person with a browser tab.
  int per_host = 1;

  // Connections to one address at once, however many names it has; 0: no limit. Without it as address_limit()
  // says: a shared server is asked like the few hosts that a small one has.
  std::optional<int> per_ip;
  int address_limit() const { return per_ip.value_or(std::max(4, per_host)); }

  // Fetches in flight in the whole crawl; enough to fill a home line with pages of different hosts.
  int concurrency = 64;

  // Loops that fetch and parse. With more than one each has its own thread, beside that of the crawl itself.
  int threads = 1;

  // Bytes for everything that grows: the frontier, the seen set, buffers, caches. The crawl slows down rather
  // than take more.
  std::uint64_t memory = std::uint64_t{256} << 20;

  // "N", or "CLASS=N": further attempts for what may pass by itself; see RetryPolicy.
  std::vector<std::string> retries;

  // Failed URLs of a resumed job are tried again. This run.
  bool retry_failed = false;

  // Pages fetched longer ago than this are asked for again, with conditional requests; "0s" is all. This run.
  std::optional<std::chrono::milliseconds> refresh;

  // Cookies are neither kept nor sent.
  bool no_cookies = false;

  // Sitemaps are neither looked for in robots.txt nor read.
  bool no_sitemaps = false;
  bool reads_sitemaps() const { return !no_sitemaps && follows_links; }

  // Ignores robots.txt. For sites of one's own.
  bool no_robots = false;

  // How requests are sent: the flags that every command with a URL has. The product token of the user agent
  // is looked up in robots.txt.
  NetworkFlags network;

  std::vector<std::string> plugin;  // shared objects, asked in this order
  std::string items;        // JSONL file to which items are written as they are committed; none by default
  bool feed_items = false;  // the entries of feeds are items too
  bool store_bodies = false;
  bool store_links = false;
  bool assets = false;  // also follow images, style sheets and scripts

  // Pages go through a spider: set by its program, not by a flag. This run; whether it was so is stored.
  bool spider = false;
  bool follows_links = true;  // false: the spider alone says what comes next

  // Goes on when a seed file has lines that are no URLs. This run.
  bool skip_bad_seeds = false;

  // No progress on stderr. This run.
  bool quiet = false;

  bool operator==(const JobOptions&) const = default;
};

// Where its scratch files are: beside the database.
std::string scratch_directory(const JobOptions& options);

// Checks ranges and spellings. Errors: invalid_input; the message names the flag and what would be right.
// Patterns are checked by CrawlScope::create, seeds when they are read.
Result<> validate(const JobOptions& options);

// The crawl scope they describe, on this day, without seeds. Errors: invalid_input.
Result<CrawlScope> make_scope(const JobOptions& options);

// The stored fields as a JSON object with the flags' names as keys, and back. Errors: storage, for JSON that
// is not such an object.
std::string to_json(const JobOptions& options);

// Whether a job keeps the option of this name ("max-pages"), so that a resume need not give it.
bool is_stored_option(std::string_view name);
Result<JobOptions> job_options_from_json(std::string_view json);

// One option that a resume changes, as the user would write it; of headers only the names.
struct OptionChange {
  std::string flag;  // "--scope"
  std::string stored;
  std::string given;

  bool operator==(const OptionChange&) const = default;
};

// What the database has of each page must not change once pages are stored, or it would have it of a part of
// them; nor the spelling of URLs, or it would have them twice. Errors: invalid_input, naming the flag, what
// it was, and what would be right.
Result<> check_changes(const std::vector<OptionChange>& changes);

struct ResumedOptions {
  JobOptions options;
  std::vector<OptionChange> changes;
};

// The options of a resumed job: what is stored, but for the flags given now (`given_flags`, names without
// dashes, whose values `given` holds).
Result<ResumedOptions> resume_options(std::string_view stored_json, const JobOptions& given,
                                      const std::vector<std::string>& given_flags);

}  // namespace gossamer
