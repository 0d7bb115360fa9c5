#include "net/http/transport.h"

#include <utility>

#include "net/io/resolver.h"

namespace gossamer {
namespace {

class TcpTransport final : public Transport {
 public:
  explicit TcpTransport(std::unique_ptr<Resolver> resolver) : resolver_(std::move(resolver)) {}

  Task<Result<std::vector<IpAddress>>> resolve(std::string host, std::uint16_t, Deadline deadline) override {
    return resolver_->resolve(std::move(host), deadline);
  }

  Task<Result<std::unique_ptr<Stream>>> open(SocketAddress address, Deadline deadline,
                                             SpareDescriptor spare) override {
    auto stream = co_await TcpStream::connect(address, deadline, std::move(spare));
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    co_return std::move(*stream);
  }

 private:
  std::unique_ptr<Resolver> resolver_;
};

}  // namespace

Result<std::unique_ptr<Transport>> make_tcp_transport(std::string dns_server) {
  auto resolver = Resolver::create({.server = std::move(dns_server)});
  if (!resolver) return std::unexpected(std::move(resolver.error()));
  return std::make_unique<TcpTransport>(std::move(*resolver));
}

}  // namespace gossamer
