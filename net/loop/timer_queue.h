#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "net/base/clock.h"
#include "net/base/fatal.h"
#include "net/loop/ready_call.h"

namespace gossamer {

// One timer, owned by whoever waits. It may be armed in one TimerQueue at a time and must be disarmed before
// it dies (EventLoop::disarm).
class Timer {
 public:
  explicit Timer(ReadyCall call) : call_(call) {}
  ~Timer() {
    if (armed()) fatal("a Timer died while it was armed");
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool armed() const { return index_ != kNotArmed; }

 private:
  friend class TimerQueue;
  static constexpr std::size_t kNotArmed = static_cast<std::size_t>(-1);
  ReadyCall call_;
  std::size_t index_ = kNotArmed;  // in the heap
};

// Timers ordered by deadline: a 4-ary heap that knows where each timer stands, so that disarming one (most
// deadlines never come) costs no search. One thread.
class TimerQueue {
 public:
  void arm(Timer& timer, TimePoint deadline);  // re-arms if armed
  void disarm(Timer& timer);                   // no effect if not armed
  std::optional<TimePoint> next_deadline() const;
  // Takes the earliest timer out of the queue if it is due at `now` and was armed before `mark`.
  std::optional<ReadyCall> pop_due(TimePoint now, std::uint64_t mark);
  // Everything armed from here on is after the mark.
  std::uint64_t mark() const { return sequence_; }
  bool empty() const { return heap_.empty(); }

 private:
  struct Entry {
    TimePoint deadline;
    std::uint64_t sequence;  // equal deadlines fire in the order they were armed
    Timer* timer;
    bool operator<(const Entry& other) const {
      return deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence;
    }
  };
  void place(std::size_t index, const Entry& entry);
  void sift_up(std::size_t index, const Entry& entry);
  void sift_down(std::size_t index, const Entry& entry);
  void sift(std::size_t index, const Entry& entry);  // either way
  void remove_at(std::size_t index);

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace gossamer
