#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "net/loop/io_watch.h"

namespace gossamer {

class OwnedCall;

// The callbacks that a loop owns for call_at(), on_readable(), on_writable() and on_signal(), by the id in
// their handle: each is a callback together with the Timer, IoWatch or SignalWatch that it waits for.
class OwnedCalls {
 public:
  using Callback = EventLoop::Callback;
  using Location = EventLoop::Location;

  explicit OwnedCalls(EventLoop& loop) : loop_(loop) {}
  OwnedCalls(const OwnedCalls&) = delete;
  OwnedCalls& operator=(const OwnedCalls&) = delete;

  void add_timer(std::uint64_t id, TimePoint time, Callback callback, Location from);
  Result<> add_io(std::uint64_t id, int fd, IoEvents direction, Callback callback, Location from);
  void add_signal(std::uint64_t id, int signal_number, Callback callback, Location from);

  bool contains(std::uint64_t id) const { return calls_.contains(id); }
  void cancel(std::uint64_t id);
  // Cancels all there are now; whether there were any. Their callbacks' destructors may add others.
  bool clear();

  // Makes the call, unless it was cancelled meanwhile; `last`: and forgets it.
  void make(std::uint64_t id, bool last);

 private:
  struct Watched {
    std::weak_ptr<IoWatch> watch;  // shared by both directions
    std::uint64_t reader = 0;      // the calls, if they are still there
    std::uint64_t writer = 0;
  };

  EventLoop& loop_;
  std::unordered_map<std::uint64_t, std::shared_ptr<OwnedCall>> calls_;
  std::unordered_map<int, Watched> watched_;  // by descriptor
};

}  // namespace gossamer
