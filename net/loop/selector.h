#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "net/base/clock.h"
#include "net/base/error.h"

namespace gossamer {

// What a file descriptor can be ready for; a bit set.
enum class IoEvents : std::uint8_t { none = 0, read = 1, write = 2, hangup = 4 };
constexpr IoEvents operator|(IoEvents a, IoEvents b) {
  return static_cast<IoEvents>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr IoEvents operator&(IoEvents a, IoEvents b) {
  return static_cast<IoEvents>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr IoEvents operator~(IoEvents a) { return static_cast<IoEvents>(~static_cast<unsigned>(a) & 7U); }
constexpr bool any(IoEvents a) { return a != IoEvents::none; }

// Readiness: tells which of many file descriptors can be read or written now. The lowest layer, and the seam
// at which tests and other kernels' calls are put in. One thread.
class Selector {
 public:
  struct Event {
    void* data;      // as given to add()
    IoEvents ready;  // hangup: the peer has closed; reading will not block any more
  };

  virtual ~Selector() = default;

  // Starts watching `fd`, which must stay open until remove(). Hang-ups and errors are reported beside what
  // `interest` names; by a level-triggered selector only while `interest` is not none. Errors:
  // ErrorClass::io.
  virtual Result<> add(int fd, IoEvents interest, void* data) = 0;
  virtual Result<> modify(int fd, IoEvents interest, void* data) = 0;
  virtual void remove(int fd) = 0;

  // Waits until something is ready or `timeout` is over (nullopt: for ever; 0: only looks), never returning
  // early for a timeout. The view is valid until the next call.
  virtual std::span<const Event> select(std::optional<Duration> timeout) = 0;

  // Edge-triggered selectors report a change once, level-triggered ones for as long as it lasts.
  virtual bool edge_triggered() const = 0;
};

// The selector for this system: edge-triggered epoll.
std::unique_ptr<Selector> make_default_selector();

}  // namespace gossamer
