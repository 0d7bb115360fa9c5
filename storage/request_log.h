#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

class Database;

// One request as its fetch row tells of it. The views live until the callback returns.
struct RequestView {
  std::uint64_t id = 0;  // fetches.id
  UrlId url = 0;         // 0: not a page's
  HostId host = 0;
  FetchKind kind = FetchKind::page;
  WallTime started_at;
  std::chrono::microseconds duration{0};
  int status = 0;                     // 0: no response headers came
  bool failed = false;                // an error ended it
  std::uint16_t attempt = 1;          // 1: the first of a series at its URL
  std::chrono::microseconds rest{0};  // that the crawl meant to leave its host alone, from its end
  std::optional<std::chrono::microseconds> retry_after;  // that the site asked for, from its end
  std::string_view address;                              // without the port; "": never connected
};

enum class RequestOrder : std::uint8_t { by_host, by_address, by_time };

// Every request that was made, in the order of (host, start), (address, start) or start; `host`: of that one
// only. By address: without those that never connected. A fetch row of a URL that was not asked for, because
// its robots.txt could not be read, took no time and is no request; a name looked up in vain is none either.
// SQLite sorts the rows, in bounded memory. Errors: storage; what `callback` returns ends the reading.
Result<void> for_each_request(Database& database, RequestOrder order, std::optional<HostId> host,
                              const std::function<Result<void>(const RequestView&)>& callback);

}  // namespace gossamer
