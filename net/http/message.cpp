#include "net/http/message.h"

namespace gossamer {

std::string_view to_string(HttpVersion version) {
  return version == HttpVersion::http_1_0 ? "HTTP/1.0" : "HTTP/1.1";
}

bool keeps_alive(HttpVersion version, const Headers& headers) {
  if (headers.has_token("connection", "close")) return false;
  return version == HttpVersion::http_1_1 || headers.has_token("connection", "keep-alive");
}

}  // namespace gossamer
