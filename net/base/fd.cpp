#include "net/base/fd.h"

#include <unistd.h>

#include "net/base/live_objects.h"

namespace gossamer {

Fd::Fd(int fd) : fd_(fd) {
  if (fd_ >= 0) count_live(LiveKind::fd, 1);
}

int Fd::release() {
  if (fd_ >= 0) count_live(LiveKind::fd, -1);
  return std::exchange(fd_, -1);
}

void Fd::reset() {
  if (fd_ >= 0) ::close(release());
}

}  // namespace gossamer
