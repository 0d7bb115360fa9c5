#include "net/loop/io_watch.h"

#include <utility>

namespace gossamer {

IoWatch::IoWatch(EventLoop& loop, int fd) : loop_(loop), fd_(fd) {
  // Edge-triggered: both directions for the descriptor's whole life. Level-triggered: only what is waited
  // for.
  interest_ = loop.selector().edge_triggered() ? IoEvents::read | IoEvents::write : IoEvents::read;
  status_ = loop.selector().add(fd, interest_, this);
  added_ = status_.has_value();
}

IoWatch::~IoWatch() {
  if (added_) loop_.selector().remove(fd_);
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
  if (interest == interest_ || loop_.selector().edge_triggered()) return;
  interest_ = interest;
  status_ = loop_.selector().modify(fd_, interest, this);
}

}  // namespace gossamer
