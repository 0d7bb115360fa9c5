#pragma once

#include <string>
#include <vector>

#include "storage/host_counts.h"
#include "storage/ledger.h"

namespace gossamer {

// The ledger for people: a table of lines, each ended by a newline; mismatches are not in it.
std::string ledger_table(const LedgerCounts& counts);

// The ledger for programs, one JSON object on one line without a newline:
// {"discovered","done","failed":{class:n},"filtered":{reason:n},"pending","pages","fetches","bytes","hosts",
//  "status":{code:n},"items","kinds":{kind:n},"rules":[{"reason","rule","urls"}]}
// and, when a refresh pass was made, "refresh":{"new","changed","unchanged","gone","kept","due"}; with
// `by_host` "by_host":[{"host","urls","pages","failed","filtered","pending","address"}].
std::string ledger_json(const LedgerCounts& counts, const std::vector<HostCounts>* by_host = nullptr);

// For people: a line a host, after a heading.
std::string host_table(const std::vector<HostCounts>& hosts);

}  // namespace gossamer
