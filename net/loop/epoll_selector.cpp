#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <sys/epoll.h>
#include <vector>

#include "net/base/fatal.h"
#include "net/base/fd.h"
#include "net/loop/selector.h"

namespace gossamer {
namespace {

// epoll(7), edge-triggered: one system call a descriptor's life instead of one a wait.
class EpollSelector final : public Selector {
 public:
  EpollSelector() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) fatal("epoll_create1", errno);
  }

  Result<> add(int fd, IoEvents interest, void* data) override {
    return control(EPOLL_CTL_ADD, fd, interest, data);
  }
  Result<> modify(int fd, IoEvents interest, void* data) override {
    return control(EPOLL_CTL_MOD, fd, interest, data);
  }
  void remove(int fd) override { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

  std::span<const Event> select(std::optional<Duration> timeout) override {
    const int count = has_pwait2_ ? wait_nanoseconds(timeout) : wait_milliseconds(timeout);
    events_.clear();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = kernel_events_[static_cast<std::size_t>(i)];
      events_.push_back({event.data.ptr, ready(event.events)});
    }
    return events_;  // empty after EINTR: the loop looks again
  }

  bool edge_triggered() const override { return true; }

 private:
  int wait_nanoseconds(std::optional<Duration> timeout) {
    timespec wait{};
    if (timeout) {
      wait.tv_sec = static_cast<time_t>(timeout->count() / 1'000'000'000);
      wait.tv_nsec = static_cast<long>(timeout->count() % 1'000'000'000);
    }
    const int count =
        ::epoll_pwait2(epoll_.get(), kernel_events_.data(), kMaxEvents, timeout ? &wait : nullptr, nullptr);
    if (count >= 0 || errno == EINTR) return count;
    // Linux before 5.11 does not have the call, and container sandboxes of that age forbid it.
    if (errno != ENOSYS && errno != EPERM) fatal("epoll_pwait2", errno);
    has_pwait2_ = false;
    return wait_milliseconds(timeout);
  }

  int wait_milliseconds(std::optional<Duration> timeout) {
    int wait = -1;
    if (timeout) {
      const std::int64_t rounded_up = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
      wait = static_cast<int>(std::min<std::int64_t>(rounded_up, std::numeric_limits<int>::max()));
    }
    const int count = ::epoll_wait(epoll_.get(), kernel_events_.data(), kMaxEvents, wait);
    if (count < 0 && errno != EINTR) fatal("epoll_wait", errno);
    return count;
  }

  Result<> control(int operation, int fd, IoEvents interest, void* data) {
    epoll_event event{};
    event.events = EPOLLET | EPOLLRDHUP;
    if (any(interest & IoEvents::read)) event.events |= EPOLLIN;
    if (any(interest & IoEvents::write)) event.events |= EPOLLOUT;
    event.data.ptr = data;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
      return fail(ErrorClass::io, errno_message("epoll_ctl", errno));
    }
    return {};
  }

  static IoEvents ready(std::uint32_t events) {
    IoEvents result = IoEvents::none;
    if (events & (EPOLLIN | EPOLLPRI)) result = result | IoEvents::read;
    if (events & EPOLLOUT) result = result | IoEvents::write;
    if (events & (EPOLLRDHUP | EPOLLHUP)) result = result | IoEvents::read | IoEvents::hangup;
    // The next call in either direction tells the error. It need not be the end: UDP goes on after one.
    if (events & (EPOLLHUP | EPOLLERR)) result = result | IoEvents::read | IoEvents::write;
    return result;
  }

  static constexpr int kMaxEvents = 256;
  Fd epoll_;
  bool has_pwait2_ = true;
  std::array<epoll_event, kMaxEvents> kernel_events_{};
  std::vector<Event> events_;
};

}  // namespace

std::unique_ptr<Selector> make_default_selector() { return std::make_unique<EpollSelector>(); }

}  // namespace gossamer
