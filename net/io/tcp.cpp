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

bool out_of_descriptors(int error_number) { return error_number == EMFILE || error_number == ENFILE; }

bool would_block(int error_number) { return error_number == EAGAIN || error_number == EWOULDBLOCK; }

constexpr std::chrono::milliseconds kDescriptorPause{50};  // until some may have been closed

}  // namespace

TcpStream::TcpStream(Fd fd) : fd_(std::move(fd)), watch_(EventLoop::current(), fd_.get()) {
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
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
  if (!stream->watch_.status()) co_return std::unexpected(stream->watch_.status().error());
  if (error == EINPROGRESS) {
    if (!co_await Readiness(stream->watch_, IoEvents::write, deadline)) {
      co_return fail(ErrorClass::timeout, Phase::connect, "no answer from " + address.to_string());
    }
    socklen_t size = sizeof error;
    ::getsockopt(stream->fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0)
    co_return fail(ErrorClass::connect, Phase::connect, errno_message(address.to_string(), error));
  stream->watch_.put_back(IoEvents::write);
  co_return std::move(stream);
}

Task<Result<std::size_t>> TcpStream::read_some(std::span<char> buffer, Deadline deadline) {
  while (true) {
    if (!co_await Readiness(watch_, IoEvents::read, deadline)) {
      co_return fail(ErrorClass::timeout, "the peer sent nothing in time");
    }
    const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (count >= 0) {
      // A short read means the socket is empty, and the next byte brings a new report; a full one may not be
      // all.
      if (static_cast<std::size_t>(count) == buffer.size()) watch_.put_back(IoEvents::read);
      co_return static_cast<std::size_t>(count);
    }
    if (errno == EINTR)
      watch_.put_back(IoEvents::read);
    else if (!would_block(errno))
      co_return fail(ErrorClass::io, errno_message("receive", errno));
  }
}

Task<Result<>> TcpStream::write_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (!co_await Readiness(watch_, IoEvents::write, deadline)) {
      co_return fail(ErrorClass::timeout, "the peer took no more bytes in time");
    }
    const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      watch_.put_back(IoEvents::write);
    } else if (errno == EINTR) {
      watch_.put_back(IoEvents::write);
    } else if (!would_block(errno)) {
      co_return fail(ErrorClass::io, errno_message("send", errno));
    }
  }
  co_return Result<>{};
}

void TcpStream::shutdown_write() { ::shutdown(fd_.get(), SHUT_WR); }

bool TcpStream::is_idle() {
  char byte = 0;
  return ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_block(errno);
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
    co_await Readiness(watch_, IoEvents::read, kNoDeadline);
    Fd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      watch_.put_back(IoEvents::read);  // there may be more
      auto stream = std::make_unique<TcpStream>(std::move(fd));
      if (stream->watch().status()) co_return std::move(stream);
      continue;
    }
    if (would_block(errno)) continue;
    watch_.put_back(IoEvents::read);
    if (errno == ECONNABORTED || errno == EINTR) continue;
    if (out_of_descriptors(errno) || errno == ENOBUFS || errno == ENOMEM) {
      // The backlog keeps the peer waiting; try again when descriptors may have been closed.
      co_await sleep_for(kDescriptorPause);
      continue;
    }
    co_return fail(ErrorClass::io, errno_message("accept", errno));
  }
}

SocketAddress TcpListener::address() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
  return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace gossamer
