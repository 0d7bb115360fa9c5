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
using RuleId = std::uint32_t;
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

// What a request was for. Only `page` is an attempt at a URL of the ledger; the others name a host.
enum class FetchKind : std::uint8_t { page = 0, robots = 1, spider = 2 };
std::string_view to_string(FetchKind kind);
std::optional<FetchKind> parse_fetch_kind(std::string_view word);

// What a refresh pass found out about a stored page, by the last attempt of the pass at its URL.
enum class PageChange : std::uint8_t {
  added = 0,      // "new": stored for the first time while a pass ran
  changed = 1,    // another body, or a redirect now
  unchanged = 2,  // 304, or the same digest
  gone = 3,       // 404 or 410
  kept = 4,       // no answer that tells: the page stays as it was
};
std::string_view to_string(PageChange change);
std::optional<PageChange> parse_page_change(std::string_view word);

// A rule that filtered URLs, as a user is told of it: "--exclude \.pdf$", "path-depth 32".
struct RuleRow {
  RuleId id = 0;
  FilterReason reason = FilterReason::scope;  // scope, pattern or trap
  std::string rule = {};
};

struct UrlRow {
  UrlId id = 0;
  HostId host = 0;
  std::string url;  // canonical
  UrlState state = UrlState::pending;
  std::optional<FilterReason> reason;  // filtered
  std::optional<ErrorClass> failure;   // failed
  std::optional<UrlId> parent;         // page (or redirect) whose link is the best known one; seeds have none
  Via via = Via::seed;
  std::uint16_t depth = 0;                           // links from a seed, redirects not counted
  std::uint8_t hops = 0;                             // redirects since the last link
  std::optional<UrlId> redirect_to;                  // done with a 3xx, or failed(redirect)
  std::optional<RuleId> rule = std::nullopt;         // filtered(scope, pattern, trap)
  std::optional<std::int32_t> score = std::nullopt;  // a spider's, for best-first order
  std::uint32_t twins = 0;  // links of a chain of pages with the same content that led here
  bool nofollow = false;    // every link to it so far says so
};

// What tells pages with the same content, as it is read back.
struct PageDigest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::optional<std::uint64_t> simhash = std::nullopt;
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
  Via via = Via::seed;
  std::uint16_t depth = 0;
  std::uint8_t hops = 0;
  std::optional<UrlId> redirect_to;
  std::optional<RuleId> rule;
  std::optional<std::int32_t> score;
  std::uint32_t twins = 0;
  bool nofollow = false;
  std::uint16_t attempts = 0;          // of a pending URL that was tried already
  std::optional<WallTime> not_before;  // of its next attempt
  bool reread = false;                 // done, and to be asked for again, as a sitemap
  std::optional<PageDigest> digest;    // of its page, where it was asked for
};

// A change to a row that is already in the database, or in the same outcome. `state` and its reason or
// failure replace the old ones, and so does `rule`. redirect_to and the status stay unless this outcome sets
// them (the status by a fetch of this URL whose `change` is not `unchanged` or `kept`), but a URL that turns
// pending forgets both. better_link stays if not set; it is never one that says nofollow. A URL that ends
// loses its row in `retries`.
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
    std::uint32_t twins = 0;
    std::optional<std::int32_t> score = std::nullopt;  // stays if not set
  };
  std::optional<BetterLink> better_link;  // promotion, or a shallower link to a pending or filtered row
  std::optional<RuleId> rule = std::nullopt;
  bool link_only = false;  // nothing but better_link changes
  bool drop_page = false;  // the page is gone or has moved: its row, body and links go
};

// An origin: scheme://host[:port], the unit of politeness and robots. A changed row without robots_fetched_at
// leaves what is stored of the robots file, one without an address or rest_until leaves those.
struct HostRow {
  HostId id = 0;
  std::string origin;
  bool seed = false;  // its host name is in scope as a seed's
  std::optional<WallTime> robots_fetched_at;
  int robots_status = 0;                              // HTTP status, 0 = unreachable or not asked yet
  std::string robots_body;                            // as far as it was kept
  std::string address = {};                           // IP it was last reached at
  std::optional<WallTime> rest_until = std::nullopt;  // it asked not to be asked before
};

// One request. Every done or failed URL has at least one of the kind `page`.
struct FetchRow {
  UrlId url = 0;              // 0 if not of the kind `page`
  std::uint16_t attempt = 1;  // of this run; the rows of one URL are in time order
  WallTime started_at;
  std::chrono::microseconds duration{0};
  int status = 0;  // 0 = no response
  std::optional<ErrorClass> error;
  Phase phase = Phase::none;
  std::string message;  // of the error; without one, why a page could be read only in part
  std::string address;  // "192.0.2.1:443", "" without a response
  std::string content_type;
  std::uint64_t wire_bytes = 0;  // head and body as received
  HostId host = 0;
  FetchKind kind = FetchKind::page;
  // How long its host was then left alone, by Retry-After or our back-off.
  std::optional<std::chrono::microseconds> rest = std::nullopt;
  std::optional<PageChange> change = std::nullopt;  // of a refresh pass
  // What its Retry-After asked for, from its end; whatever the status.
  std::optional<std::chrono::microseconds> retry_after = std::nullopt;
};

// The page of a 2xx response. Its row exists exactly when the URL is done with a 2xx. A version above 1
// replaces the row and body of the one before (its links go by Outcome::drop_links_of). If the URL had a page
// that was dropped, the version goes on from there, whatever is given here.
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
  std::uint32_t links = 0;                      // http(s) links found, duplicates counted
  std::uint32_t other_links = 0;                // mailto:, javascript:, unparsable: not URLs of the ledger
  bool body_complete = true;                    // false: cut off after the headers, no parser takes it
  std::optional<std::string> body;              // --store-bodies
  std::string etag = {};                        // as sent, or ""
  std::string last_modified = {};               // as sent, or ""
  std::uint32_t version = 1;                    // grows when a refresh finds a change
  std::optional<UrlId> twin_of = std::nullopt;  // the first page with the same digest
  std::optional<std::uint64_t> simhash = std::nullopt;
};

// A request as it is read back.
struct FetchView {
  UrlId url = 0;
  HostId host = 0;
  FetchKind kind = FetchKind::page;
  WallTime started_at = {};
  std::optional<PageChange> change = std::nullopt;
};

// --store-links: one link of one page.
struct LinkRow {
  UrlId from = 0;
  UrlId to = 0;
  std::string tag;
  std::string text;
  bool nofollow = false;
};

// A pending URL that was tried already: `attempts` so far, the next one not before `not_before`. Or a done
// one that is named as a sitemap and was not read as one: it is asked for again, `attempts` is 0. Replaces
// the URL's earlier row.
struct RetryRow {
  UrlId url = 0;
  std::uint16_t attempts = 0;
  std::optional<WallTime> not_before = std::nullopt;
};

// What a stored page is asked for again with from now on (RFC 9110 section 8.8); "": none.
struct ValidatorsRow {
  UrlId url = 0;
  std::string etag = {};
  std::string last_modified = {};
};

// A cookie of the job's jar, by (domain, path, name): replaces the earlier one or, if `removed`, takes it
// away.
struct CookieRow {
  std::string domain = {};
  std::string path = "/";
  std::string name = {};
  std::string value = {};
  bool host_only = true;
  bool secure = false;
  bool http_only = false;
  std::optional<WallTime> expires =
      std::nullopt;  // nullopt: a session cookie, which lasts as long as the job
  WallTime created_at = {};
  bool removed = false;
};

// All a page brings, committed in one transaction or not at all. A seed batch or a robots answer is an
// outcome without a fetch. A very large one may come in parts, so that it need not be in memory at once: each
// but the last is `partial`, all name the same `part_of`, and whole outcomes and parts of others may come
// between. The page row comes before the items, or in the part of the first of them.
struct Outcome {
  std::vector<UrlChange> changes;  // of the URL itself, of promoted ones, of a closed redirect loop
  std::vector<FetchRow> fetches;
  std::optional<PageRow> page;
  std::vector<HostRow> hosts;      // new or changed; written before the URLs
  std::vector<UrlRow> urls;        // new, ascending ids
  std::vector<std::string> items;  // JSON objects, one line each, of `item_url`
  UrlId item_url = 0;
  UrlId drop_links_of = 0;  // the links stored of this page go before `links` are written; 0: none
  std::vector<LinkRow> links;
  std::vector<RuleRow> rules = {};  // new
  std::vector<RetryRow> retries = {};
  std::vector<CookieRow> cookies = {};
  std::vector<ValidatorsRow> validators = {};
  bool partial = false;  // more of it follows
  UrlId part_of = 0;     // the URL whose outcome this is a part of; 0: whole
};

}  // namespace gossamer
