#pragma once

#include "net/base/fd.h"
#include "net/io/stream.h"
#include "net/loop/io_watch.h"

namespace gossamer {

// A connected, non-blocking stream socket of any family, on the current loop. What TCP and Unix sockets
// share.
class SocketStream : public Stream {
 public:
  explicit SocketStream(Fd fd) : fd_(std::move(fd)), watch_(EventLoop::current(), fd_.get()) {}

  Task<Result<std::size_t>> read_some(std::span<char> buffer, Deadline deadline) override;
  Task<Result<>> write_all(std::string_view bytes, Deadline deadline) override;

  // No more bytes will be written; the peer reads the end of the stream.
  void shutdown_write();
  bool is_idle() override;
  // For TLS, which makes the system calls itself.
  IoWatch& watch() { return watch_; }

 protected:
  int descriptor() const { return fd_.get(); }

 private:
  Fd fd_;
  IoWatch watch_;
};

// A connection of the listening socket `fd`, whose watch is `watch`; waits for one. Where descriptors have
// run out it waits for one of those too. Errors: io.
Task<Result<Fd>> accept_from(int fd, IoWatch* watch);

// Whether a system call failed for the want of a descriptor, of this process or of the system.
bool out_of_descriptors(int error_number);
inline constexpr std::chrono::milliseconds kDescriptorPause{50};  // until some may have been closed

}  // namespace gossamer
