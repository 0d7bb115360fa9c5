#pragma once

#include <utility>

#include "net/base/fatal.h"
#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

class Mutex;

// A held mutex, given back at the end of the scope.
class [[nodiscard]] Lock {
 public:
  Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  Lock& operator=(Lock&& other) noexcept {
    if (this != &other) {
      unlock();
      mutex_ = std::exchange(other.mutex_, nullptr);
    }
    return *this;
  }
  ~Lock() { unlock(); }

  bool held() const { return mutex_ != nullptr; }
  void unlock();

 private:
  friend class Mutex;
  friend class Condition;
  explicit Lock(Mutex& mutex) : mutex_(&mutex) {}
  Mutex* mutex_;
};

// Lets one task at a time into a part of the program that waits in its middle, first come, first served. What
// does not wait needs none: a loop runs one task at a time. One loop.
//   const Lock lock = co_await mutex.lock();
class Mutex {
 public:
  Mutex() = default;
  ~Mutex() {
    if (locked_) fatal("a Mutex died while it was locked");
  }

  bool locked() const { return locked_; }

  class [[nodiscard]] Acquire final : public Waiter {
   public:
    explicit Acquire(Mutex& mutex) : mutex_(mutex) {}
    bool await_ready() { return !std::exchange(mutex_.locked_, true); }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      mutex_.waiting_.push_back(*this);
      return true;
    }
    Lock await_resume() const {
      throw_if_cancelled();
      return Lock(mutex_);
    }

    Acquire* next = nullptr;
    Acquire* previous = nullptr;

   private:
    bool on_cancel() override {
      mutex_.waiting_.remove(*this);
      return true;
    }
    Mutex& mutex_;
  };
  Acquire lock() { return Acquire(*this); }

 private:
  friend class Lock;
  // To the one that waits longest: it stays locked on the way.
  void unlock() {
    if (Acquire* const waiter = waiting_.pop_front()) {
      waiter->wake();
    } else {
      locked_ = false;
    }
  }

  bool locked_ = false;
  WaitQueue<Acquire> waiting_;
};

inline void Lock::unlock() {
  if (Mutex* const mutex = std::exchange(mutex_, nullptr)) mutex->unlock();
}

}  // namespace gossamer
