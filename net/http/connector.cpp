#include "net/http/connector.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "net/base/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxAddresses = 8;  // tried for one request

TimePoint now() { return EventLoop::current().now(); }

std::string without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

// "connect to example.com (192.0.2.1:443): Connection refused".
Error connect_error(Error error, const std::string& host, const SocketAddress& address) {
  const std::string at = address.to_string();
  std::string_view reason = error.message;
  if (reason.starts_with(at + ": ")) reason.remove_prefix(at.size() + 2);
  if (error.error_class == ErrorClass::io) error.error_class = ErrorClass::connect;
  if (error.error_class == ErrorClass::timeout) reason = "no answer in time";
  error.message = fmt::format("connect to {} ({}): {}", host, at, reason);
  return error;
}

}  // namespace

Result<ResolveOverride> ResolveOverride::parse(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorClass::invalid_input,
                fmt::format("\"{}\" is not HOST:PORT:ADDR, as in example.com:443:192.0.2.1", text));
  };
  const std::size_t host_end = text.starts_with('[') ? text.find(']') + 1 : text.find(':');
  if (host_end == std::string_view::npos || host_end == 0 || host_end >= text.size()) return bad();
  const std::size_t port_end = text.find(':', host_end + 1);
  if (text[host_end] != ':' || port_end == std::string_view::npos) return bad();
  ResolveOverride result{.host = std::string(text.substr(0, host_end))};
  const std::string_view port = text.substr(host_end + 1, port_end - host_end - 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (error != std::errc{} || end != port.data() + port.size() || result.port == 0) return bad();
  std::string_view addresses = text.substr(port_end + 1);
  while (true) {
    const std::size_t comma = addresses.find(',');
    const auto address = IpAddress::parse(addresses.substr(0, comma));
    if (!address) return bad();
    result.addresses.push_back(*address);
    if (comma == std::string_view::npos) return result;
    addresses.remove_prefix(comma + 1);
  }
}

Result<std::unique_ptr<Connector>> Connector::create(Options options) {
  std::unique_ptr<Connector> connector(new Connector(std::move(options)));
  const Options& kept = connector->options_;
  auto transport = kept.transport ? kept.transport() : make_tcp_transport(kept.dns_server);
  if (!transport) return std::unexpected(std::move(transport.error()));
  connector->transport_ = std::move(*transport);
  if (!connector->options_.tls.ca_file.empty()) {
    if (auto tls = connector->tls(); !tls) return std::unexpected(std::move(tls.error()));
  }
  return connector;
}

Result<TlsContext*> Connector::tls() {
  if (!tls_) {
    auto created = TlsContext::create(options_.tls);
    if (!created) return std::unexpected(std::move(created.error()));
    tls_ = std::move(*created);
  }
  return tls_.get();
}

Task<Result<std::unique_ptr<HttpConnection>>> Connector::connect(Url url, Deadline deadline,
                                                                 FetchProgress* progress,
                                                                 SpareDescriptor spare) {
  const HttpTimeouts& timeouts = options_.timeouts;
  const std::string host(url.hostname());
  const std::uint16_t port = url.effective_port();
  const TimePoint start = now();
  progress->enter(Phase::dns, start);
  auto addresses = co_await addresses_of(host, port, deadline);
  if (!addresses) co_return std::unexpected(std::move(addresses.error()));

  const TimePoint resolved_at = now();
  progress->timings.dns = resolved_at - start;
  progress->enter(Phase::connect, resolved_at);
  SocketAddress address;
  auto socket =
      co_await connect_any(host, port, std::move(*addresses),
                           std::min(deadline, resolved_at + timeouts.connect), &address, std::move(spare));
  if (!socket) co_return std::unexpected(std::move(socket.error()));
  progress->address = address.to_string();
  std::unique_ptr<Stream> stream = std::move(*socket);

  const TimePoint connected_at = now();
  progress->timings.connect = connected_at - resolved_at;
  if (url.scheme() == "https") {
    progress->enter(Phase::tls, connected_at);
    const auto context = tls();
    if (!context) co_return std::unexpected(context.error());
    auto secured = co_await (*context)->connect(std::move(stream), without_brackets(host),
                                                std::min(deadline, connected_at + timeouts.tls));
    if (!secured) {
      Error error = std::move(secured.error());
      if (error.error_class == ErrorClass::timeout) error.message = "the TLS handshake did not end in time";
      if (error.error_class != ErrorClass::timeout) error.error_class = ErrorClass::tls;
      error.phase = Phase::tls;
      error.message = fmt::format("{} ({})", error.message, address.to_string());
      co_return std::unexpected(std::move(error));
    }
    stream = std::move(*secured);
    progress->timings.tls = now() - connected_at;
  }
  co_return std::make_unique<HttpConnection>(std::move(stream), address.to_string());
}

Task<Result<std::vector<IpAddress>>> Connector::resolve(std::string host, std::uint16_t port,
                                                        Deadline deadline) {
  for (const ResolveOverride& override : options_.overrides) {
    if (override.port == port && equals_ignoring_case(override.host, host)) co_return override.addresses;
  }
  co_return co_await transport_->resolve(std::move(host), port, deadline);
}

Task<Result<std::vector<IpAddress>>> Connector::addresses_of(std::string host, std::uint16_t port,
                                                             Deadline deadline) {
  deadline = std::min(deadline, now() + options_.timeouts.dns);
  auto addresses = co_await resolve(host, port, deadline);
  if (!addresses) co_return addresses;
  if (!options_.allow_private) {
    const std::string first = addresses->front().to_string();
    std::erase_if(*addresses, [](const IpAddress& address) { return !address.is_global(); });
    if (addresses->empty()) {
      const std::string at = first == without_brackets(host) ? "" : fmt::format(" ({})", first);
      co_return fail(ErrorClass::refused, Phase::connect,
                     fmt::format("{}{} is not a public address; --allow-private permits it", host, at));
    }
  }
  if (addresses->size() > kMaxAddresses) addresses->resize(kMaxAddresses);
  co_return addresses;
}

Task<Result<std::unique_ptr<Stream>>> Connector::connect_any(std::string host, std::uint16_t port,
                                                             std::vector<IpAddress> addresses,
                                                             Deadline deadline, SocketAddress* connected,
                                                             SpareDescriptor spare) {
  Error error;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    *connected = SocketAddress(addresses[i], port);
    const TimePoint start = now();
    const auto share = (deadline - start) / static_cast<std::int64_t>(addresses.size() - i);
    auto socket = co_await transport_->open(*connected, start + share, spare);
    if (socket) co_return std::move(*socket);
    error = connect_error(std::move(socket.error()), host, *connected);
  }
  if (addresses.size() > 1) error.message += fmt::format(" (the last of {} addresses)", addresses.size());
  co_return std::unexpected(std::move(error));
}

}  // namespace gossamer
