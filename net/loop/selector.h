#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "net/base/clock.h"
#include "net/base/error.h"

namespace gossamer {

// What a file descriptor can be ready for; a bit set. `edge` is only asked for, never reported: as EPOLLET.
enum class IoEvents : std::uint8_t { none = 0, read = 1, write = 2, hangup = 4, edge = 8 };
constexpr IoEvents operator|(IoEvents a, IoEvents b) {
  return static_cast<IoEvents>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr IoEvents operator&(IoEvents a, IoEvents b) {
  return static_cast<IoEvents>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr IoEvents operator~(IoEvents a) { return static_cast<IoEvents>(~static_cast<unsigned>(a) & 15U); }
constexpr bool any(IoEvents a) { return a != IoEvents::none; }

// Readiness: tells which of many file descriptors can be read or written now. The lowest layer, and the seam
// at which tests and other kernels' calls are put in. One thread.
//
// It is level-triggered: what is ready is reported for as long as it is, as by select(2) and poll(2). Where
// supports_edge(), `interest` may hold IoEvents::edge: then only a change to ready is reported, once.
class Selector {
 public:
  struct Event {
    void* data;      // as given to register_fd()
    IoEvents ready;  // hangup: the peer has closed; reading will not block any more
  };

  virtual ~Selector() = default;

  // Starts watching `fd`, which must stay open until unregister(); `data` comes back with each of its events.
  // Hang-ups and errors are reported beside what `interest` names, and only while it names something. Errors:
  // ErrorClass::io, for what this selector cannot watch. A descriptor that is registered already is a broken
  // invariant, and so is one that is not registered in modify() and unregister().
  virtual Result<> register_fd(int fd, IoEvents interest, void* data) = 0;
  virtual Result<> modify(int fd, IoEvents interest, void* data) = 0;
  virtual void unregister(int fd) = 0;

  // Waits until something is ready or `timeout` is over (nullopt: for ever; 0 or less: only looks), never
  // returning early for a timeout; empty also after a signal. The view is valid until the next call.
  virtual std::span<const Event> select(std::optional<Duration> timeout) = 0;

  virtual bool supports_edge() const { return false; }

 protected:
  [[noreturn]] static void registered_twice(int fd);
  [[noreturn]] static void not_registered(int fd);
};

enum class SelectorKind : std::uint8_t { select, poll, epoll };
inline constexpr std::array kSelectorKinds{SelectorKind::select, SelectorKind::poll, SelectorKind::epoll};

std::string_view to_string(SelectorKind kind);
// "select", "poll" or "epoll", as an option of a program names it. Errors: invalid_input.
Result<SelectorKind> parse_selector_kind(std::string_view name);

std::unique_ptr<Selector> make_selector(SelectorKind kind);
// The best of this system: epoll.
std::unique_ptr<Selector> make_default_selector();

}  // namespace gossamer
