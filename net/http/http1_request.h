#pragma once

#include <string>
#include <string_view>

#include "net/base/error.h"
#include "net/http/headers.h"
#include "net/http/url.h"

namespace gossamer {

enum class HttpMethod { get, head };

[[nodiscard]] std::string_view to_string(HttpMethod method);

// Whether a user may add this field to requests. Error `invalid_input`: a name or value that is not HTTP (a
// line break would inject fields), or a field that the client itself decides on (framing, connection).
[[nodiscard]] Result<void> check_request_field(std::string_view name, std::string_view value);

// The bytes of a request without a body (RFC 9112 section 3). `url` must be http(s). Host comes from `url`
// unless `fields` names one. Every field must pass check_request_field.
[[nodiscard]] Result<std::string> serialize_request(HttpMethod method, const Url& url, const Headers& fields);

}  // namespace gossamer
