#pragma once

#include "net/base/fatal.h"

namespace gossamer {

// An intrusive FIFO of waiting coroutines: T has members `T* next` and `T* previous`. Nothing is owned.
template <class T>
class WaitQueue {
 public:
  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  ~WaitQueue() {
    if (first_) fatal("a channel, an event, a mutex, a task or the like died while a task waited for it");
  }

  bool empty() const { return first_ == nullptr; }
  T* front() const { return first_; }

  void push_back(T& item) {
    item.next = nullptr;
    item.previous = last_;
    (last_ ? last_->next : first_) = &item;
    last_ = &item;
  }

  T* pop_front() {
    T* const item = first_;
    if (item) remove(*item);
    return item;
  }

  void remove(T& item) {
    (item.previous ? item.previous->next : first_) = item.next;
    (item.next ? item.next->previous : last_) = item.previous;
    item.next = item.previous = nullptr;
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace gossamer
