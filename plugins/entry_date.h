#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gossamer {

// The dates of the entries of sitemaps and feeds: of years 0 to 9999, in UTC.

// As sitemaps and Atom write them (W3C NOTE-datetime; RFC 3339): 2024, 2024-05, 2024-05-17,
// 2024-05-17T08:30+02:00, with seconds and a fraction of them if wanted. Forgiven, for it is common: a space
// for the T, an offset without its colon or minutes, or none at all, which stands for UTC. nullopt: anything
// else.
std::optional<std::chrono::sys_seconds> parse_w3c_datetime(std::string_view text);

// As RSS writes them (RFC 822 section 5; RFC 5322 sections 3.3 and 4.3): "Fri, 17 May 2024 08:30:00 +0200".
// The name of the day, the seconds and the zone may be missing; a zone whose name is not known is UTC, years
// of two digits are those from 1950 to 2049. nullopt: anything else.
std::optional<std::chrono::sys_seconds> parse_rfc822_date(std::string_view text);

}  // namespace gossamer
