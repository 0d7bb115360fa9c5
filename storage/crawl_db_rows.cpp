#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "storage/crawl_db.h"
#include "storage/host_select.h"

namespace gossamer {
namespace {

// Ids begin at 1; NULL reads as 0.
std::optional<UrlId> optional_id(const Row& row, int column) {
  const std::int64_t id = row.integer(column);
  return id == 0 ? std::nullopt : std::optional(static_cast<UrlId>(id));
}

std::optional<WallTime> optional_time(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return WallTime(std::chrono::microseconds(row.integer(column)));
}

constexpr std::string_view kColumns = "id, host, state, url, status, depth, redirect_to";
constexpr std::string_view kOtherColumns = "reason, via, hops, rule, score, twins, nofollow, url";

// Of kColumns. False: a word no version of this program writes.
bool read_url(const Row& row, UrlView& url) {
  const auto state = parse_url_state(row.text(2));
  if (!state) return false;
  url = {.id = static_cast<UrlId>(row.integer(0)),
         .host = static_cast<HostId>(row.integer(1)),
         .url = row.text(3),
         .state = *state,
         .status = static_cast<int>(row.integer(4)),
         .via = Via::link,
         .depth = static_cast<std::uint16_t>(row.integer(5)),
         .redirect_to = optional_id(row, 6)};
  return true;
}

// Of kOtherColumns, `url` a second time: the first view of it is no longer valid.
bool read_others(const Row& row, UrlView& url) {
  if (url.state == UrlState::filtered) url.reason = parse_filter_reason(row.text(0));
  if (url.state == UrlState::failed) url.failure = parse_failure(row.text(0));
  if ((url.state == UrlState::filtered && !url.reason) || (url.state == UrlState::failed && !url.failure))
    return false;
  const auto via = parse_via(row.text(1));
  if (!via) return false;
  url.via = *via;
  url.hops = static_cast<std::uint8_t>(row.integer(2));
  url.rule = optional_id(row, 3);
  if (!row.is_null(4)) url.score = static_cast<std::int32_t>(row.integer(4));
  url.twins = static_cast<std::uint32_t>(row.integer(5));
  url.nofollow = row.integer(6) != 0;
  url.url = row.text(7);
  return true;
}

struct UrlDigest {
  UrlId url = 0;
  PageDigest digest;
};

// False: no digest.
bool read_digest(const Row& row, PageDigest& page) {
  const std::string_view digest = row.blob(1);
  if (digest.size() != 16) return false;
  for (std::size_t i = 0; i < 8; ++i) {
    page.high = page.high << 8 | static_cast<unsigned char>(digest[i]);
    page.low = page.low << 8 | static_cast<unsigned char>(digest[8 + i]);
  }
  if (!row.is_null(2)) page.simhash = static_cast<std::uint64_t>(row.integer(2));
  return true;
}

// Of the last `count` pages stored behind the URL `after`, in ascending order of URLs. A page whose digest is
// damaged is `damaged`.
Result<std::vector<UrlDigest>> last_digests(
    Database& database, std::size_t count, UrlId after,
    const std::function<std::unexpected<Error>(std::int64_t)>& damaged) {
  std::vector<UrlDigest> pages;
  if (count == 0) return pages;
  const auto last = database.query_integer("SELECT max(rowid) FROM pages");
  if (!last) return std::unexpected(last.error());
  pages.reserve(std::min(count, static_cast<std::size_t>(*last)));
  auto ok = database.for_each_row(
      fmt::format("SELECT 1 FROM pages WHERE rowid > {} - {}{} AND row(url, digest, simhash)", *last, count,
                  after > 0 ? fmt::format(" AND url > {}", after) : ""),
      [&](const Row& row) -> Result<bool> {
        UrlDigest& page =
            pages.emplace_back(UrlDigest{.url = static_cast<UrlId>(row.integer(0)), .digest = {}});
        if (!read_digest(row, page.digest)) return damaged(row.integer(0));
        return false;
      });
  if (!ok) return std::unexpected(std::move(ok.error()));
  std::ranges::sort(pages, {}, &UrlDigest::url);
  return pages;
}

// Rows that belong to URLs, their ids in the first column, beside those of `urls` in the same order.
class RowsBeside {
 public:
  explicit RowsBeside(Statement rows) : rows_(std::move(rows)) {}

  // The row of `url`; nullptr: it has none. Ids must ascend.
  Result<const Statement*> find(UrlId url) {
    if (current_ < url) {
      if (auto ok = advance(url); !ok) return std::unexpected(std::move(ok.error()));
    }
    return current_ == url ? &rows_ : nullptr;
  }

 private:
  Result<void> advance(UrlId url) {
    while (current_ < url) {
      auto row = rows_.step();
      if (!row) return std::unexpected(std::move(row.error()));
      current_ = *row ? static_cast<UrlId>(rows_.integer(0)) : UINT64_MAX;
    }
    return {};
  }

  Statement rows_;
  UrlId current_ = 0;
};

}  // namespace

HostRow read_host(const Statement& row) {
  HostRow host;
  host.id = static_cast<HostId>(row.integer(0));
  host.origin = row.text(1);
  host.seed = row.integer(2) != 0;
  host.robots_fetched_at = optional_time(row, 3);
  host.robots_status = static_cast<int>(row.integer(4));
  host.robots_body = row.text(5);
  host.address = row.text(6);
  host.rest_until = optional_time(row, 7);
  return host;
}

Result<void> CrawlDb::for_each_row(std::string_view sql,
                                   const std::function<Result<void>(const Statement&)>& callback) {
  if (new_) return {};
  auto rows = database_->prepare(sql);
  if (!rows) return std::unexpected(std::move(rows.error()));
  while (true) {
    auto row = rows->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    if (auto ok = callback(*rows); !ok) return ok;
  }
}

std::unexpected<Error> CrawlDb::damaged(std::string_view table, std::int64_t id) const {
  return database_->damaged(fmt::format("the row {} of {} has a word that is not of the schema", id, table));
}

Result<UrlId> CrawlDb::last_url() {
  if (new_) return 0;
  const auto id = database_->query_integer("SELECT max(id) FROM urls");
  if (!id) return std::unexpected(id.error());
  return static_cast<UrlId>(*id);
}

Result<void> CrawlDb::for_each_host(const std::function<void(const HostRow&)>& callback) {
  return for_each_row(std::string(kSelectHosts) + " ORDER BY id", [&](const Statement& row) -> Result<void> {
    callback(read_host(row));
    return {};
  });
}

Result<void> CrawlDb::for_each_url(const std::function<void(const UrlView&)>& callback,
                                   const UrlRange& range) {
  if (new_) return {};
  auto retry_rows = database_->prepare(
      fmt::format("SELECT url, attempts, not_before FROM retries WHERE url > {} ORDER BY url", range.after));
  if (!retry_rows) return std::unexpected(std::move(retry_rows.error()));
  RowsBeside retries(std::move(*retry_rows));
  const auto digests =
      last_digests(*database_, range.digests, range.after, [&](auto url) { return damaged("pages", url); });
  if (!digests) return std::unexpected(digests.error());
  auto digest = digests->begin();
  UrlView url;
  const auto deliver = [&]() -> Result<bool> {
    const auto retry = retries.find(url.id);
    if (!retry) return std::unexpected(retry.error());
    url.attempts = *retry ? static_cast<std::uint16_t>((*retry)->integer(1)) : 0;
    url.not_before = *retry ? optional_time(**retry, 2) : std::nullopt;
    url.reread = *retry && url.state == UrlState::done;
    while (digest != digests->end() && digest->url < url.id) ++digest;
    url.digest.reset();
    if (digest != digests->end() && digest->url == url.id) url.digest = digest->digest;
    callback(url);
    return false;
  };
  bool is_read = false;  // kColumns of the row at hand
  return database_->for_each_row(
      fmt::format("SELECT 1 FROM urls WHERE id > {}{} AND CASE WHEN row({}) THEN row({}) END ORDER BY id",
                  range.after, range.last ? fmt::format(" AND id <= {}", *range.last) : "", kColumns,
                  kOtherColumns),
      [&](const Row& row) -> Result<bool> {
        if (!(is_read ? read_others(row, url) : read_url(row, url))) {
          return damaged("urls", is_read ? static_cast<std::int64_t>(url.id) : row.integer(0));
        }
        is_read = !is_read && !(range.brief && url.state == UrlState::done && url.depth > 0);
        return is_read ? Result<bool>(true) : deliver();
      });
}

Result<bool> CrawlDb::has_pages() {
  if (new_) return false;
  auto any = database_->query_integer("SELECT EXISTS (SELECT 1 FROM pages)");
  if (!any) return std::unexpected(std::move(any.error()));
  return *any != 0;
}

Result<void> CrawlDb::for_each_rule(const std::function<void(const RuleRow&)>& callback) {
  return for_each_row(
      "SELECT id, reason, rule FROM rules ORDER BY id", [&](const Statement& row) -> Result<void> {
        const auto reason = parse_filter_reason(row.text(1));
        if (!reason) return damaged("rules", row.integer(0));
        callback(
            {.id = static_cast<RuleId>(row.integer(0)), .reason = *reason, .rule = std::string(row.text(2))});
        return {};
      });
}

Result<void> CrawlDb::for_each_cookie(const std::function<void(const CookieRow&)>& callback) {
  return for_each_row(
      "SELECT domain, path, name, value, host_only, secure, http_only, expires, created_at FROM cookies"
      " ORDER BY created_at",
      [&](const Statement& row) -> Result<void> {
        CookieRow cookie{.domain = std::string(row.text(0)),
                         .path = std::string(row.text(1)),
                         .name = std::string(row.text(2)),
                         .value = std::string(row.text(3))};
        cookie.host_only = row.integer(4) != 0;
        cookie.secure = row.integer(5) != 0;
        cookie.http_only = row.integer(6) != 0;
        cookie.expires = optional_time(row, 7);
        cookie.created_at = WallTime(std::chrono::microseconds(row.integer(8)));
        callback(cookie);
        return {};
      });
}

Result<std::unordered_set<UrlId>> CrawlDb::dropped_pages() {
  std::unordered_set<UrlId> pages;
  auto ok = for_each_row("SELECT url FROM dropped_pages", [&](const Statement& row) -> Result<void> {
    pages.insert(static_cast<UrlId>(row.integer(0)));
    return {};
  });
  if (!ok) return std::unexpected(std::move(ok.error()));
  return pages;
}

Result<std::unordered_set<HostId>> CrawlDb::hosts_without_robots_since(WallTime time) {
  std::unordered_set<HostId> hosts;
  if (new_) return hosts;
  const auto before = time.time_since_epoch().count();
  const auto is_old = database_->query_integer(
      fmt::format("SELECT coalesce((SELECT started_at FROM fetches ORDER BY id LIMIT 1) < {}, 0)", before));
  if (!is_old) return std::unexpected(is_old.error());
  if (*is_old == 0) return hosts;  // a young job is spared the pass over its fetches
  const auto sql = fmt::format(
      "SELECT host FROM fetches WHERE kind = 'robots' AND started_at < {}"
      " AND host IN (SELECT id FROM hosts WHERE robots_at IS NULL)",
      before);
  auto ok = for_each_row(sql, [&](const Statement& row) -> Result<void> {
    hosts.insert(static_cast<HostId>(row.integer(0)));
    return {};
  });
  if (!ok) return std::unexpected(std::move(ok.error()));
  return hosts;
}

Result<void> CrawlDb::for_each_fetch_since(WallTime time,
                                           const std::function<void(const FetchView&)>& callback) {
  return for_each_row("SELECT url, started_at, host, kind, change FROM fetches ORDER BY id",
                      [&](const Statement& row) -> Result<void> {
                        const WallTime started_at{std::chrono::microseconds(row.integer(1))};
                        if (started_at < time) return {};
                        const auto kind = parse_fetch_kind(row.text(3));
                        if (!kind) return damaged("fetches", row.integer(0));
                        callback({.url = static_cast<UrlId>(row.integer(0)),
                                  .host = static_cast<HostId>(row.integer(2)),
                                  .kind = *kind,
                                  .started_at = started_at,
                                  .change = parse_page_change(row.text(4))});
                        return {};
                      });
}

}  // namespace gossamer
