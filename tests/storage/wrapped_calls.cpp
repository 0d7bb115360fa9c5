// The system calls of the storage's own files, linked with -Wl,--wrap=<name>: they ask FaultDisk::active()
// first. SQLite is a shared library and keeps the real ones.
#include <array>
#include <cerrno>
#include <cstdarg>
#include <fcntl.h>
#include <string>
#include <sys/types.h>
#include <unistd.h>

#include "tests/storage/fault_disk.h"

namespace gossamer::testing {
namespace {

using Verdict = FaultDisk::Verdict;

// The watched path behind a descriptor; "" if it is none.
std::string watched_path(int fd) {
  if (FaultDisk::active() == nullptr) return {};
  std::array<char, 4096> target;
  const ssize_t size =
      ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target.data(), target.size());
  std::string path(target.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return FaultDisk::active()->watches(path) ? path : "";
}

// For calls that are done whole or fail with EIO.
bool fails(DiskOp op) {
  if (FaultDisk::active()->ask(DiskUser::storage, op) == Verdict::pass) return false;
  errno = EIO;
  return true;
}

}  // namespace
}  // namespace gossamer::testing

using gossamer::testing::DiskOp;
using gossamer::testing::DiskUser;
using gossamer::testing::FaultDisk;
using gossamer::testing::watched_path;

extern "C" {
int __real_open(const char* path, int flags, ...);
ssize_t __real_pwrite(int fd, const void* data, size_t size, off_t offset);
int __real_ftruncate(int fd, off_t size);
int __real_unlink(const char* path);

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  FaultDisk* disk = FaultDisk::active();
  const bool watched = disk != nullptr && disk->watches(path);
  if (watched && gossamer::testing::fails(DiskOp::open)) return -1;
  const int fd = __real_open(path, flags, mode);
  if (watched && fd >= 0 && (flags & O_CREAT) != 0) disk->opened(path);
  return fd;
}

ssize_t __wrap_pwrite(int fd, const void* data, size_t size, off_t offset) {
  const std::string path = watched_path(fd);
  if (path.empty()) return __real_pwrite(fd, data, size, offset);
  FaultDisk* disk = FaultDisk::active();
  const auto verdict = disk->ask(DiskUser::storage, DiskOp::write);
  if (verdict == FaultDisk::Verdict::tear) size /= 2;
  ssize_t written = 0;
  if (verdict != FaultDisk::Verdict::fail) written = __real_pwrite(fd, data, size, offset);
  if (written > 0) {
    disk->wrote(disk->opened(path), static_cast<std::uint64_t>(offset),
                {static_cast<const char*>(data), static_cast<std::size_t>(written)});
  }
  if (verdict == FaultDisk::Verdict::pass) return written;
  errno = EIO;
  return -1;
}

int __wrap_ftruncate(int fd, off_t size) {
  const std::string path = watched_path(fd);
  if (path.empty()) return __real_ftruncate(fd, size);
  if (gossamer::testing::fails(DiskOp::truncate)) return -1;
  const int code = __real_ftruncate(fd, size);
  FaultDisk* disk = FaultDisk::active();
  if (code == 0) disk->truncated(disk->opened(path), static_cast<std::uint64_t>(size));
  return code;
}

// Nothing is synced really: what a sync is good for is known by the record.
int __wrap_fdatasync(int fd) {
  const std::string path = watched_path(fd);
  if (path.empty()) return 0;
  FaultDisk* disk = FaultDisk::active();
  if (gossamer::testing::fails(DiskOp::sync)) {
    disk->failed_to_sync(disk->opened(path));
    errno = EIO;
    return -1;
  }
  disk->synced(DiskUser::storage, disk->opened(path));
  return 0;
}

// Of a folder.
int __wrap_fsync(int) {
  if (FaultDisk::active() == nullptr) return 0;
  if (gossamer::testing::fails(DiskOp::sync)) return -1;
  FaultDisk::active()->synced_folder(DiskUser::storage);
  return 0;
}

int __wrap_unlink(const char* path) {
  FaultDisk* disk = FaultDisk::active();
  if (disk == nullptr || !disk->watches(path)) return __real_unlink(path);
  if (gossamer::testing::fails(DiskOp::remove)) return -1;
  const int code = __real_unlink(path);
  if (code == 0) disk->removed(path);
  return code;
}
}
