#pragma once

#include <array>
#include <sys/epoll.h>
#include <vector>

#include "net/base/fd.h"
#include "net/loop/selector.h"

namespace gossamer {

// epoll(7): the kernel keeps the descriptors and gives only those that are ready. Edge-triggered it takes one
// system call in a descriptor's life instead of one whenever what is waited for changes.
class EpollSelector final : public Selector {
 public:
  EpollSelector();

  Result<> register_fd(int fd, IoEvents interest, void* data) override;
  Result<> modify(int fd, IoEvents interest, void* data) override;
  void unregister(int fd) override;
  std::span<const Event> select(std::optional<Duration> timeout) override;
  bool supports_edge() const override { return true; }

 private:
  int wait_nanoseconds(std::optional<Duration> timeout);
  int wait_milliseconds(std::optional<Duration> timeout);

  static constexpr int kMaxEvents = 256;
  Fd epoll_;
  bool has_pwait2_ = true;
  std::array<epoll_event, kMaxEvents> kernel_events_{};
  std::vector<Event> events_;
};

}  // namespace gossamer
