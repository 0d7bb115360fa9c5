#include "net/loop/signal_watch.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include "net/base/fatal.h"

namespace gossamer {
namespace {

// Who wants to know of a signal.
struct Slot {
  std::atomic<int> pipe = -1;
  std::atomic<void (*)(int)> at_once = nullptr;
};
std::array<Slot, NSIG> slots;  // by signal
static_assert(std::atomic<int>::is_always_lock_free, "read by a signal handler");

// The self-pipe trick: a handler may do little more than write(2).
void handle(int signal_number) {
  const int saved_errno = errno;
  const Slot& slot = slots[static_cast<std::size_t>(signal_number)];
  if (auto* const call = slot.at_once.load()) call(signal_number);
  const auto byte = static_cast<unsigned char>(signal_number);
  [[maybe_unused]] const auto written = ::write(slot.pipe, &byte, 1);
  errno = saved_errno;
}

// Gives the disposition that stood before; nothing if there is no such signal, or it cannot be handled.
std::optional<struct sigaction> set_handler(int signal_number, void (*handler)(int)) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (::sigaction(signal_number, &action, &before) != 0) return std::nullopt;
  return before;
}

[[noreturn]] void cannot_be_watched(int signal_number) {
  fatal("signal " + std::to_string(signal_number) + " cannot be watched");
}

}  // namespace

SignalWatch::SignalWatch(EventLoop& loop, std::initializer_list<int> signals,
                         std::function<void(int)> callback, void (*at_once)(int))
    : callback_(std::make_shared<std::function<void(int)>>(std::move(callback))) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) fatal("pipe2", errno);
  read_end_ = Fd(ends[0]);
  write_end_ = Fd(ends[1]);
  watch_ = std::make_unique<IoWatch>(loop, read_end_.get());
  if (!watch_->status()) fatal("signals cannot be watched: " + watch_->status().error().message);
  on_readable();
  for (const int signal_number : signals) {
    if (signal_number < 1 || signal_number >= NSIG) cannot_be_watched(signal_number);
    Slot& slot = slots[static_cast<std::size_t>(signal_number)];
    if (slot.pipe.exchange(write_end_.get()) != -1) {
      fatal("signal " + std::to_string(signal_number) + " has a SignalWatch already");
    }
    slot.at_once = at_once;
    const auto before = set_handler(signal_number, handle);
    if (!before) cannot_be_watched(signal_number);
    before_.emplace_back(signal_number, *before);
  }
}

SignalWatch::~SignalWatch() {
  for (const auto& [signal_number, action] : before_) {
    ::sigaction(signal_number, &action, nullptr);
    Slot& slot = slots[static_cast<std::size_t>(signal_number)];
    slot.pipe = -1;
    slot.at_once = nullptr;
  }
  watch_->stop_waiting(IoEvents::read);
}

void SignalWatch::on_readable() {
  watch_->take(IoEvents::read);
  unsigned char byte = 0;
  while (::read(read_end_.get(), &byte, 1) == 1) {
    watch_->loop().call_soon([weak = std::weak_ptr(callback_), signal_number = int{byte}] {
      if (const auto callback = weak.lock()) (*callback)(signal_number);
    });
  }
  watch_->wait(IoEvents::read, {[](void* self) { static_cast<SignalWatch*>(self)->on_readable(); }, this});
}

}  // namespace gossamer
