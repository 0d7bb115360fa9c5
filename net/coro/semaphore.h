#pragma once

#include <cstddef>
#include <utility>

#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

// Counts permits; acquirers are served first come, first served, whatever number each asks for. One loop.
class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) : available_(permits) {}

  std::size_t available() const { return available_; }

  // False also when somebody waits already, who must not be overtaken.
  bool try_acquire(std::size_t permits = 1) {
    if (available_ < permits || !waiting_.empty()) return false;
    available_ -= permits;
    return true;
  }

  // Permits go straight to those who wait longest.
  void release(std::size_t permits = 1) {
    available_ += permits;
    serve();
  }

  class [[nodiscard]] Acquire final : public Waiter {
   public:
    Acquire(Semaphore& semaphore, std::size_t permits) : semaphore_(semaphore), permits_(permits) {}
    bool await_ready() { return semaphore_.try_acquire(permits_); }
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
    friend class Semaphore;
    bool on_cancel() override {
      semaphore_.waiting_.remove(*this);
      semaphore_.serve();  // who stood behind may ask for fewer
      return true;
    }
    Semaphore& semaphore_;
    std::size_t permits_;
  };

  // `co_await semaphore.acquire();` then release() by hand. More permits than there are would wait for ever.
  Acquire acquire(std::size_t permits = 1) { return Acquire(*this, permits); }

 private:
  void serve() {
    while (Acquire* const waiter = waiting_.front()) {
      if (waiter->permits_ > available_) return;
      available_ -= waiter->permits_;
      waiting_.remove(*waiter);
      waiter->wake();
    }
  }

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
