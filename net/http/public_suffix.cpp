#include "net/http/public_suffix.h"

#include <libpsl.h>
#include <string>

namespace gossamer {

std::string_view registrable_domain(std::string_view hostname) {
  if (hostname.ends_with('.')) hostname.remove_suffix(1);
  const std::string_view last_label = hostname.substr(hostname.rfind('.') + 1);
  // An IPv6 address, an empty label, or a number: a hostname that ends in one is an IPv4 address.
  if (hostname.starts_with('[') || hostname.starts_with('.') || last_label.empty()) return {};
  if (last_label.find_first_not_of("0123456789") == std::string_view::npos) return {};
  const std::string terminated(hostname);
  const char* found = psl_registrable_domain(psl_builtin(), terminated.c_str());
  if (found == nullptr) return {};
  return hostname.substr(static_cast<std::size_t>(found - terminated.c_str()));
}

}  // namespace gossamer
