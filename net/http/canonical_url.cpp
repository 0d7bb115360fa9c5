#include "net/http/canonical_url.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "net/http/percent_encode.h"

namespace gossamer {
namespace {

// Appends `text` with escapes of unreserved characters decoded and all others in upper case. A '%' that
// begins no escape stays, and an escape that follows it within two bytes is not decoded: it could complete
// it.
void append_canonical_escapes(std::string_view text, std::string& out) {
  std::size_t guarded = 0;  // an escape in the next `guarded` bytes is not decoded
  while (!text.empty()) {
    const auto* found = static_cast<const char*>(std::memchr(text.data(), '%', text.size()));
    if (found == nullptr) break;
    const auto plain = static_cast<std::size_t>(found - text.data());
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    guarded -= std::min(guarded, plain);
    const int byte = escaped_byte(text, 0);
    std::size_t length = 3;
    if (byte < 0) {
      out += '%';
      length = 1;
      guarded = 3;
    } else if (guarded == 0 && is_unreserved(static_cast<unsigned char>(byte))) {
      out += static_cast<char>(byte);
    } else {
      append_escape(static_cast<unsigned char>(byte), out);
    }
    text.remove_prefix(length);
    guarded -= std::min(guarded, length);
  }
  out += text;
}

}  // namespace

void append_canonical_url(const Url& url, std::string& out) {
  if (!url.is_http()) {
    out += url.without_fragment();
    return;
  }
  std::string_view host = url.hostname();
  if (host.size() > 1 && host.ends_with('.') && host[host.size() - 2] != '.') host.remove_suffix(1);
  out += url.protocol();
  out += "//";
  out += host;
  if (const auto port = url.port(); !port.empty()) {
    out += ':';
    out += port;
  }
  append_canonical_escapes(url.pathname(), out);
  append_canonical_escapes(url.search(), out);
}

std::string canonical_url(const Url& url) {
  std::string out;
  out.reserve(url.without_fragment().size());
  append_canonical_url(url, out);
  return out;
}

}  // namespace gossamer
