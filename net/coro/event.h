#pragma once

#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

// A flag that tasks wait for: `co_await event.wait()` returns at once while it is set. One loop.
class Event {
 public:
  bool is_set() const { return set_; }
  void clear() { set_ = false; }

  // Wakes all that wait.
  void set() {
    set_ = true;
    while (Wait* const waiter = waiting_.pop_front()) waiter->wake();
  }

  class [[nodiscard]] Wait final : public Waiter {
   public:
    explicit Wait(Event& event) : event_(event) {}
    bool await_ready() const { return event_.set_; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      event_.waiting_.push_back(*this);
      return true;
    }
    void await_resume() const { throw_if_cancelled(); }

    Wait* next = nullptr;
    Wait* previous = nullptr;

   private:
    bool on_cancel() override {
      event_.waiting_.remove(*this);
      return true;
    }
    Event& event_;
  };

  Wait wait() { return Wait(*this); }

 private:
  bool set_ = false;
  WaitQueue<Wait> waiting_;
};

}  // namespace gossamer
