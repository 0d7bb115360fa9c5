#include "storage/request_log.h"

#include <fmt/format.h>

#include "storage/sqlite.h"

namespace gossamer {
namespace {

// "192.0.2.1:443" without its port and ':'; "[2001:db8::1]:443" likewise.
constexpr std::string_view kAddress = "rtrim(rtrim(address, '0123456789'), ':')";

std::string_view order_clause(RequestOrder order) {
  switch (order) {
    case RequestOrder::by_host:
      return "host, started_at, id";
    case RequestOrder::by_address:
      return "10, started_at, id";
    case RequestOrder::by_time:
      break;
  }
  return "started_at, id";
}

std::chrono::microseconds microseconds(const Statement& row, int column) {
  return std::chrono::microseconds(row.integer(column));
}

}  // namespace

Result<void> for_each_request(Database& database, RequestOrder order, std::optional<HostId> host,
                              const std::function<Result<void>(const RequestView&)>& callback) {
  auto rows = database.prepare(fmt::format(
      "SELECT id, url, host, kind, started_at, duration, status, rest, error IS NOT NULL, {}, attempt, "
      "retry_after FROM"
      " fetches"
      " WHERE (duration > 0 OR status IS NOT NULL OR address IS NOT NULL)"
      " AND phase IS NOT 'dns' AND (?1 IS NULL OR host = ?1){}"
      " ORDER BY {}",
      kAddress, order == RequestOrder::by_address ? " AND address IS NOT NULL" : "", order_clause(order)));
  if (!rows) return std::unexpected(std::move(rows.error()));
  rows->bind_optional(1, host);
  RequestView request;
  while (true) {
    auto row = rows->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    request.id = static_cast<std::uint64_t>(rows->integer(0));
    request.url = static_cast<UrlId>(rows->integer(1));
    request.host = static_cast<HostId>(rows->integer(2));
    const auto kind = parse_fetch_kind(rows->text(3));
    if (!kind) {
      return database.damaged(
          fmt::format("the row {} of fetches has a word that is not of the schema", request.id));
    }
    request.kind = *kind;
    request.started_at = WallTime(microseconds(*rows, 4));
    request.duration = microseconds(*rows, 5);
    request.status = static_cast<int>(rows->integer(6));
    request.rest = microseconds(*rows, 7);
    request.failed = rows->integer(8) != 0;
    request.address = rows->text(9);
    request.attempt = static_cast<std::uint16_t>(rows->integer(10));
    request.retry_after = rows->is_null(11) ? std::nullopt : std::optional(microseconds(*rows, 11));
    if (auto ok = callback(request); !ok) return ok;
  }
}

}  // namespace gossamer
