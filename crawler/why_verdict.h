#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/job_options.h"
#include "net/base/error.h"
#include "storage/why.h"

namespace gossamer {

class CrawlDb;

// What robots.txt, as it is stored, says of a URL.
struct RobotsVerdict {
  bool allowed = true;
  std::optional<int> line;
  std::string rule;  // "Disallow: /x", "": no rule matches
};

// Of the user agent of `options`. nullopt: robots.txt is not obeyed, or was never read.
std::optional<RobotsVerdict> robots_verdict(const HostRow& host, std::string_view canonical,
                                            const JobOptions& options);

// robots.txt was answered by nothing that tells at the last, which closes no host that was read before, or
// that was not for long.
bool may_pass_silent_robots(const UrlStory& story);

// Until when a host asked not to be asked, if that is not over.
std::optional<WallTime> rest_until(const HostRow& host);

// What a crawl at work says of one of its URLs.
struct LiveCrawl {
  bool paused = false;                     // as a whole
  bool host_paused = false;                // the host of the URL
  std::optional<std::string> waits_for{};  // it is in flight: for that
};

// Why the URL is in its state, in one sentence, with the rule, the error, or all that a pending one waits
// for. `live`: a crawl is at work on the job.
std::string because(const UrlStory& story, const JobOptions& options, const std::optional<LiveCrawl>& live);

// Other spellings of a URL that people mean by it: the other scheme, with or without "www." and a last slash.
std::vector<std::string> similar_spellings(std::string_view canonical);

// What would become of a URL the job does not know, if it were found on a page now, in one sentence. Errors:
// storage, or options that are no longer valid.
Result<std::string> unknown_because(CrawlDb& db, std::string_view canonical, const JobOptions& options);

}  // namespace gossamer
