#include "net/loop/epoll_selector.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>

#include "net/base/fatal.h"
#include "net/loop/kernel_time.h"

namespace gossamer {
namespace {

epoll_event asked(IoEvents interest, void* data) {
  epoll_event event{};
  if (any(interest & IoEvents::read)) event.events |= EPOLLIN | EPOLLRDHUP;
  if (any(interest & IoEvents::write)) event.events |= EPOLLOUT;
  // epoll reports hang-ups and errors unasked; this way at most once, where nothing else is waited for.
  if (event.events == 0 || any(interest & IoEvents::edge)) event.events |= EPOLLET;
  event.data.ptr = data;
  return event;
}

IoEvents ready_of(std::uint32_t events) {
  IoEvents ready = IoEvents::none;
  if (events & (EPOLLIN | EPOLLPRI)) ready = ready | IoEvents::read;
  if (events & EPOLLOUT) ready = ready | IoEvents::write;
  if (events & (EPOLLRDHUP | EPOLLHUP)) ready = ready | IoEvents::read | IoEvents::hangup;
  // The next call in either direction tells the error. It need not be the end: UDP goes on after one.
  if (events & (EPOLLHUP | EPOLLERR)) ready = ready | IoEvents::read | IoEvents::write;
  return ready;
}

}  // namespace

EpollSelector::EpollSelector() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) fatal("epoll_create1", errno);
}

Result<> EpollSelector::register_fd(int fd, IoEvents interest, void* data) {
  epoll_event event = asked(interest, data);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  if (errno == EEXIST) registered_twice(fd);
  return fail(ErrorClass::io, errno_message("epoll_ctl", errno));
}

Result<> EpollSelector::modify(int fd, IoEvents interest, void* data) {
  epoll_event event = asked(interest, data);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return {};
  if (errno == ENOENT || errno == EBADF) not_registered(fd);
  return fail(ErrorClass::io, errno_message("epoll_ctl", errno));
}

void EpollSelector::unregister(int fd) {
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr) != 0) not_registered(fd);
}

std::span<const Selector::Event> EpollSelector::select(std::optional<Duration> timeout) {
  const int count = has_pwait2_ ? wait_nanoseconds(timeout) : wait_milliseconds(timeout);
  events_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = kernel_events_[static_cast<std::size_t>(i)];
    events_.push_back({event.data.ptr, ready_of(event.events)});
  }
  return events_;
}

int EpollSelector::wait_nanoseconds(std::optional<Duration> timeout) {
  const KernelTimeout wait(timeout);
  const int count = ::epoll_pwait2(epoll_.get(), kernel_events_.data(), kMaxEvents, wait.get(), nullptr);
  if (count >= 0 || errno == EINTR) return count;
  // Linux before 5.11 does not have the call, and container sandboxes of that age forbid it.
  if (errno != ENOSYS && errno != EPERM) fatal("epoll_pwait2", errno);
  has_pwait2_ = false;
  return wait_milliseconds(timeout);
}

int EpollSelector::wait_milliseconds(std::optional<Duration> timeout) {
  int wait = -1;
  if (timeout) {
    const std::int64_t rounded_up = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
    wait = static_cast<int>(std::clamp<std::int64_t>(rounded_up, 0, std::numeric_limits<int>::max()));
  }
  const int count = ::epoll_wait(epoll_.get(), kernel_events_.data(), kMaxEvents, wait);
  if (count < 0 && errno != EINTR) fatal("epoll_wait", errno);
  return count;
}

}  // namespace gossamer
