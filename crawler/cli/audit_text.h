#pragma once

#include <string>

#include "crawler/audit.h"

namespace gossamer {

// The reports of `gossamer audit` for people, such as the webmaster of the site: lines that end in a newline.
std::string audit_text(const HostReport& report);
std::string audit_text(const AddressReport& report);
std::string audit_text(const CrawlReport& report);

// The same for programs: one JSON object without a newline, with "report": "host", "address" or "crawl".
std::string audit_json(const HostReport& report);
std::string audit_json(const AddressReport& report);
std::string audit_json(const CrawlReport& report);

}  // namespace gossamer
