#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "net/base/error.h"

namespace gossamer {

// An IPv4 or IPv6 address. A small value.
class IpAddress {
 public:
  // "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; nullopt for anything else (names, zones, octal forms).
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress from_sockaddr(const sockaddr& address);  // AF_INET or AF_INET6

  bool is_v4() const { return family_ == AF_INET; }
  // Publicly routable unicast: not loopback, private, link-local, shared (RFC 6598), documentation,
  // benchmarking, multicast, reserved or unspecified, judged by the IPv4 address inside for mapped, 6to4 and
  // NAT64 forms (IANA special-purpose address registries, RFC 6890). A crawl reaches others only with
  // --allow-private.
  bool is_global() const;
  std::string to_string() const;  // IPv6 without brackets

  bool operator==(const IpAddress&) const = default;

 private:
  friend class SocketAddress;
  int family_ = AF_INET;
  std::array<std::uint8_t, 16> bytes_{};  // network order; the first four for IPv4
};

// An address and a TCP port.
class SocketAddress {
 public:
  SocketAddress() = default;
  SocketAddress(IpAddress ip, std::uint16_t port) : ip_(ip), port_(port) {}
  static SocketAddress from_sockaddr(const sockaddr& address);

  const IpAddress& ip() const { return ip_; }
  std::uint16_t port() const { return port_; }
  std::string to_string() const;  // "192.0.2.1:80", "[2001:db8::1]:80"
  socklen_t fill(sockaddr_storage& storage) const;

  bool operator==(const SocketAddress&) const = default;

 private:
  IpAddress ip_;
  std::uint16_t port_ = 0;
};

}  // namespace gossamer
