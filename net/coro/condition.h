#pragma once

#include <exception>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/mutex.h"
#include "net/coro/shield.h"

namespace gossamer {

// Tasks wait here, without the lock they hold, until another tells them that something has changed. Longest
// waiting first. One loop.
class Condition {
 public:
  void notify_one() {
    if (Notified* const waiter = waiting_.pop_front()) waiter->wake();
  }
  void notify_all() {
    while (Notified* const waiter = waiting_.pop_front()) waiter->wake();
  }

  // Gives the lock up, waits to be notified, and holds the lock again when it returns; also when it throws
  // Cancelled, which therefore may take until the lock is free.
  Task<> wait(Lock& lock) {
    if (!lock.held()) fatal("Condition::wait() with a Lock that is not held");
    Mutex& mutex = *lock.mutex_;
    lock.unlock();
    bool cancelled = false;
    try {
      co_await Notified(*this);
    } catch (const Cancelled&) {
      cancelled = true;
    }
    co_await shield(lock_again(lock, mutex));
    if (cancelled) throw Cancelled{};
  }
  // Until `predicate()` holds, which is asked under the lock.
  template <class Predicate>
  Task<> wait(Lock& lock, Predicate predicate) {
    while (!predicate()) co_await wait(lock);
  }

 private:
  class Notified final : public Waiter {
   public:
    explicit Notified(Condition& condition) : condition_(condition) {}
    bool await_ready() const { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      condition_.waiting_.push_back(*this);
      return true;
    }
    void await_resume() const { throw_if_cancelled(); }

    Notified* next = nullptr;
    Notified* previous = nullptr;

   private:
    bool on_cancel() override {
      condition_.waiting_.remove(*this);
      return true;
    }
    Condition& condition_;
  };

  static Task<> lock_again(Lock& lock, Mutex& mutex) { lock = co_await mutex.lock(); }

  WaitQueue<Notified> waiting_;
};

}  // namespace gossamer
