#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

class Database;

struct RuleHits {
  FilterReason reason = FilterReason::scope;
  std::string rule;
  std::uint64_t urls = 0;
};

struct RefreshCounts {
  std::map<PageChange, std::uint64_t> changes;  // all five
  std::uint64_t due = 0;                        // pages not asked for again yet
};

// Where every URL of a job stands, counted from the rows, but `discovered`, which the transactions that
// insert URL rows count. Classes and reasons without URLs are absent.
struct LedgerCounts {
  std::uint64_t discovered = 0;
  std::uint64_t done = 0;
  std::map<ErrorClass, std::uint64_t> failed;
  std::map<FilterReason, std::uint64_t> filtered;
  std::uint64_t pending = 0;
  std::uint64_t pages = 0;                   // page rows: the URLs done with a 2xx
  std::uint64_t fetches = 0;                 // requests, with or without a response
  std::map<FetchKind, std::uint64_t> kinds;  // of the fetches
  std::uint64_t bytes = 0;                   // received on the wire, by all fetches
  std::uint64_t hosts = 0;
  std::map<int, std::uint64_t> status;  // HTTP status of the last response of each done or failed URL
  std::uint64_t items = 0;

  std::vector<RuleHits> rules;           // that filtered URLs, most URLs first
  std::optional<RefreshCounts> refresh;  // of the last refresh pass, if there was one

  // What does not agree, one line each, with the numbers: the checks of docs/schema.md, "The ledger".
  std::vector<std::string> mismatches;

  std::uint64_t failed_total() const;
  std::uint64_t filtered_total() const;
};

// In one read transaction. Errors: storage.
Result<LedgerCounts> count_ledger(Database& database);

}  // namespace gossamer
