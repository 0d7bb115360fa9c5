#pragma once

#include <sys/select.h>
#include <vector>

#include "net/loop/selector.h"

namespace gossamer {

// select(2): the oldest way, everywhere there. Each call hands the whole sets to the kernel and back, and
// only descriptors below FD_SETSIZE (1024) fit into them: registering one beyond is an error. It cannot tell
// a hang-up from data: the next read does.
class SelectSelector final : public Selector {
 public:
  SelectSelector();

  Result<> register_fd(int fd, IoEvents interest, void* data) override;
  Result<> modify(int fd, IoEvents interest, void* data) override;
  void unregister(int fd) override;
  std::span<const Event> select(std::optional<Duration> timeout) override;

 private:
  struct Registered {
    bool is = false;
    void* data = nullptr;
  };
  bool is_registered(int fd) const;
  void set(int fd, IoEvents interest, void* data);

  std::vector<Registered> registered_;  // by descriptor, up to the highest ever registered
  fd_set readers_;
  fd_set writers_;
  std::vector<Event> events_;
};

}  // namespace gossamer
