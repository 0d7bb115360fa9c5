#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

#include "net/coro/event.h"
#include "net/coro/task.h"

namespace gossamer {

// What large bodies in flight may take in all, of all workers: who wants to read one waits here for its
// bytes, first come, first served. Any thread; outlives its holds.
class BodyMemory {
 public:
  explicit BodyMemory(std::size_t bytes) : size_(bytes), free_(bytes) {}
  BodyMemory(const BodyMemory&) = delete;
  BodyMemory& operator=(const BodyMemory&) = delete;

  // Bytes taken, given back at the end of its life.
  class Hold {
   public:
    Hold(BodyMemory& memory, std::size_t bytes) : memory_(memory), bytes_(bytes) {}
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { memory_.give_back(bytes_); }
    void shrink(std::size_t bytes);  // to that many, if it has more

   private:
    BodyMemory& memory_;
    std::size_t bytes_;
  };

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

}  // namespace gossamer
