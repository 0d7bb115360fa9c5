#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/http_connection.h"
#include "net/http/transport.h"
#include "net/http/url.h"
#include "net/io/address.h"
#include "net/io/tls.h"

namespace gossamer {

// Answers the name lookup for one host and port in the resolver's place.
struct ResolveOverride {
  std::string host;
  std::uint16_t port = 0;
  std::vector<IpAddress> addresses{};

  // "HOST:PORT:ADDR[,ADDR...]"; IPv6 addresses with or without brackets. Error `invalid_input`.
  static Result<ResolveOverride> parse(std::string_view text);
};

// Opens connections: name, address, TCP, TLS. One loop; must outlive its calls.
class Connector {
 public:
  struct Options {
    MakeTransport transport;  // empty: make_tcp_transport(dns_server)
    std::string dns_server;   // "" = the system's
    std::vector<ResolveOverride> overrides;
    bool allow_private = false;  // addresses that are not globally reachable
    TlsContext::Options tls;
    HttpTimeouts timeouts;
  };

  // On the loop that will use it. Errors: a DNS server or a CA file that cannot be used.
  static Result<std::unique_ptr<Connector>> create(Options options);

  // Where connect() would go: the addresses it may and would try, in that order, at least one. Errors: dns,
  // timeout; refused: only addresses that are not allowed.
  Task<Result<std::vector<IpAddress>>> addresses_of(std::string host, std::uint16_t port, Deadline deadline);

  // Tries the host's addresses in turn, each with its share of the time. What is checked against
  // allow_private is the very address connected to, so no DNS answer can get around it. Sets address and
  // timings of `progress`, which must outlive the call, as what `spare` refers to must. Errors: dns, connect,
  // tls, timeout; refused: only addresses that are not allowed.
  Task<Result<std::unique_ptr<HttpConnection>>> connect(Url url, Deadline deadline, FetchProgress* progress,
                                                        SpareDescriptor spare = {});

 private:
  explicit Connector(Options options) : options_(std::move(options)) {}

  // Made when first needed: loading the system's certificates takes tens of milliseconds.
  Result<TlsContext*> tls();
  // What overrides or the transport say.
  Task<Result<std::vector<IpAddress>>> resolve(std::string host, std::uint16_t port, Deadline deadline);
  Task<Result<std::unique_ptr<Stream>>> connect_any(std::string host, std::uint16_t port,
                                                    std::vector<IpAddress> addresses, Deadline deadline,
                                                    SocketAddress* connected, SpareDescriptor spare);

  Options options_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<TlsContext> tls_;
};

}  // namespace gossamer
