#include "net/http/url_host.h"

#include <algorithm>
#include <array>

#include "net/http/percent_encode.h"

namespace gossamer {
namespace {

using enum Url::HostKind;

enum HostClass : std::uint8_t {
  kUpper = 1,
  kForbiddenInHost = 2,
  kForbiddenInDomain = 4,
  kNotAscii = 8,
  kPercent = 16
};

constexpr std::array<std::uint8_t, 256> kHostClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < classes.size(); ++c) {
    if (c <= 0x20 || c == 0x7f) classes[c] = kForbiddenInDomain;
    if (c >= 'A' && c <= 'Z') classes[c] = kUpper;
    if (c >= 0x80) classes[c] = kNotAscii;
  }
  for (const char c : std::string_view("\0\t\n\r #/:<>?@[\\]^|", 17)) {
    classes[static_cast<unsigned char>(c)] = kForbiddenInHost | kForbiddenInDomain;
  }
  classes['%'] = kForbiddenInDomain | kPercent;
  return classes;
}();

unsigned classes_of(std::string_view text) {
  unsigned classes = 0;
  for (const char c : text) classes |= kHostClasses[static_cast<unsigned char>(c)];
  return classes;
}

void append_lower(std::string_view ascii, std::string& out) {
  for (const char c : ascii) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// The ends-in-a-number checker: such a domain is an IPv4 address or an error. `domain` is not empty.
bool ends_in_number(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const std::string_view last = domain.substr(domain.rfind('.') + 1);
  if (last.empty() || last[0] < '0' || last[0] > '9') return false;
  const bool hexadecimal = last.size() >= 2 && last[0] == '0' && (last[1] | 0x20) == 'x';
  return std::ranges::all_of(last.substr(hexadecimal ? 2 : 0),
                             [&](char c) { return hexadecimal ? hex_value(c) >= 0 : c >= '0' && c <= '9'; });
}

std::expected<Url::HostKind, std::string_view> append_domain(std::string_view host, std::string& out) {
  const std::size_t begin = out.size();
  unsigned classes = classes_of(host);
  std::string decoded;
  if ((classes & kPercent) != 0) {
    decoded = percent_decoded(host);
    host = decoded;
    classes = classes_of(host);
  }
  if ((classes & kNotAscii) != 0) {
    if (!append_idna(host, out)) return std::unexpected("the host is no valid international domain name");
    classes = classes_of(std::string_view(out).substr(begin));
  } else if ((classes & kUpper) != 0) {
    append_lower(host, out);
  } else {
    out += host;
  }
  if ((classes & kForbiddenInDomain) != 0)
    return std::unexpected("the host has a character no domain may have");
  const std::string_view domain = std::string_view(out).substr(begin);
  if (!ends_in_number(domain)) return Url::HostKind::domain;
  const std::string address(domain);
  out.resize(begin);
  if (!append_ipv4(address, out)) return std::unexpected("the host ends in a number but is no IPv4 address");
  return ipv4;
}

}  // namespace

std::expected<Url::HostKind, std::string_view> append_host(std::string_view host, bool special,
                                                           std::string& out) {
  if (host.starts_with('[')) {
    if (!host.ends_with(']'))
      return std::unexpected("the host opens an IPv6 address with '[' but does not close it");
    out += '[';
    if (!append_ipv6(host.substr(1, host.size() - 2), out)) {
      return std::unexpected("the host in brackets is no IPv6 address");
    }
    out += ']';
    return ipv6;
  }
  if (special) return append_domain(host, out);
  if ((classes_of(host) & kForbiddenInHost) != 0)
    return std::unexpected("the host has a character no host may have");
  append_percent_encoded(host, EncodeSet::c0_control, out);
  return opaque;
}

}  // namespace gossamer
