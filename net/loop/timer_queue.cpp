#include "net/loop/timer_queue.h"

#include "net/base/live_objects.h"

namespace gossamer {

void TimerQueue::arm(Timer& timer, TimePoint deadline) {
  const Entry entry{deadline, sequence_++, &timer};
  if (!timer.armed()) {
    heap_.push_back(entry);
    count_live(LiveKind::armed_timer, 1);
    sift_up(heap_.size() - 1, entry);
  } else {
    sift(timer.index_, entry);
  }
}

void TimerQueue::disarm(Timer& timer) {
  if (timer.armed()) remove_at(timer.index_);
}

std::optional<TimePoint> TimerQueue::next_deadline() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().deadline;
}

std::optional<ReadyCall> TimerQueue::pop_due(TimePoint now, std::uint64_t mark) {
  if (heap_.empty() || heap_.front().deadline > now || heap_.front().sequence >= mark) return std::nullopt;
  const ReadyCall call = heap_.front().timer->call_;
  remove_at(0);
  return call;
}

void TimerQueue::place(std::size_t index, const Entry& entry) {
  heap_[index] = entry;
  entry.timer->index_ = index;
}

void TimerQueue::sift_up(std::size_t index, const Entry& entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / 4;
    if (!(entry < heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void TimerQueue::sift_down(std::size_t index, const Entry& entry) {
  while (true) {
    const std::size_t first = index * 4 + 1;
    if (first >= heap_.size()) break;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < first + 4 && child < heap_.size(); ++child) {
      if (heap_[child] < heap_[least]) least = child;
    }
    if (!(heap_[least] < entry)) break;
    place(index, heap_[least]);
    index = least;
  }
  place(index, entry);
}

void TimerQueue::sift(std::size_t index, const Entry& entry) {
  if (index > 0 && entry < heap_[(index - 1) / 4]) {
    sift_up(index, entry);
  } else {
    sift_down(index, entry);
  }
}

void TimerQueue::remove_at(std::size_t index) {
  heap_[index].timer->index_ = Timer::kNotArmed;
  count_live(LiveKind::armed_timer, -1);
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  sift(index, last);
}

}  // namespace gossamer
