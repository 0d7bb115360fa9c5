#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace gossamer {

// Where the parts of a canonical http(s) URL lie in it, found without parsing it again. The views live as
// long as the string.
struct UrlParts {
  explicit UrlParts(std::string_view canonical) : url(canonical) {
    const std::size_t authority = canonical.find("://") + 3;  // 2 without one, which no canonical URL is
    std::size_t slash = canonical.find('/', authority);
    if (slash == std::string_view::npos) slash = canonical.size();
    std::size_t host_end = slash;
    if (authority < slash && canonical[authority] == '[') {
      host_end = std::min(slash, canonical.find(']', authority) + 1);
    } else if (const std::size_t colon = canonical.find(':', authority); colon < slash) {
      host_end = colon;
    }
    const std::size_t question = std::min(canonical.find('?', slash), canonical.size());
    hostname = canonical.substr(std::min(authority, host_end), host_end - std::min(authority, host_end));
    path = canonical.substr(slash, question - slash);
    if (question < canonical.size()) query = canonical.substr(question + 1);
  }

  std::string_view url;
  std::string_view hostname;  // "example.com", "[::1]"
  std::string_view path;      // "/a/b"
  std::string_view query;     // "x=1"; "": none
};

}  // namespace gossamer
