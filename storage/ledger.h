#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

class Database;

// Where every URL of a job stands, counted from the rows, but `discovered`, which the transactions that
// insert URL rows count. Classes and reasons without URLs are absent.
struct LedgerCounts {
  std::uint64_t discovered = 0;
  std::uint64_t done = 0;
  std::map<ErrorClass, std::uint64_t> failed;
  std::map<FilterReason, std::uint64_t> filtered;
  std::uint64_t pending = 0;
  std::uint64_t pages = 0;    // page rows: the URLs done with a 2xx
  std::uint64_t fetches = 0;  // attempts, with or without a response
  std::uint64_t bytes = 0;    // received on the wire, by all fetches
  std::uint64_t hosts = 0;
  std::map<int, std::uint64_t> status;  // HTTP status of the last response of each done or failed URL
  std::uint64_t items = 0;

  // What does not agree, one line each, with the numbers: discovered = done + failed + filtered + pending;
  // every URL done with a 2xx has a page row and no other URL has one; every done or failed URL has a fetch
  // row.
  std::vector<std::string> mismatches;

  std::uint64_t failed_total() const;
  std::uint64_t filtered_total() const;
};

// In one read transaction. Errors: storage.
Result<LedgerCounts> count_ledger(Database& database);

}  // namespace gossamer
