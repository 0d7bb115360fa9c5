#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sys/epoll.h>
#include <vector>

#include "net/base/fd.h"
#include "net/loop/selector.h"

namespace gossamer {
namespace {

// epoll(7), edge-triggered: one system call a descriptor's life instead of one a wait.
class EpollSelector final : public Selector {
 public:
  EpollSelector() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) {
      std::perror("epoll_create1");
      std::abort();  // no descriptors at start-up: nothing can run
    }
  }

  Result<> add(int fd, IoEvents interest, void* data) override {
    return control(EPOLL_CTL_ADD, fd, interest, data);
  }
  Result<> modify(int fd, IoEvents interest, void* data) override {
    return control(EPOLL_CTL_MOD, fd, interest, data);
  }
  void remove(int fd) override { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

  std::span<const Event> select(std::optional<Duration> timeout) override {
    timespec wait{};
    if (timeout) {
      wait.tv_sec = static_cast<time_t>(timeout->count() / 1'000'000'000);
      wait.tv_nsec = static_cast<long>(timeout->count() % 1'000'000'000);
    }
    const int count =
        ::epoll_pwait2(epoll_.get(), kernel_events_.data(), static_cast<int>(kernel_events_.size()),
                       timeout ? &wait : nullptr, nullptr);
    events_.clear();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = kernel_events_[static_cast<std::size_t>(i)];
      events_.push_back({event.data.ptr, ready(event.events)});
    }
    return events_;  // empty after EINTR: the loop looks again
  }

  bool edge_triggered() const override { return true; }

 private:
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
    if (events & (EPOLLHUP | EPOLLERR)) result = result | IoEvents::read | IoEvents::write | IoEvents::hangup;
    return result;
  }

  Fd epoll_;
  std::array<epoll_event, 256> kernel_events_{};
  std::vector<Event> events_;
};

}  // namespace

std::unique_ptr<Selector> make_default_selector() { return std::make_unique<EpollSelector>(); }

}  // namespace gossamer
