#pragma once

#include <string_view>

#include "storage/rows.h"
#include "storage/sqlite.h"

namespace gossamer {

// The query of all hosts, to which a condition can be appended, and what a row of it says.
inline constexpr std::string_view kSelectHosts =
    "SELECT id, origin, seed, robots_at, robots_status, robots_body, address, rest_until FROM hosts";
HostRow read_host(const Statement& row);

}  // namespace gossamer
