#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "net/io/address.h"
#include "net/io/socket_stream.h"

namespace gossamer {

// Called when the process has no descriptor left: closes something that can be spared. Whether it did.
using SpareDescriptor = std::function<bool()>;

// A non-blocking connected TCP socket on the current loop.
class TcpStream final : public SocketStream {
 public:
  // Where descriptors have run out and `spare` frees none, waits for one until the deadline. Errors: connect
  // ("Connection refused" ...), timeout, io; phase connect.
  static Task<Result<std::unique_ptr<TcpStream>>> connect(SocketAddress address, Deadline deadline,
                                                          SpareDescriptor spare = {});
  // A socket that accept() gave.
  explicit TcpStream(Fd fd);
};

// A listening socket on the current loop.
class TcpListener {
 public:
  // Port 0: any free one, see address(). Errors: ErrorClass::io with the address in the message.
  static Result<std::unique_ptr<TcpListener>> listen(SocketAddress address, int backlog = 1024);
  explicit TcpListener(Fd fd);

  Task<Result<std::unique_ptr<TcpStream>>> accept();
  SocketAddress address() const;

 private:
  Fd fd_;
  IoWatch watch_;
};

}  // namespace gossamer
