#include "net/io/socket_stream.h"

#include <cerrno>
#include <sys/socket.h>

#include "net/coro/timeout.h"
#include "net/io/readiness.h"

namespace gossamer {
namespace {

bool would_block(int error_number) { return error_number == EAGAIN || error_number == EWOULDBLOCK; }

}  // namespace

bool out_of_descriptors(int error_number) { return error_number == EMFILE || error_number == ENFILE; }

Task<Result<std::size_t>> SocketStream::read_some(std::span<char> buffer, Deadline deadline) {
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

Task<Result<>> SocketStream::write_all(std::string_view bytes, Deadline deadline) {
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

void SocketStream::shutdown_write() { ::shutdown(fd_.get(), SHUT_WR); }

bool SocketStream::is_idle() {
  char byte = 0;
  return ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_block(errno);
}

Task<Result<Fd>> accept_from(int fd, IoWatch* watch) {
  while (true) {
    co_await Readiness(*watch, IoEvents::read, kNoDeadline);
    Fd accepted(::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted) {
      watch->put_back(IoEvents::read);  // there may be more
      co_return accepted;
    }
    if (would_block(errno)) continue;
    watch->put_back(IoEvents::read);
    if (errno == ECONNABORTED || errno == EINTR) continue;
    if (out_of_descriptors(errno) || errno == ENOBUFS || errno == ENOMEM) {
      // The backlog keeps the peer waiting; try again when descriptors may have been closed.
      co_await sleep_for(kDescriptorPause);
      continue;
    }
    co_return fail(ErrorClass::io, errno_message("accept", errno));
  }
}

}  // namespace gossamer
