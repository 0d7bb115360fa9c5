#pragma once

#include <cstddef>

#include "net/base/fatal.h"
#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

// Holds tasks until a number of them has come, then lets them all go on and is as new. One that is cancelled
// while it waits does not count any more. One loop.
class Barrier {
 public:
  explicit Barrier(std::size_t parties) : parties_(parties) {
    if (parties == 0) fatal("a Barrier of no parties would never hold or open");
  }

  std::size_t parties() const { return parties_; }
  std::size_t waiting() const { return waiting_count_; }

  class [[nodiscard]] Wait final : public Waiter {
   public:
    explicit Wait(Barrier& barrier) : barrier_(barrier) {}
    bool await_ready() {
      if (barrier_.waiting_count_ + 1 < barrier_.parties_) return false;
      place_ = barrier_.open();
      return true;
    }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      barrier_.waiting_.push_back(*this);
      ++barrier_.waiting_count_;
      return true;
    }
    std::size_t await_resume() const {
      throw_if_cancelled();
      return place_;
    }

    Wait* next = nullptr;
    Wait* previous = nullptr;

   private:
    friend class Barrier;
    bool on_cancel() override {
      barrier_.waiting_.remove(*this);
      --barrier_.waiting_count_;
      return true;
    }
    Barrier& barrier_;
    std::size_t place_ = 0;
  };

  // `co_await barrier.wait()` gives the place in the order of arrival, 0 to parties - 1: one of the tasks may
  // do what is to be done once.
  Wait wait() { return Wait(*this); }

 private:
  // Gives the place of the last one.
  std::size_t open() {
    std::size_t place = 0;
    while (Wait* const waiter = waiting_.pop_front()) {
      waiter->place_ = place++;
      waiter->wake();
    }
    waiting_count_ = 0;
    return place;
  }

  std::size_t parties_;
  std::size_t waiting_count_ = 0;
  WaitQueue<Wait> waiting_;
};

}  // namespace gossamer
