#include "net/loop/signal_watch.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "net/base/fatal.h"

namespace gossamer {
namespace {

std::atomic<int> signal_pipe = -1;
std::atomic<void (*)(int)> first_call = nullptr;
static_assert(std::atomic<int>::is_always_lock_free, "read by a signal handler");

// The self-pipe trick: a handler may do little more than write(2).
void on_signal(int signal_number) {
  const int saved_errno = errno;
  if (auto* const call = first_call.load()) call(signal_number);
  const auto byte = static_cast<unsigned char>(signal_number);
  [[maybe_unused]] const auto written = ::write(signal_pipe, &byte, 1);
  errno = saved_errno;
}

// Gives the disposition that stood before.
struct sigaction set_handler(int signal_number, void (*handler)(int)) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal_number, &action, &before);
  return before;
}

}  // namespace

SignalWatch::SignalWatch(EventLoop& loop, std::initializer_list<int> signals,
                         std::function<void(int)> callback, void (*at_once)(int))
    : callback_(std::make_shared<std::function<void(int)>>(std::move(callback))) {
  int ends[2] = {-1, -1};
  if (signal_pipe != -1) fatal("a second SignalWatch in one process");
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) fatal("pipe2", errno);
  read_end_ = Fd(ends[0]);
  write_end_ = Fd(ends[1]);
  signal_pipe = write_end_.get();
  first_call = at_once;
  watch_ = std::make_unique<IoWatch>(loop, read_end_.get());
  on_readable();
  for (const int signal_number : signals)
    before_.emplace_back(signal_number, set_handler(signal_number, on_signal));
}

SignalWatch::~SignalWatch() {
  for (const auto& [signal_number, action] : before_) ::sigaction(signal_number, &action, nullptr);
  watch_->stop_waiting(IoEvents::read);
  signal_pipe = -1;
  first_call = nullptr;
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
