#include <fmt/core.h>
#include <utility>

#include "storage/crawl_db.h"

namespace gossamer {
namespace {

std::optional<UrlId> optional_id(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<UrlId>(row.integer(column));
}

// False: a word no version of this program writes.
bool read_url(const Statement& row, UrlView& url) {
  const auto state = parse_url_state(row.text(2));
  const auto via = parse_via(row.text(7));
  if (!state || !via) return false;
  url.id = static_cast<UrlId>(row.integer(0));
  url.host = static_cast<HostId>(row.integer(1));
  url.state = *state;
  url.reason.reset();
  url.failure.reset();
  if (*state == UrlState::filtered) url.reason = parse_filter_reason(row.text(3));
  if (*state == UrlState::failed) url.failure = parse_failure(row.text(3));
  if ((*state == UrlState::filtered && !url.reason) || (*state == UrlState::failed && !url.failure))
    return false;
  url.status = static_cast<int>(row.integer(4));
  url.depth = static_cast<std::uint16_t>(row.integer(5));
  url.hops = static_cast<std::uint8_t>(row.integer(6));
  url.via = *via;
  url.parent = optional_id(row, 8);
  url.redirect_to = optional_id(row, 9);
  url.url = row.text(10);
  return true;
}

HostRow read_host(const Statement& row) {
  HostRow host;
  host.id = static_cast<HostId>(row.integer(0));
  host.origin = row.text(1);
  host.seed = row.integer(2) != 0;
  if (!row.is_null(3)) host.robots_fetched_at = WallTime(std::chrono::microseconds(row.integer(3)));
  host.robots_status = static_cast<int>(row.integer(4));
  host.robots_body = row.text(5);
  return host;
}

}  // namespace

Result<void> CrawlDb::for_each_host(const std::function<void(const HostRow&)>& callback) {
  if (new_) return {};
  auto rows = database_->prepare(
      "SELECT id, origin, seed, robots_at, robots_status, robots_body FROM hosts ORDER BY id");
  if (!rows) return std::unexpected(std::move(rows.error()));
  while (true) {
    auto row = rows->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    callback(read_host(*rows));
  }
}

Result<void> CrawlDb::for_each_url(const std::function<void(const UrlView&)>& callback) {
  if (new_) return {};
  auto rows = database_->prepare(
      "SELECT id, host, state, reason, status, depth, hops, via, parent, redirect_to, url FROM urls ORDER BY "
      "id");
  if (!rows) return std::unexpected(std::move(rows.error()));
  UrlView url;
  while (true) {
    auto row = rows->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    if (!read_url(*rows, url)) {
      return fail(
          ErrorClass::storage, Phase::store,
          fmt::format("{}: the row of URL {} has a word that is not of the schema; the file is damaged",
                      path_, rows->integer(0)));
    }
    callback(url);
  }
}

}  // namespace gossamer
