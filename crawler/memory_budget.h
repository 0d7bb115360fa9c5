#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

#include "net/coro/event.h"
#include "net/coro/task.h"

namespace gossamer {

// Memory that pages in flight share: who needs a lot of it for one page, its body or its items, waits here,
// first come, first served. Any thread; outlives its holds. Who has a hold must not wait here for another.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : size_(bytes), free_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Bytes taken, given back at the end of its life.
  class Hold {
   public:
    Hold(MemoryBudget& memory, std::size_t bytes) : memory_(memory), bytes_(bytes) {}
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { memory_.give_back(bytes_); }
    void shrink(std::size_t bytes);  // to that many, if it has more

   private:
    MemoryBudget& memory_;
    std::size_t bytes_;
  };

  std::size_t size() const { return size_; }
  bool is_wanted();  // somebody waits

  // Waits for `bytes`; more than all there are count as all.
  Task<std::unique_ptr<Hold>> take(std::size_t bytes);

 private:
  struct Waiter {
    std::size_t bytes;
    EventLoop* loop;
    std::shared_ptr<Event> wake;  // that loop's
    bool granted = false;
  };

  void give_back(std::size_t bytes);
  void serve();  // mutex_ is held

  const std::size_t size_;
  std::mutex mutex_;  // guards the rest
  std::size_t free_;
  std::list<Waiter*> waiting_;
};

// What a page holds until it is dropped or committed.
struct PageHolds {
  std::shared_ptr<MemoryBudget::Hold> body;     // a large one
  std::shared_ptr<MemoryBudget::Hold> items;    // many, of plugins
  std::shared_ptr<MemoryBudget::Hold> outputs;  // many, of a spider
};

}  // namespace gossamer
