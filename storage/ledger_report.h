#pragma once

#include <string>

#include "storage/ledger.h"

namespace gossamer {

// The ledger for people: a table of lines, each ended by a newline; mismatches are not in it.
std::string ledger_table(const LedgerCounts& counts);

// The ledger for programs, one JSON object on one line without a newline:
// {"discovered","done","failed":{class:n},"filtered":{reason:n},"pending","pages","fetches","bytes","hosts",
//  "status":{code:n},"items"}
std::string ledger_json(const LedgerCounts& counts);

}  // namespace gossamer
