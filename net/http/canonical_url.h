#pragma once

#include <string>

#include "net/http/url.h"

namespace gossamer {

// The spelling under which a crawl knows a URL: two URLs with the same canonical URL are one. The rules, with
// examples, stand in docs/canonical-url.md. Pure and idempotent: the result parses, and is its own canonical
// URL.
std::string canonical_url(const Url& url);

// The same, appended to `out`, for callers that keep one buffer for many links.
void append_canonical_url(const Url& url, std::string& out);

}  // namespace gossamer
