#include "net/io/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <span>

namespace gossamer {
namespace {

struct Prefix {
  std::array<std::uint8_t, 16> bytes;
  int bits;
};

// IPv4 blocks that are not globally reachable (IANA IPv4 special-purpose registry), and multicast and
// reserved.
constexpr Prefix kSpecialV4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};
// IPv6: all of 2000::/3 is global unicast except these (IANA IPv6 special-purpose registry).
constexpr Prefix kSpecialV6[] = {
    {{0x20, 0x01, 0x00}, 23},        // IETF protocol assignments, Teredo, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff, 0x00}, 20},        // documentation
};
constexpr Prefix kGlobalV6 = {{0x20}, 3};
constexpr Prefix kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Prefix kNat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};
constexpr Prefix k6to4 = {{0x20, 0x02}, 16};

bool matches(std::span<const std::uint8_t> bytes, const Prefix& prefix) {
  const auto whole = static_cast<std::size_t>(prefix.bits / 8);
  if (!std::equal(prefix.bytes.begin(), prefix.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  bytes.begin())) {
    return false;
  }
  const int rest = prefix.bits % 8;
  return rest == 0 || ((bytes[whole] ^ prefix.bytes[whole]) >> (8 - rest)) == 0;
}

bool is_global_v4(std::span<const std::uint8_t> bytes) {
  return std::ranges::none_of(kSpecialV4, [&](const Prefix& prefix) { return matches(bytes, prefix); });
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    if (text.find(':') == std::string_view::npos) return std::nullopt;
  }
  if (text.find('\0') != std::string_view::npos) return std::nullopt;  // inet_pton would stop there
  const std::string terminated(text);
  IpAddress address;
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data()) == 1) return address;
  address.family_ = AF_INET6;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

IpAddress IpAddress::from_sockaddr(const sockaddr& address) {
  IpAddress result;
  result.family_ = address.sa_family;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    std::memcpy(result.bytes_.data(), &v4.sin_addr, 4);
  } else {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(result.bytes_.data(), &v6.sin6_addr, 16);
  }
  return result;
}

bool IpAddress::is_global() const {
  const std::span<const std::uint8_t> bytes(bytes_);
  if (is_v4()) return is_global_v4(bytes);
  if (matches(bytes, kMapped) || matches(bytes, kNat64)) return is_global_v4(bytes.subspan(12));
  if (matches(bytes, k6to4)) return is_global_v4(bytes.subspan(2));
  return matches(bytes, kGlobalV6) &&
         std::ranges::none_of(kSpecialV6, [&](const Prefix& prefix) { return matches(bytes, prefix); });
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(family_, bytes_.data(), text, sizeof text);
  return text;
}

SocketAddress SocketAddress::from_sockaddr(const sockaddr& address) {
  std::uint16_t port = 0;  // sin_port and sin6_port stand at the same offset
  std::memcpy(&port, reinterpret_cast<const char*>(&address) + offsetof(sockaddr_in, sin_port), sizeof port);
  return {IpAddress::from_sockaddr(address), ntohs(port)};
}

std::string SocketAddress::to_string() const {
  const std::string port = std::to_string(port_);
  return ip_.is_v4() ? ip_.to_string() + ":" + port : "[" + ip_.to_string() + "]:" + port;
}

socklen_t SocketAddress::fill(sockaddr_storage& storage) const {
  storage = {};
  if (ip_.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port_);
    std::memcpy(&v4.sin_addr, ip_.bytes_.data(), 4);
    std::memcpy(&storage, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port_);
  std::memcpy(&v6.sin6_addr, ip_.bytes_.data(), 16);
  std::memcpy(&storage, &v6, sizeof v6);
  return sizeof v6;
}

}  // namespace gossamer
