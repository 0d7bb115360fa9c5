#include "net/loop/owned_calls.h"

#include <optional>
#include <string>
#include <utility>

#include "net/base/fatal.h"
#include "net/loop/signal_watch.h"

namespace gossamer {

class OwnedCall {
 public:
  OwnedCall(EventLoop::Callback callback, EventLoop::Location from)
      : callback_(std::move(callback)), from_(from) {}
  virtual ~OwnedCall() = default;

  void make(EventLoop& loop) {
    loop.name_step(from_);
    callback_();
    wait_again();
  }
  // Ends the waiting at once, though the callback may live on while it is being made.
  virtual void stop() = 0;

 private:
  virtual void wait_again() {}

  EventLoop::Callback callback_;
  EventLoop::Location from_;
};

namespace {

class TimerCall final : public OwnedCall {
 public:
  TimerCall(OwnedCalls& calls, std::uint64_t id, EventLoop& loop, TimePoint time,
            EventLoop::Callback callback, EventLoop::Location from)
      : OwnedCall(std::move(callback), from), calls_(calls), id_(id), loop_(loop) {
    loop_.arm(timer_, time);
  }
  void stop() override { loop_.disarm(timer_); }

 private:
  OwnedCalls& calls_;
  std::uint64_t id_;
  EventLoop& loop_;
  Timer timer_{{[](void* self) {
                  const auto& call = *static_cast<TimerCall*>(self);
                  call.calls_.make(call.id_, true);
                },
                this}};
};

class IoCall final : public OwnedCall {
 public:
  IoCall(OwnedCalls& calls, std::uint64_t id, std::shared_ptr<IoWatch> watch, IoEvents direction,
         EventLoop::Callback callback, EventLoop::Location from)
      : OwnedCall(std::move(callback), from),
        calls_(calls),
        id_(id),
        watch_(std::move(watch)),
        direction_(direction) {
    IoCall::wait_again();
  }
  void stop() override {
    if (!watch_) return;
    watch_->stop_waiting(direction_);
    watch_.reset();  // the last of a descriptor unregisters it
  }

 private:
  void wait_again() override {
    if (!watch_) return;  // cancelled by its own callback
    watch_->wait(direction_, {[](void* self) {
                                // No watch may die while reports are handed out, and a callback may cancel.
                                const auto& call = *static_cast<IoCall*>(self);
                                call.watch_->loop().call_soon(
                                    [&calls = call.calls_, id = call.id_] { calls.make(id, false); });
                              },
                              this});
  }

  OwnedCalls& calls_;
  std::uint64_t id_;
  std::shared_ptr<IoWatch> watch_;
  IoEvents direction_;
};

class SignalCall final : public OwnedCall {
 public:
  SignalCall(OwnedCalls& calls, std::uint64_t id, EventLoop& loop, int signal_number,
             EventLoop::Callback callback, EventLoop::Location from)
      : OwnedCall(std::move(callback), from) {
    watch_.emplace(loop, std::initializer_list<int>{signal_number},
                   [&calls, id](int) { calls.make(id, false); });
  }
  void stop() override { watch_.reset(); }

 private:
  std::optional<SignalWatch> watch_;
};

}  // namespace

bool OwnedCalls::clear() {
  const auto calls = std::exchange(calls_, {});
  for (const auto& [id, call] : calls) call->stop();  // before a callback's end may close what they watch
  return !calls.empty();
}

void OwnedCalls::add_timer(std::uint64_t id, TimePoint time, Callback callback, Location from) {
  calls_.emplace(id, std::make_shared<TimerCall>(*this, id, loop_, time, std::move(callback), from));
}

Result<> OwnedCalls::add_io(std::uint64_t id, int fd, IoEvents direction, Callback callback, Location from) {
  Watched& watched = watched_[fd];
  std::uint64_t& former = direction == IoEvents::read ? watched.reader : watched.writer;
  if (contains(former)) {
    fatal("descriptor " + std::to_string(fd) + " has a callback for this direction already; cancel it first");
  }
  std::shared_ptr<IoWatch> watch = watched.watch.lock();
  if (!watch) {
    watch = std::make_shared<IoWatch>(loop_, fd, direction);
    if (!watch->status()) return watch->status();
    watched.watch = watch;
  }
  former = id;
  calls_.emplace(id,
                 std::make_shared<IoCall>(*this, id, std::move(watch), direction, std::move(callback), from));
  return {};
}

void OwnedCalls::add_signal(std::uint64_t id, int signal_number, Callback callback, Location from) {
  calls_.emplace(id,
                 std::make_shared<SignalCall>(*this, id, loop_, signal_number, std::move(callback), from));
}

void OwnedCalls::cancel(std::uint64_t id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  const auto call = std::move(found->second);  // its callback's destructor may cancel others
  calls_.erase(found);
  call->stop();
}

void OwnedCalls::make(std::uint64_t id, bool last) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  const std::shared_ptr<OwnedCall> call = found->second;  // it may cancel itself
  if (last) calls_.erase(found);
  call->make(loop_);
}

}  // namespace gossamer
