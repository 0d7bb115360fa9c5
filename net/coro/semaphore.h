#pragma once

#include <cstddef>
#include <utility>

#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

// Counts permits; acquirers are served first come, first served. One loop.
class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) : available_(permits) {}

  std::size_t available() const { return available_; }

  bool try_acquire() {
    if (available_ == 0) return false;
    --available_;
    return true;
  }

  // A permit goes straight to the longest waiting acquirer, so nobody can overtake it.
  void release(std::size_t permits = 1) {
    for (; permits > 0; --permits) {
      if (Acquire* const waiter = waiting_.pop_front()) {
        waiter->wake();
      } else {
        ++available_;
      }
    }
  }

  class [[nodiscard]] Acquire final : public Waiter {
   public:
    explicit Acquire(Semaphore& semaphore) : semaphore_(semaphore) {}
    bool await_ready() { return semaphore_.try_acquire(); }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      semaphore_.waiting_.push_back(*this);
      return true;
    }
    void await_resume() const { throw_if_cancelled(); }

    Acquire* next = nullptr;
    Acquire* previous = nullptr;

   private:
    bool on_cancel() override {
      semaphore_.waiting_.remove(*this);
      return true;
    }
    Semaphore& semaphore_;
  };

  // `co_await semaphore.acquire();` then release() by hand.
  Acquire acquire() { return Acquire(*this); }

 private:
  std::size_t available_;
  WaitQueue<Acquire> waiting_;
};

// Gives an acquired permit back at the end of the scope.
class Permit {
 public:
  explicit Permit(Semaphore& semaphore) : semaphore_(&semaphore) {}
  Permit(Permit&& other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
  Permit& operator=(Permit&&) = delete;
  ~Permit() { release(); }
  void release() {
    if (Semaphore* const semaphore = std::exchange(semaphore_, nullptr)) semaphore->release();
  }

 private:
  Semaphore* semaphore_;
};

}  // namespace gossamer
