#include "crawler/scratch_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace gossamer {

Result<ScratchFile> ScratchFile::create(const std::string& directory) {
  const std::string where = directory.empty() ? "." : directory;
  Fd fd(::open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd &&
      (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {  // the file system has no O_TMPFILE
    std::string name = where + "/gossamer-scratch-XXXXXX";
    fd = Fd(::mkostemp(name.data(), O_CLOEXEC));
    if (fd) ::unlink(name.c_str());
  }
  if (!fd) {
    return fail(ErrorClass::io, errno_message(fmt::format("{}: cannot create a scratch file", where), errno));
  }
  return ScratchFile(std::move(fd), where);
}

Result<> ScratchFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failure("write", written < 0 ? errno : ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<> ScratchFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read", errno);
    if (got == 0) return fail(ErrorClass::io, directory_ + ": a scratch file ended early");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

void ScratchFile::prefetch(std::uint64_t offset, std::uint64_t length) const {
  ::posix_fadvise(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_WILLNEED);
}

void ScratchFile::truncate(std::uint64_t length) {
  // If it fails, the space comes back with the file's end.
  static_cast<void>(::ftruncate(fd_.get(), static_cast<off_t>(length)) == 0);
}

std::unexpected<Error> ScratchFile::failure(const char* what, int error_number) const {
  return fail(ErrorClass::io,
              errno_message(fmt::format("{}: cannot {} a scratch file", directory_, what), error_number));
}

}  // namespace gossamer
