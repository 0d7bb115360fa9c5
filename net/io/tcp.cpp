#include "net/io/tcp.h"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

#include "net/coro/timeout.h"
#include "net/io/readiness.h"

namespace gossamer {
namespace {

Fd make_socket(const SocketAddress& address) {
  return Fd(
      ::socket(address.ip().is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

}  // namespace

TcpStream::TcpStream(Fd fd) : SocketStream(std::move(fd)) {
  const int on = 1;
  ::setsockopt(descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Task<Result<std::unique_ptr<TcpStream>>> TcpStream::connect(SocketAddress address, Deadline deadline,
                                                            SpareDescriptor spare) {
  Fd fd = make_socket(address);
  while (!fd) {
    const int error = errno;
    const TimePoint now = EventLoop::current().now();
    if (!out_of_descriptors(error) || now >= deadline) {
      co_return fail(ErrorClass::io, Phase::connect, errno_message("socket", error));
    }
    if (!spare || !spare()) co_await sleep_until(std::min<Deadline>(deadline, now + kDescriptorPause));
    fd = make_socket(address);
  }
  sockaddr_storage storage;
  const socklen_t length = address.fill(storage);
  const int result = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length);
  int error = result == 0 ? 0 : errno;
  auto stream = std::make_unique<TcpStream>(std::move(fd));
  if (!stream->watch().status()) co_return std::unexpected(stream->watch().status().error());
  if (error == EINPROGRESS) {
    if (!co_await Readiness(stream->watch(), IoEvents::write, deadline)) {
      co_return fail(ErrorClass::timeout, Phase::connect, "no answer from " + address.to_string());
    }
    socklen_t size = sizeof error;
    ::getsockopt(stream->descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0)
    co_return fail(ErrorClass::connect, Phase::connect, errno_message(address.to_string(), error));
  stream->watch().put_back(IoEvents::write);
  co_return std::move(stream);
}

TcpListener::TcpListener(Fd fd) : fd_(std::move(fd)), watch_(EventLoop::current(), fd_.get()) {}

Result<std::unique_ptr<TcpListener>> TcpListener::listen(SocketAddress address, int backlog) {
  const auto failed = [&] {
    return fail(ErrorClass::io, errno_message("cannot listen on " + address.to_string(), errno));
  };
  Fd fd = make_socket(address);
  if (!fd) return failed();
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage storage;
  const socklen_t length = address.fill(storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) return failed();
  if (::listen(fd.get(), backlog) != 0) return failed();
  auto listener = std::make_unique<TcpListener>(std::move(fd));
  if (!listener->watch_.status()) return std::unexpected(listener->watch_.status().error());
  return listener;
}

Task<Result<std::unique_ptr<TcpStream>>> TcpListener::accept() {
  while (true) {
    auto fd = co_await accept_from(fd_.get(), &watch_);
    if (!fd) co_return std::unexpected(std::move(fd.error()));
    auto stream = std::make_unique<TcpStream>(std::move(*fd));
    if (stream->watch().status()) co_return std::move(stream);
  }
}

SocketAddress TcpListener::address() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
  return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace gossamer
