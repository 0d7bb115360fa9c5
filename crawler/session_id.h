#pragma once

#include <string>

#include "crawler/url_parts.h"

namespace gossamer {

// Whether there are session ids in the URL; if so, the URL without them goes into `out`, which is else
// unspecified. Session ids are the values
// of PHPSESSID, JSESSIONID, CFID, CFTOKEN, osCsid, zenid and ASPSESSIONID... in query or path parameters
// (;jsessionid=...) and the path segment (S(...)) of ASP.NET; and those of sid, s, session, sess,
// session_id and sessionid, which are also the names of stories and sections, only if they look like one: 26
// or 32 letters and digits, both. Pure.
bool without_session_id(const UrlParts& url, std::string& out);

}  // namespace gossamer
