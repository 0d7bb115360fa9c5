#pragma once

#include <optional>
#include <string>

#include "crawler/job_options.h"
#include "crawler/why_verdict.h"
#include "storage/why.h"

namespace gossamer {

// The story of a URL for people: lines of a name and a value, each ended by a newline; a name that has
// several values has a line for each. `live` as for because().
std::string why_text(const UrlStory& story, const JobOptions& options, const std::optional<LiveCrawl>& live);

// The same for programs: one JSON object without a newline.
std::string why_json(const UrlStory& story, const JobOptions& options, const std::optional<LiveCrawl>& live);

}  // namespace gossamer
