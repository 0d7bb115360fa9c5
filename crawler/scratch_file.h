#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "net/base/error.h"
#include "net/base/fd.h"

namespace gossamer {

// A file without a name for what does not fit in memory: its space is free again when it is closed, also
// after a crash. Nothing in it outlives the process, so nothing is ever synced. Errors are ErrorClass::io and
// name the directory. The calls block; reads may run on any thread while one thread writes elsewhere in the
// file.
class ScratchFile {
 public:
  static Result<ScratchFile> create(const std::string& directory);  // "" is the working directory

  // All of `bytes`, or an error.
  Result<> write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  // A file that ends before the last byte is an error.
  Result<> read_at(std::uint64_t offset, std::span<std::byte> bytes) const;

  // A hint: the range will be read soon.
  void prefetch(std::uint64_t offset, std::uint64_t length) const;

  // Gives the space behind `length` back.
  void truncate(std::uint64_t length);

 private:
  ScratchFile(Fd fd, std::string directory) : fd_(std::move(fd)), directory_(std::move(directory)) {}
  std::unexpected<Error> failure(const char* what, int error_number) const;

  Fd fd_;
  std::string directory_;
};

}  // namespace gossamer
