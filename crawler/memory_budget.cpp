#include "crawler/memory_budget.h"

#include <algorithm>

#include "net/loop/event_loop.h"

namespace gossamer {

Task<std::unique_ptr<MemoryBudget::Hold>> MemoryBudget::take(std::size_t bytes) {
  Waiter waiter{
      .bytes = std::min(bytes, size_), .loop = &EventLoop::current(), .wake = std::make_shared<Event>()};
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(&waiter);
    serve();
  }
  try {
    co_await waiter.wake->wait();
  } catch (...) {  // cancelled
    const std::scoped_lock lock(mutex_);
    if (waiter.granted) {
      free_ += waiter.bytes;
    } else {
      waiting_.remove(&waiter);
    }
    serve();
    throw;
  }
  co_return std::make_unique<Hold>(*this, waiter.bytes);
}

void MemoryBudget::Hold::shrink(std::size_t bytes) {
  if (bytes >= bytes_) return;
  memory_.give_back(bytes_ - bytes);
  bytes_ = bytes;
}

bool MemoryBudget::is_wanted() {
  const std::scoped_lock lock(mutex_);
  return !waiting_.empty();
}

void MemoryBudget::give_back(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  free_ += bytes;
  serve();
}

// A waiter that is told cannot leave its loop before the mutex is free again.
void MemoryBudget::serve() {
  while (!waiting_.empty() && waiting_.front()->bytes <= free_) {
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    free_ -= next.bytes;
    next.granted = true;
    next.loop->post([wake = next.wake] { wake->set(); });
  }
}

}  // namespace gossamer
