#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/job_options.h"
#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

class Database;

// Each run of a job leaves a row in `meta`, "run 2026-11-21T04:06:02.123456Z", that says when it began and
// which rules of politeness it kept: options may change at a resume, and what a host was promised is what
// held when it was asked.
struct RunRecord {
  WallTime from;
  JobOptions
      options;  // user agent, robots, per-host, per-ip, delays, throttle, rate; the rest is not recorded
};

std::string run_key(WallTime from);
std::string run_value(const JobOptions& options);

// The runs of a job in order. A job without a record (of an older version) counts as one run, from the
// beginning of time, with the options it has now. Errors: storage.
Result<std::vector<RunRecord>> read_runs(Database& database);

}  // namespace gossamer
