#pragma once

#include <string_view>

#include "crawler/cli/crawl_flags.h"
#include "crawler/spider.h"

namespace gossamer {

// Runs a crawl as the command line describes it: opens or resumes the job, shows progress on stderr, stops
// cleanly on SIGINT and SIGTERM, prints the ledger, checks it. `command` begins each message; `spider` may be
// null. Returns the exit code.
int run_crawl(const CrawlFlags::Parsed& flags, std::string_view command, Spider* spider);

}  // namespace gossamer
