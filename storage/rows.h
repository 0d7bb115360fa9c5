#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"

namespace gossamer {

// The rows of the crawl database (docs/schema.md has the tables). Ids are given by the crawl loop, start at 1
// and only grow. Times are UTC, microseconds since the Unix epoch on disk.
using UrlId = std::uint64_t;
using HostId = std::uint32_t;
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

enum class UrlState : std::uint8_t { pending = 0, done = 1, failed = 2, filtered = 3 };

// Why a URL is filtered. nofollow and depth are refusals of the link: a better link turns the row pending. So
// does a seed, which also overrules scope and pattern.
enum class FilterReason : std::uint8_t { scope, pattern, depth, nofollow, robots, trap, content_type };

// The words of the database, of `stats` and of the exports, and back.
std::string_view to_string(UrlState state);
std::string_view to_string(FilterReason reason);
std::optional<UrlState> parse_url_state(std::string_view word);
std::optional<FilterReason> parse_filter_reason(std::string_view word);
std::optional<ErrorClass> parse_failure(std::string_view word);  // the ledger's classes only

// How a URL came into the job.
enum class Via : std::uint8_t { seed = 0, link = 1, redirect = 2, sitemap = 3, spider = 4 };
std::string_view to_string(Via via);
std::optional<Via> parse_via(std::string_view word);

struct UrlRow {
  UrlId id = 0;
  HostId host = 0;
  std::string url;  // canonical
  UrlState state = UrlState::pending;
  std::optional<FilterReason> reason;  // filtered
  std::optional<ErrorClass> failure;   // failed
  std::optional<UrlId> parent;         // page (or redirect) whose link is the best known one; seeds have none
  Via via = Via::seed;
  std::uint16_t depth = 0;           // links from a seed, redirects not counted
  std::uint8_t hops = 0;             // redirects since the last link
  std::optional<UrlId> redirect_to;  // done with a 3xx, or failed(redirect)
};

// A URL row as it is read back. `url` lives until the callback that got it returns.
struct UrlView {
  UrlId id = 0;
  HostId host = 0;
  std::string_view url;
  UrlState state = UrlState::pending;
  std::optional<FilterReason> reason;
  std::optional<ErrorClass> failure;
  int status = 0;  // HTTP status of the last attempt, 0 = no response or never asked
  std::optional<UrlId> parent;
  Via via = Via::seed;
  std::uint16_t depth = 0;
  std::uint8_t hops = 0;
  std::optional<UrlId> redirect_to;
};

// A change to a row that is already in the database, or in the same outcome. `state` and its reason or
// failure replace the old ones. redirect_to and the status stay unless this outcome sets them (the status by
// a fetch of this URL), but a URL that turns pending forgets both. better_link stays if not set.
struct UrlChange {
  UrlId id = 0;
  UrlState state = UrlState::pending;
  std::optional<FilterReason> reason;
  std::optional<ErrorClass> failure;
  std::optional<UrlId> redirect_to;
  struct BetterLink {
    std::optional<UrlId> parent;
    Via via;
    std::uint16_t depth;
    std::uint8_t hops;
  };
  std::optional<BetterLink> better_link;  // promotion, or a shallower link to a pending row
};

// An origin: scheme://host[:port], the unit of politeness and robots. A changed row without robots_fetched_at
// leaves what is stored of the robots file.
struct HostRow {
  HostId id = 0;
  std::string origin;
  bool seed = false;  // its host name is in scope as a seed's
  std::optional<WallTime> robots_fetched_at;
  int robots_status = 0;    // HTTP status, 0 = unreachable or not asked yet
  std::string robots_body;  // as far as it was kept
};

// One attempt to fetch a URL. Every done or failed URL has at least one.
struct FetchRow {
  UrlId url = 0;
  std::uint16_t attempt = 1;  // of this run; the rows of one URL are in time order
  WallTime started_at;
  std::chrono::microseconds duration{0};
  int status = 0;  // 0 = no response
  std::optional<ErrorClass> error;
  Phase phase = Phase::none;
  std::string message;  // of the error
  std::string address;  // "192.0.2.1:443", "" without a response
  std::string content_type;
  std::uint64_t wire_bytes = 0;  // head and body as received
};

// The page of a 2xx response. Its row exists exactly when the URL is done with a 2xx.
struct PageRow {
  UrlId url = 0;
  int status = 200;
  std::string content_type;
  std::string encoding;
  std::string title;
  std::string language;
  std::string canonical;  // absolute, or ""
  bool noindex = false;
  std::uint64_t body_bytes = 0;   // decoded
  std::uint64_t digest_high = 0;  // XXH3-128 of the decoded body
  std::uint64_t digest_low = 0;
  std::uint32_t links = 0;          // http(s) links found, duplicates counted
  std::uint32_t other_links = 0;    // mailto:, javascript:, unparsable: not URLs of the ledger
  bool body_complete = true;        // false: cut off after the headers, no parser takes it
  std::optional<std::string> body;  // --store-bodies
};

// --store-links: one link of one page.
struct LinkRow {
  UrlId from = 0;
  UrlId to = 0;
  std::string tag;
  std::string text;
  bool nofollow = false;
};

// All a page brings, committed in one transaction or not at all. A seed batch or a robots answer is an
// outcome without a fetch.
struct Outcome {
  std::vector<UrlChange> changes;  // of the URL itself, of promoted ones, of a closed redirect loop
  std::vector<FetchRow> fetches;
  std::optional<PageRow> page;
  std::vector<HostRow> hosts;      // new or changed; written before the URLs
  std::vector<UrlRow> urls;        // new, ascending ids
  std::vector<std::string> items;  // JSON objects, one line each, of `item_url`
  UrlId item_url = 0;
  std::vector<LinkRow> links;
};

}  // namespace gossamer
