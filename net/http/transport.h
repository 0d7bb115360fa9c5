#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/io/address.h"
#include "net/io/stream.h"
#include "net/io/tcp.h"

namespace gossamer {

// What a client has below HTTP: names become addresses, addresses connections. The seam for simulated
// networks. One loop; must outlive its calls, not the streams.
class Transport {
 public:
  virtual ~Transport() = default;

  // The addresses of `host` (a name, or an address in text), at least one, in the order to try them. Errors:
  // dns, timeout; phase dns.
  virtual Task<Result<std::vector<IpAddress>>> resolve(std::string host, std::uint16_t port,
                                                       Deadline deadline) = 0;
  // Where descriptors have run out and `spare` frees none, waits for one until the deadline. Errors: connect,
  // timeout, io; phase connect.
  virtual Task<Result<std::unique_ptr<Stream>>> open(SocketAddress address, Deadline deadline,
                                                     SpareDescriptor spare) = 0;
};

// Makes the transport of a client, on the loop that will use it.
using MakeTransport = std::function<Result<std::unique_ptr<Transport>>()>;

// c-ares and TCP. `dns_server`: ADDR or ADDR:PORT, "" = the system's. Error: invalid_input for one that is
// neither.
Result<std::unique_ptr<Transport>> make_tcp_transport(std::string dns_server);

}  // namespace gossamer
