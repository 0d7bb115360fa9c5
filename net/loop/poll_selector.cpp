#include "net/loop/poll_selector.h"

#include <cerrno>
#include <fcntl.h>
#include <string>

#include "net/base/fatal.h"
#include "net/loop/kernel_time.h"

namespace gossamer {
namespace {

IoEvents ready_of(short events) {
  IoEvents ready = IoEvents::none;
  if (events & POLLIN) ready = ready | IoEvents::read;
  if (events & POLLOUT) ready = ready | IoEvents::write;
  if (events & (POLLRDHUP | POLLHUP)) ready = ready | IoEvents::read | IoEvents::hangup;
  // The next call in either direction tells the error. It need not be the end: UDP goes on after one.
  if (events & (POLLHUP | POLLERR)) ready = ready | IoEvents::read | IoEvents::write;
  return ready;
}

}  // namespace

Result<> PollSelector::register_fd(int fd, IoEvents interest, void* data) {
  if (::fcntl(fd, F_GETFD) < 0) return fail(ErrorClass::io, errno_message("register_fd", errno));
  if (place(fd) != kNone) registered_twice(fd);
  if (static_cast<std::size_t>(fd) >= places_.size()) places_.resize(static_cast<std::size_t>(fd) + 1, kNone);
  const std::size_t last = polled_.size();
  polled_.emplace_back();
  data_.emplace_back();
  registered_.emplace_back();
  set(last, fd, interest, data);
  return {};
}

Result<> PollSelector::modify(int fd, IoEvents interest, void* data) {
  const std::size_t found = place(fd);
  if (found == kNone) not_registered(fd);
  set(found, fd, interest, data);
  return {};
}

void PollSelector::unregister(int fd) {
  const std::size_t found = place(fd);
  if (found == kNone) not_registered(fd);
  // The last one takes its place.
  places_[static_cast<std::size_t>(registered_.back())] = found;
  places_[static_cast<std::size_t>(fd)] = kNone;
  polled_[found] = polled_.back();
  data_[found] = data_.back();
  registered_[found] = registered_.back();
  polled_.pop_back();
  data_.pop_back();
  registered_.pop_back();
}

std::size_t PollSelector::place(int fd) const {
  return fd >= 0 && static_cast<std::size_t>(fd) < places_.size() ? places_[static_cast<std::size_t>(fd)]
                                                                  : kNone;
}

void PollSelector::set(std::size_t place, int fd, IoEvents interest, void* data) {
  short events = 0;
  if (any(interest & IoEvents::read)) events |= POLLIN | POLLRDHUP;
  if (any(interest & IoEvents::write)) events |= POLLOUT;
  polled_[place] = {events == 0 ? -1 : fd, events, 0};
  data_[place] = data;
  registered_[place] = fd;
  places_[static_cast<std::size_t>(fd)] = place;
}

std::span<const Selector::Event> PollSelector::select(std::optional<Duration> timeout) {
  events_.clear();
  const KernelTimeout wait(timeout);
  int left = ::ppoll(polled_.data(), polled_.size(), wait.get(), nullptr);
  if (left < 0 && errno != EINTR) fatal("ppoll", errno);
  for (std::size_t i = 0; left > 0 && i < polled_.size(); ++i) {
    if (polled_[i].revents == 0) continue;
    if (polled_[i].revents & POLLNVAL) not_registered(registered_[i]);  // closed, that is
    --left;
    events_.push_back({data_[i], ready_of(polled_[i].revents)});
  }
  return events_;
}

}  // namespace gossamer
