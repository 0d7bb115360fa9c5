#include "net/io/unix_socket.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gossamer {
namespace {

Fd make_socket() { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

// An address holds 107 characters; a path through /proc needs few, whatever it stands for.
sockaddr_un through_proc(int fd, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto end = fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}{}{}", fd,
                                    name.empty() ? "" : "/", name);
  *end.out = '\0';
  return address;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

}  // namespace

Result<std::unique_ptr<UnixStream>> UnixStream::connect(const std::string& path) {
  const Fd file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!file) {
    return fail(errno == ENOENT ? ErrorClass::not_found : ErrorClass::io, Phase::connect,
                errno_message(path, errno));
  }
  Fd fd = make_socket();
  if (!fd) return fail(ErrorClass::io, Phase::connect, errno_message("socket", errno));
  const sockaddr_un address = through_proc(file.get(), "");
  if (::connect(fd.get(), generic(address), sizeof address) != 0) {
    const bool refused = errno == ECONNREFUSED || errno == EACCES || errno == EPERM;
    return fail(refused ? ErrorClass::refused : ErrorClass::io, Phase::connect, errno_message(path, errno));
  }
  auto stream = std::make_unique<UnixStream>(std::move(fd));
  if (!stream->watch().status()) return std::unexpected(stream->watch().status().error());
  return stream;
}

Result<uid_t> UnixStream::peer_user() const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(descriptor(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return fail(ErrorClass::io, errno_message("SO_PEERCRED", errno));
  }
  return peer.uid;
}

UnixListener::UnixListener(Fd fd, Fd directory, std::string name)
    : fd_(std::move(fd)),
      watch_(EventLoop::current(), fd_.get()),
      directory_(std::move(directory)),
      name_(std::move(name)) {}

Result<std::unique_ptr<UnixListener>> UnixListener::listen(const std::string& path, int backlog) {
  const auto failed = [&] {
    return fail(ErrorClass::io, errno_message("cannot make the socket " + path, errno));
  };
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  Fd directory(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return failed();
  struct stat there{};
  if (::fstatat(directory.get(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
      !S_ISSOCK(there.st_mode)) {
    return fail(ErrorClass::refused, fmt::format("{} is in the way: it is no socket", path));
  }
  Fd fd = make_socket();
  // On Linux bind() gives the file the mode of the socket, so there is no instant with a wider one.
  if (!fd || ::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) return failed();
  // A short name of our own first: `name` may be too long for an address, and rename() replaces at one
  // stroke.
  const std::string bound = fmt::format(".ctl.{}.{}", ::getpid(), fd.get());
  ::unlinkat(directory.get(), bound.c_str(), 0);
  const sockaddr_un address = through_proc(directory.get(), bound);
  if (::bind(fd.get(), generic(address), sizeof address) != 0) return failed();
  auto listener = std::unique_ptr<UnixListener>(new UnixListener(std::move(fd), std::move(directory), bound));
  const int at = listener->directory_.get();
  if (::fstatat(at, bound.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return failed();
  listener->device_ = there.st_dev;
  listener->inode_ = there.st_ino;
  if (!listener->watch_.status()) return std::unexpected(listener->watch_.status().error());
  if (::listen(listener->fd_.get(), backlog) != 0) return failed();
  if (::renameat(at, bound.c_str(), at, name.c_str()) != 0) return failed();
  listener->name_ = name;
  return listener;
}

UnixListener::~UnixListener() {
  struct stat there{};
  const bool ours = ::fstatat(directory_.get(), name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
                    there.st_dev == device_ && there.st_ino == inode_;
  if (ours) ::unlinkat(directory_.get(), name_.c_str(), 0);
}

Task<Result<std::unique_ptr<UnixStream>>> UnixListener::accept() {
  while (true) {
    auto fd = co_await accept_from(fd_.get(), &watch_);
    if (!fd) co_return std::unexpected(std::move(fd.error()));
    auto stream = std::make_unique<UnixStream>(std::move(*fd));
    if (stream->watch().status()) co_return std::move(stream);
  }
}

}  // namespace gossamer
