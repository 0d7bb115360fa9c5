#include "storage/items_file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gossamer {
namespace {

std::unexpected<Error> cannot(std::string_view verb, const std::string& path) {
  return fail(ErrorClass::storage, Phase::store,
              errno_message(fmt::format("cannot {} {}", verb, path), errno));
}

std::unexpected<Error> too_short(const std::string& path, std::optional<std::uint64_t> size,
                                 std::uint64_t committed) {
  return fail(
      ErrorClass::invalid_input, Phase::store,
      fmt::format("{} {}, but {} bytes were committed to it; restore it, or name a new file with --items, "
                  "which gets all items",
                  path, size ? fmt::format("has {} bytes", *size) : "is missing", committed));
}

// Makes the name of a new file survive a power cut.
Result<void> sync_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return cannot("open", folder);
  const bool synced = ::fsync(fd) == 0;
  auto error = cannot("sync", folder);
  ::close(fd);
  if (!synced) return error;
  return {};
}

}  // namespace

Result<ItemsFile> ItemsFile::open(const std::string& path, std::uint64_t committed, bool ours) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | (committed == 0 ? O_CREAT : 0), 0644);
  if (fd < 0 && errno == ENOENT && committed > 0) return too_short(path, std::nullopt, committed);
  if (fd < 0) return cannot("open", path);
  ItemsFile file(path, fd);
  struct stat info{};
  if (::fstat(fd, &info) != 0) return cannot("read", path);
  if (!S_ISREG(info.st_mode)) {
    return fail(ErrorClass::invalid_input, Phase::store, fmt::format("{} is not a regular file", path));
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorClass::refused, Phase::store, fmt::format("{} is being written by another crawl", path));
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (!ours && size > 0) {
    return fail(ErrorClass::invalid_input, Phase::store,
                fmt::format("{} has content that is not of this job; name a new file", path));
  }
  if (size < committed) return too_short(path, size, committed);
  if (::ftruncate(fd, static_cast<off_t>(committed)) != 0) return cannot("truncate", path);
  file.size_ = committed;
  if (committed == 0) {
    if (auto ok = sync_folder(path); !ok) return std::unexpected(std::move(ok.error()));
  }
  return file;
}

ItemsFile::ItemsFile(ItemsFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

ItemsFile& ItemsFile::operator=(ItemsFile&& other) noexcept {
  path_.swap(other.path_);
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

ItemsFile::~ItemsFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> ItemsFile::append(std::string_view lines) {
  std::uint64_t end = size_;
  while (!lines.empty()) {
    const ssize_t written = ::pwrite(fd_, lines.data(), lines.size(), static_cast<off_t>(end));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      auto error = cannot("write", path_);
      truncate(size_);
      return error;
    }
    lines.remove_prefix(static_cast<std::size_t>(written));
    end += static_cast<std::uint64_t>(written);
  }
  if (::fdatasync(fd_) != 0) {
    auto error = cannot("sync", path_);
    truncate(size_);
    return error;
  }
  size_ = end;
  return {};
}

void ItemsFile::truncate(std::uint64_t size) {
  // If this fails, the next opening truncates to the committed size.
  (void)!::ftruncate(fd_, static_cast<off_t>(size));
  size_ = size;
}

}  // namespace gossamer
