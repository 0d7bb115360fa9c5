#include "net/loop/select_selector.h"

#include <cerrno>
#include <fcntl.h>
#include <string>

#include "net/base/fatal.h"
#include "net/loop/kernel_time.h"

namespace gossamer {

SelectSelector::SelectSelector() {
  FD_ZERO(&readers_);
  FD_ZERO(&writers_);
}

Result<> SelectSelector::register_fd(int fd, IoEvents interest, void* data) {
  if (fd >= FD_SETSIZE) {
    return fail(ErrorClass::io, "select() cannot watch descriptor " + std::to_string(fd) +
                                    ": it takes those below " + std::to_string(FD_SETSIZE) +
                                    "; poll and epoll take all");
  }
  if (::fcntl(fd, F_GETFD) < 0) return fail(ErrorClass::io, errno_message("register_fd", errno));
  if (is_registered(fd)) registered_twice(fd);
  if (static_cast<std::size_t>(fd) >= registered_.size())
    registered_.resize(static_cast<std::size_t>(fd) + 1);
  set(fd, interest, data);
  return {};
}

Result<> SelectSelector::modify(int fd, IoEvents interest, void* data) {
  if (!is_registered(fd)) not_registered(fd);
  set(fd, interest, data);
  return {};
}

void SelectSelector::unregister(int fd) {
  if (!is_registered(fd)) not_registered(fd);
  set(fd, IoEvents::none, nullptr);
  registered_[static_cast<std::size_t>(fd)].is = false;
}

bool SelectSelector::is_registered(int fd) const {
  return fd >= 0 && static_cast<std::size_t>(fd) < registered_.size() &&
         registered_[static_cast<std::size_t>(fd)].is;
}

void SelectSelector::set(int fd, IoEvents interest, void* data) {
  registered_[static_cast<std::size_t>(fd)] = {true, data};
  FD_CLR(fd, &readers_);
  FD_CLR(fd, &writers_);
  if (any(interest & IoEvents::read)) FD_SET(fd, &readers_);
  if (any(interest & IoEvents::write)) FD_SET(fd, &writers_);
}

std::span<const Selector::Event> SelectSelector::select(std::optional<Duration> timeout) {
  events_.clear();
  fd_set readable = readers_;  // the kernel overwrites them with what is ready
  fd_set writable = writers_;
  const KernelTimeout wait(timeout);
  const int highest = static_cast<int>(registered_.size());
  int left = ::pselect(highest, &readable, &writable, nullptr, wait.get(), nullptr);
  if (left < 0 && errno != EINTR) fatal("pselect (was a registered descriptor closed?)", errno);
  for (int fd = 0; left > 0 && fd < highest; ++fd) {
    IoEvents ready = IoEvents::none;
    if (FD_ISSET(fd, &readable)) ready = ready | IoEvents::read;
    if (FD_ISSET(fd, &writable)) ready = ready | IoEvents::write;
    if (!any(ready)) continue;
    left -= any(ready & IoEvents::read) + any(ready & IoEvents::write);
    events_.push_back({registered_[static_cast<std::size_t>(fd)].data, ready});
  }
  return events_;
}

}  // namespace gossamer
