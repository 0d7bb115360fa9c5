#pragma once

#include <string>

#include "crawler/job_options.h"
#include "storage/why.h"

namespace gossamer {

// The story of a URL for people: lines of a name and a value, each ended by a newline; a name that has
// several values has a line for each.
std::string why_text(const UrlStory& story, const JobOptions& options);

// The same for programs: one JSON object without a newline.
std::string why_json(const UrlStory& story, const JobOptions& options);

}  // namespace gossamer
