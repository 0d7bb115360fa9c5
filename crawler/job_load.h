#pragma once

#include "crawler/job.h"

namespace gossamer {

// Reads what the database says of the job into its frontier, registry, twins and counts; what was in them
// before is dropped. Errors: invalid_input (options that make no sense), storage.
Result<> load_job(Job& job);

}  // namespace gossamer
