#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "net/http/url.h"

namespace gossamer {

// The host parser and serialiser of the URL Standard (section 3.5): appends the serialised `host` to `out`
// and says what it is. `host` is UTF-8 and not empty; `special` is whether the scheme is one that resolves
// domains. The error is a phrase for a person ("the host ..."); `out` is then unspecified.
std::expected<Url::HostKind, std::string_view> append_host(std::string_view host, bool special,
                                                           std::string& out);

// The IPv4 and IPv6 parsers, the latter without the brackets. False if `text` is no address.
bool append_ipv4(std::string_view text, std::string& out);
bool append_ipv6(std::string_view text, std::string& out);

// "Domain to ASCII" (section 3.3) with beStrict false, for UTF-8 domains that are not plain ASCII: UTS 46 by
// ICU. False if the standard refuses `domain`. (An ASCII domain is only lower-cased, whatever its "xn--"
// labels decode to.)
bool append_idna(std::string_view domain, std::string& out);

}  // namespace gossamer
