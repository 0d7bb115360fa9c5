#pragma once

#include "net/loop/event_loop.h"

namespace gossamer {

// One file descriptor's readiness on one loop: remembers each direction's last report until it is taken, and
// makes one call a direction when a report comes. Rule for users: while take() is true, try the system call;
// only when it is false, wait() for the next report. The descriptor must outlive the watch. Loop thread only.
class IoWatch {
 public:
  // Edge-triggered where the selector can, with both directions registered for the descriptor's whole life;
  // else level-triggered, for what is waited for.
  IoWatch(EventLoop& loop, int fd);
  // As `interest` says, for a caller that does not always read or write until the call would block.
  IoWatch(EventLoop& loop, int fd, IoEvents interest);
  ~IoWatch();
  IoWatch(const IoWatch&) = delete;
  IoWatch& operator=(const IoWatch&) = delete;

  // Why the descriptor cannot be watched, if so (out of memory, a regular file, beyond what select() takes).
  const Result<>& status() const { return status_; }

  // True if `direction` may be ready; the next take() is false until a new report. After a hang-up that the
  // selector can tell (not select()) reading stays ready for ever: it ends the stream and never blocks.
  bool take(IoEvents direction) {
    const bool was = any(ready_ & direction);
    if (direction == IoEvents::write || !any(ready_ & IoEvents::hangup)) ready_ = ready_ & ~direction;
    return was;
  }
  // Marks `direction` as worth another try, for a caller that stopped before the call would have blocked.
  void put_back(IoEvents direction) { ready_ = ready_ | direction; }

  // `call` is made once, by the loop itself, at the next report for `direction`. One waiter a direction.
  // While the loop hands out reports no watch may die, so the call only queues work: it wakes a task or uses
  // call_soon().
  void wait(IoEvents direction, ReadyCall call);
  void stop_waiting(IoEvents direction);

  EventLoop& loop() const { return loop_; }
  int fd() const { return fd_; }

 private:
  friend class EventLoop;
  void on_ready(IoEvents ready);
  ReadyCall& waiter(IoEvents direction) { return direction == IoEvents::read ? reader_ : writer_; }
  void set_interest(IoEvents interest);

  EventLoop& loop_;
  int fd_;
  IoEvents ready_ = IoEvents::none;
  IoEvents interest_;
  ReadyCall reader_;
  ReadyCall writer_;
  Result<> status_;
  bool registered_;
};

}  // namespace gossamer
