#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "net/base/fatal.h"
#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

class Semaphore;

// Acquired permits, given back at the end of the scope.
class [[nodiscard]] Permit {
 public:
  Permit(Permit&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)), permits_(other.permits_) {}
  Permit& operator=(Permit&& other) noexcept {
    if (this != &other) {
      release();
      semaphore_ = std::exchange(other.semaphore_, nullptr);
      permits_ = other.permits_;
    }
    return *this;
  }
  ~Permit() { release(); }

  void release();

 private:
  friend class Semaphore;
  Permit(Semaphore& semaphore, std::size_t permits) : semaphore_(&semaphore), permits_(permits) {}
  Semaphore* semaphore_;
  std::size_t permits_;
};

// Counts permits; acquirers are served first come, first served, whatever number each asks for. One loop.
//   const Permit permit = co_await semaphore.acquire();
class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) : available_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  ~Semaphore() {
    if (held_ != 0) fatal("a Semaphore died before a Permit of it");
  }

  std::size_t available() const { return available_; }

  // Null also when somebody waits already, who must not be overtaken.
  std::optional<Permit> try_acquire(std::size_t permits = 1) {
    if (!take(permits)) return std::nullopt;
    return Permit(*this, permits);
  }

  // Adds permits, which go straight to those who wait longest. A Permit gives back its own by itself.
  void release(std::size_t permits = 1) {
    available_ += permits;
    serve();
  }

  class [[nodiscard]] Acquire final : public Waiter {
   public:
    Acquire(Semaphore& semaphore, std::size_t permits) : semaphore_(semaphore), permits_(permits) {}
    bool await_ready() { return semaphore_.take(permits_); }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      semaphore_.waiting_.push_back(*this);
      return true;
    }
    Permit await_resume() const {
      throw_if_cancelled();
      return Permit(semaphore_, permits_);
    }

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

  // More permits than there are would wait for ever.
  Acquire acquire(std::size_t permits = 1) { return Acquire(*this, permits); }

 private:
  friend class Permit;
  bool take(std::size_t permits) {
    if (available_ < permits || !waiting_.empty()) return false;
    available_ -= permits;
    held_ += permits;
    return true;
  }
  void give_back(std::size_t permits) {
    held_ -= permits;
    release(permits);
  }
  void serve() {
    while (Acquire* const waiter = waiting_.front()) {
      if (waiter->permits_ > available_) return;
      available_ -= waiter->permits_;
      held_ += waiter->permits_;
      waiting_.remove(*waiter);
      waiter->wake();
    }
  }

  std::size_t available_;
  std::size_t held_ = 0;  // by permits, or handed to a waiter that has not resumed
  WaitQueue<Acquire> waiting_;
};

inline void Permit::release() {
  if (Semaphore* const semaphore = std::exchange(semaphore_, nullptr)) semaphore->give_back(permits_);
}

}  // namespace gossamer
