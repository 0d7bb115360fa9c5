#include "tests/support/fake_clock.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace gossamer {
namespace {

class JumpingSelector final : public Selector {
 public:
  JumpingSelector(std::unique_ptr<Selector> real, FakeClock& clock, Duration settle)
      : real_(std::move(real)), clock_(clock), settle_(settle) {}

  Result<> register_fd(int fd, IoEvents interest, void* data) override {
    return real_->register_fd(fd, interest, data);
  }
  Result<> modify(int fd, IoEvents interest, void* data) override {
    return real_->modify(fd, interest, data);
  }
  void unregister(int fd) override { real_->unregister(fd); }
  bool supports_edge() const override { return real_->supports_edge(); }

  std::span<const Event> select(std::optional<Duration> timeout) override {
    if (timeout == Duration::zero()) return real_->select(timeout);
    const auto events = look_for(timeout ? settle_ : kNothingWillCome);
    if (!events.empty()) return events;
    if (!timeout) {
      std::fputs("FakeClock: no timer is armed and nothing became ready in a minute\n", stderr);
      std::abort();
    }
    clock_.advance(*timeout);
    clock_.count_jump();
    return {};
  }

 private:
  static constexpr Duration kNothingWillCome = std::chrono::minutes(1);

  // select() may come back early from a signal.
  std::span<const Event> look_for(Duration real_time) {
    const TimePoint end = Clock::steady().now() + real_time;
    while (true) {
      const auto events = real_->select(real_time);
      if (!events.empty()) return events;
      real_time = end - Clock::steady().now();
      if (real_time <= Duration::zero()) return {};
    }
  }

  std::unique_ptr<Selector> real_;
  FakeClock& clock_;
  Duration settle_;
};

}  // namespace

EventLoop::Options FakeClock::loop_options(std::unique_ptr<Selector> selector) {
  if (!selector) selector = make_default_selector();
  return {.selector = std::make_unique<JumpingSelector>(std::move(selector), *this, settle_), .clock = this};
}

}  // namespace gossamer
