#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "crawler/audit.h"
#include "crawler/host_name.h"
#include "net/base/error.h"

namespace gossamer {

class CrawlDb;

// Takes the reports of an audit as they are done, so that none need be kept.
struct AuditSinks {
  std::function<void(const HostReport&)> host;        // those that were asked, by id
  std::function<void(const AddressReport&)> address;  // those that were connected to, in their text's order
  std::function<void(const CrawlReport&)> crawl;      // last
};

struct AuditTotals {
  std::uint64_t violations = 0;
  std::uint64_t unjudged = 0;  // requests that could not be compared with robots.txt (HostReport)
};

// Audits a job, or only one of its hosts, with all its origins (then `host` alone is called). Three passes
// over the requests, each sorted by SQLite, or one for each origin; of one snapshot, a crawl may be at work.
// Errors: storage; not_found where `only` names no host of the job.
Result<AuditTotals> audit_database(CrawlDb& db, const std::optional<HostName>& only, const AuditSinks& sinks);

}  // namespace gossamer
