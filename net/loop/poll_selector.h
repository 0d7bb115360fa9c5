#pragma once

#include <cstddef>
#include <poll.h>
#include <vector>

#include "net/loop/selector.h"

namespace gossamer {

// poll(2): a list instead of select's sets, so any descriptor will do; but the kernel still goes through all
// of them at each call.
class PollSelector final : public Selector {
 public:
  Result<> register_fd(int fd, IoEvents interest, void* data) override;
  Result<> modify(int fd, IoEvents interest, void* data) override;
  void unregister(int fd) override;
  std::span<const Event> select(std::optional<Duration> timeout) override;

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t place(int fd) const;  // in polled_ and data_
  void set(std::size_t place, int fd, IoEvents interest, void* data);

  std::vector<pollfd> polled_;
  std::vector<void*> data_;
  std::vector<int> registered_;  // the descriptor of each place: poll() is given -1 for one without interest
  std::vector<std::size_t> places_;  // by descriptor
  std::vector<Event> events_;
};

}  // namespace gossamer
