#pragma once

#include <string>

#include "net/base/error.h"

namespace gossamer {

// Says that one process, this one, works on a job: flock on a file of its own, which holds the pid. The
// kernel gives it back however the process ends. The file is removed with the lock.
class LockFile {
 public:
  // Never waits. Errors: refused when another process (or another LockFile) has it; storage when the file
  // cannot be made. `what` is named in the refusal.
  static Result<LockFile> acquire(const std::string& path, const std::string& what);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;  // swaps
  ~LockFile();

 private:
  LockFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_ = -1;
};

}  // namespace gossamer
