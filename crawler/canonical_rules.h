#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "net/http/url.h"

namespace gossamer {

// Differences between URLs that a job takes for none, beyond the rules of net/http/canonical_url.h
// (docs/canonical-url.md). None by default: only the user knows what a server does not look at.
struct CanonicalRules {
  bool sort_query = false;              // parameters are put in the order of their bytes
  std::vector<std::string> drop_query;  // names of parameters to drop; "utm_*": all that begin so
  bool drop_session_ids = false;        // those that crawler/session_id.h knows

  bool none() const { return !sort_query && drop_query.empty() && !drop_session_ids; }
  bool operator==(const CanonicalRules&) const = default;

  // Errors: invalid_input, for what is no name in drop_query.
  Result<> check() const;
};

// The spelling under which a job with these rules knows a URL. Idempotent, as canonical_url() is. The second
// form appends to `out`.
std::string canonical_url(const Url& url, const CanonicalRules& rules);
void append_canonical_url(const Url& url, const CanonicalRules& rules, std::string& out);

}  // namespace gossamer
