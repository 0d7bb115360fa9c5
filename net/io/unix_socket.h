#pragma once

#include <memory>
#include <string>
#include <sys/types.h>

#include "net/io/socket_stream.h"

namespace gossamer {

// A connected Unix socket on the current loop.
class UnixStream final : public SocketStream {
 public:
  // To the socket at `path`, of any length. Errors: not_found when there is none, refused when nobody listens
  // there or it belongs to somebody else, io; they name the path.
  static Result<std::unique_ptr<UnixStream>> connect(const std::string& path);
  // A socket that accept() gave.
  using SocketStream::SocketStream;

  // The user at the other end, as it was when the connection was made.
  Result<uid_t> peer_user() const;
};

// A Unix socket that listens in the file system, on the current loop. Its file is of mode 0600 from its first
// instant and appears at its path whole, in place of what is there; the destructor removes it. The path may
// be longer than a socket address: it is reached through its directory's descriptor.
class UnixListener {
 public:
  // A socket file at `path` that nobody may be using any more is replaced; whether it is used, the caller
  // must know. Errors: refused when something else than a socket is there; io.
  static Result<std::unique_ptr<UnixListener>> listen(const std::string& path, int backlog = 16);
  ~UnixListener();
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  Task<Result<std::unique_ptr<UnixStream>>> accept();

 private:
  UnixListener(Fd fd, Fd directory, std::string name);

  Fd fd_;
  IoWatch watch_;
  Fd directory_;
  std::string name_;  // in it
  dev_t device_ = 0;
  ino_t inode_ = 0;  // of the file, which somebody may have replaced
};

}  // namespace gossamer
