#include "net/loop/io_watch.h"

#include <string>
#include <utility>

#include "net/base/fatal.h"

namespace gossamer {

IoWatch::IoWatch(EventLoop& loop, int fd)
    : IoWatch(loop, fd,
              loop.selector().supports_edge() ? IoEvents::read | IoEvents::write | IoEvents::edge
                                              : IoEvents::read) {}

IoWatch::IoWatch(EventLoop& loop, int fd, IoEvents interest)
    : loop_(loop),
      fd_(fd),
      interest_(interest),
      status_(loop.selector().register_fd(fd, interest, this)),
      registered_(status_.has_value()) {}

IoWatch::~IoWatch() {
  if (registered_) loop_.selector().unregister(fd_);
}

void IoWatch::wait(IoEvents direction, ReadyCall call) {
  waiter(direction) = call;
  set_interest(interest_ | direction);
}

void IoWatch::stop_waiting(IoEvents direction) { waiter(direction) = {}; }

void IoWatch::on_ready(IoEvents ready) {
  ready_ = ready_ | ready;
  for (const IoEvents direction : {IoEvents::read, IoEvents::write}) {
    if (!any(ready & direction)) continue;
    if (const ReadyCall call = std::exchange(waiter(direction), {}); call.function) {
      call.function(call.argument);
    } else {
      set_interest(interest_ & ~direction);  // level-triggered: nobody waits, so do not be told again
    }
  }
}

void IoWatch::set_interest(IoEvents interest) {
  if (interest == interest_ || any(interest_ & IoEvents::edge)) return;
  interest_ = interest;
  // Only a lack of memory: the loop's bookkeeping does not survive that.
  if (const auto changed = loop_.selector().modify(fd_, interest, this); !changed) {
    fatal("descriptor " + std::to_string(fd_) + " cannot be watched any more: " + changed.error().message);
  }
}

}  // namespace gossamer
