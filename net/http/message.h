#pragma once

#include <string>
#include <string_view>

#include "net/http/headers.h"

namespace gossamer {

enum class HttpVersion { http_1_0, http_1_1 };

// "HTTP/1.0", "HTTP/1.1".
[[nodiscard]] std::string_view to_string(HttpVersion version);

// What stands before the body of a response.
struct ResponseHead {
  HttpVersion version = HttpVersion::http_1_1;
  int status = 0;      // 100..999
  std::string reason;  // as sent; may be empty
  Headers headers;
};

// 2xx: the request was understood and fulfilled (RFC 9110 section 15.3).
[[nodiscard]] constexpr bool is_success(int status) { return status >= 200 && status < 300; }

// With a Location it sends the client on (RFC 9110 section 15.4); 300 and 304 do not.
[[nodiscard]] constexpr bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What stands before the body of a request. `target` is as sent: "/path?query", or an absolute URL.
struct RequestHead {
  std::string method;
  std::string target;
  HttpVersion version = HttpVersion::http_1_1;
  Headers headers;
};

// Whether the sender of this message lets the connection live on (RFC 9112 section 9.3).
[[nodiscard]] bool keeps_alive(HttpVersion version, const Headers& headers);

}  // namespace gossamer
