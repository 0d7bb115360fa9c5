#pragma once

#include <string_view>

namespace gossamer {

// The registrable domain of `hostname` ("a.b.example.co.uk" -> "example.co.uk") by the Public Suffix List
// built into libpsl: a view into `hostname`, without a trailing dot. "" for IP addresses, for public suffixes
// themselves
// ("co.uk", "localhost") and for names that are not domains. `hostname` is as Url::hostname() gives it: lower
// case, ASCII.
std::string_view registrable_domain(std::string_view hostname);

}  // namespace gossamer
