#include "storage/lock_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gossamer {
namespace {

// A holder removes the file before it lets go, so what was locked may no longer be what `path` names.
bool still_there(const std::string& path, int fd) {
  struct stat opened{};
  struct stat named{};
  return ::fstat(fd, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  pid.erase(std::min(pid.find('\n'), pid.size()));
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::string& path, const std::string& what) {
  while (true) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return fail(ErrorClass::storage, Phase::store, errno_message("cannot create " + path, errno));
    LockFile lock("", fd);  // closes fd, removes nothing until the lock is ours
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK)
        return fail(ErrorClass::storage, Phase::store, errno_message("cannot lock " + path, errno));
      return fail(ErrorClass::refused, Phase::store,
                  fmt::format("{} is in use by {}; let it end, or name another file", what, holder(fd)));
    }
    if (!still_there(path, fd)) continue;
    lock.path_ = path;
    const std::string pid = fmt::format("{}\n", ::getpid());
    // The pid only words the refusal of others; the lock holds without it, as on a full disk.
    if (::ftruncate(fd, 0) == 0) (void)!::pwrite(fd, pid.data(), pid.size(), 0);
    return lock;
  }
}

LockFile::LockFile(LockFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), fd_(std::exchange(other.fd_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  path_.swap(other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

LockFile::~LockFile() {
  if (fd_ < 0) return;
  if (!path_.empty()) ::unlink(path_.c_str());
  ::close(fd_);
}

}  // namespace gossamer
