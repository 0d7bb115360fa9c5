#include "tests/support/poll_selector.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <vector>

namespace gossamer {
namespace {

class PollSelector final : public Selector {
 public:
  Result<> add(int fd, IoEvents interest, void* data) override {
    if (find(fd) != watched_.end()) return fail(ErrorClass::io, errno_message("add", EEXIST));
    watched_.push_back({fd, interest, data});
    return {};
  }
  Result<> modify(int fd, IoEvents interest, void* data) override {
    const auto found = find(fd);
    if (found == watched_.end()) return fail(ErrorClass::io, errno_message("modify", ENOENT));
    *found = {fd, interest, data};
    return {};
  }
  void remove(int fd) override {
    if (const auto found = find(fd); found != watched_.end()) watched_.erase(found);
  }

  std::span<const Event> select(std::optional<Duration> timeout) override {
    polled_.clear();
    for (const Watched& watched : watched_) {
      short events = 0;
      if (any(watched.interest & IoEvents::read)) events |= POLLIN | POLLRDHUP;
      if (any(watched.interest & IoEvents::write)) events |= POLLOUT;
      polled_.push_back({events == 0 ? -1 : watched.fd, events, 0});
    }
    timespec wait{};
    if (timeout) {
      wait.tv_sec = static_cast<time_t>(timeout->count() / 1'000'000'000);
      wait.tv_nsec = static_cast<long>(timeout->count() % 1'000'000'000);
    }
    events_.clear();
    if (::ppoll(polled_.data(), polled_.size(), timeout ? &wait : nullptr, nullptr) <= 0) return events_;
    for (std::size_t i = 0; i < polled_.size(); ++i) {
      if (polled_[i].revents != 0) events_.push_back({watched_[i].data, ready(polled_[i].revents)});
    }
    return events_;
  }

  bool edge_triggered() const override { return false; }

 private:
  struct Watched {
    int fd;
    IoEvents interest;
    void* data;
  };
  std::vector<Watched>::iterator find(int fd) {
    return std::find_if(watched_.begin(), watched_.end(), [fd](const Watched& w) { return w.fd == fd; });
  }

  static IoEvents ready(short events) {
    IoEvents result = IoEvents::none;
    if (events & POLLIN) result = result | IoEvents::read;
    if (events & POLLOUT) result = result | IoEvents::write;
    if (events & (POLLRDHUP | POLLHUP)) result = result | IoEvents::read | IoEvents::hangup;
    if (events & (POLLHUP | POLLERR)) result = result | IoEvents::read | IoEvents::write;
    return result;
  }

  std::vector<Watched> watched_;
  std::vector<pollfd> polled_;
  std::vector<Event> events_;
};

}  // namespace

std::unique_ptr<Selector> make_poll_selector() { return std::make_unique<PollSelector>(); }

}  // namespace gossamer
