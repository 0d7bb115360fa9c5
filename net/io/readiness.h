#pragma once

#include "net/coro/cancellation.h"
#include "net/loop/io_watch.h"

namespace gossamer {

// `if (!co_await Readiness(watch, IoEvents::read, deadline))`: waits until the descriptor is reported ready;
// false when the deadline passes first. The report is taken: try the system call, and wait again if it would
// block.
class [[nodiscard]] Readiness final : public Waiter {
 public:
  Readiness(IoWatch& watch, IoEvents direction, Deadline deadline)
      : watch_(watch), direction_(direction), deadline_(deadline) {}

  bool await_ready() { return watch_.take(direction_); }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) {
    if (!suspend(handle)) return false;
    watch_.wait(direction_, {[](void* self) { static_cast<Readiness*>(self)->on_report(); }, this});
    loop().arm(timer_, deadline_);
    return true;
  }
  bool await_resume() const {
    throw_if_cancelled();
    return !timed_out_;
  }

 private:
  void on_report() {
    watch_.take(direction_);
    loop().disarm(timer_);
    wake();
  }
  void on_deadline() {
    timed_out_ = true;
    watch_.stop_waiting(direction_);
    wake();
  }
  bool on_cancel() override {
    watch_.stop_waiting(direction_);
    loop().disarm(timer_);
    return true;
  }

  IoWatch& watch_;
  IoEvents direction_;
  Deadline deadline_;
  bool timed_out_ = false;
  Timer timer_{{[](void* self) { static_cast<Readiness*>(self)->on_deadline(); }, this}};
};

}  // namespace gossamer
