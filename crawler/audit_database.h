#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "crawler/audit.h"
#include "net/base/error.h"

namespace gossamer {

class CrawlDb;

// Takes the reports of an audit as they are done, so that none need be kept.
struct AuditSinks {
  std::function<void(const HostReport&)> host;        // those that were asked, by id
  std::function<void(const AddressReport&)> address;  // those that were connected to, in their text's order
  std::function<void(const CrawlReport&)> crawl;      // last
};

// Audits a job, or only one of its hosts (`origin`; then `host` alone is called). Three passes over the
// requests, each sorted by SQLite; of one snapshot, a crawl may be at work. Gives the number of violations.
// Errors: storage; not_found where no request to `origin` is recorded.
Result<std::uint64_t> audit_database(CrawlDb& db, std::optional<std::string_view> origin,
                                     const AuditSinks& sinks);

}  // namespace gossamer
