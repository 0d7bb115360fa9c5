#include "net/loop/event_loop.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "net/base/fatal.h"
#include "net/loop/io_watch.h"

namespace gossamer {
namespace {

thread_local EventLoop* current_loop = nullptr;

}  // namespace

EventLoop::EventLoop() : EventLoop(Options{}) {}

EventLoop::EventLoop(Options options)
    : selector_(options.selector ? std::move(options.selector) : make_default_selector()),
      clock_(options.clock ? *options.clock : Clock::steady()),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_) fatal("eventfd", errno);
  wake_watch_ = std::make_unique<IoWatch>(*this, wake_.get());
  if (!wake_watch_->status()) fatal(wake_watch_->status().error().message);
  run_posted();  // starts waiting for posts
}

EventLoop::~EventLoop() = default;

EventLoop& EventLoop::current() {
  if (!current_loop) fatal("EventLoop::current() called outside a running loop");
  return *current_loop;
}

void EventLoop::run() noexcept {
  if (std::exchange(in_run_, true)) fatal("EventLoop::run() called from within the same loop");
  EventLoop* const outer = std::exchange(current_loop, this);
  stopped_ = false;
  while (true) {
    run_ready();
    if (stopped_) break;
    wait();
  }
  current_loop = outer;
  in_run_ = false;
}

void EventLoop::run_ready() {
  // Only what is ready now: calls made meanwhile wait for the next round, so that I/O is never starved.
  running_.swap(ready_);
  for (const ReadyCall call : running_) call.function(call.argument);
  running_.clear();
}

void EventLoop::wait() {
  std::optional<Duration> timeout;
  if (!ready_.empty()) {
    timeout = Duration::zero();
  } else if (auto next = timers_.next_deadline()) {
    timeout = std::max(Duration::zero(), Duration(*next - now()));
  }
  for (const Selector::Event& event : selector_->select(timeout)) {
    static_cast<IoWatch*>(event.data)->on_ready(event.ready);
  }
  if (!timers_.empty()) {
    // A timer armed by one of these calls waits for the next round, even if it is due.
    const TimePoint time = now();
    const std::uint64_t mark = timers_.mark();
    while (auto call = timers_.pop_due(time, mark)) call->function(call->argument);
  }
}

void EventLoop::call_soon(Callback callback) noexcept {
  callbacks_.push_back(std::move(callback));
  call_soon(ReadyCall{[](void* self) { static_cast<EventLoop*>(self)->run_next_callback(); }, this});
}

void EventLoop::run_next_callback() {
  auto callback = std::move(callbacks_.front());
  callbacks_.pop_front();
  callback();
}

void EventLoop::post(Callback callback) noexcept {
  bool first = false;
  {
    const std::lock_guard lock(posted_mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(callback));
  }
  if (first) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }
}

void EventLoop::run_posted() {
  wake_watch_->take(IoEvents::read);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
  std::vector<Callback> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  wake_watch_->wait(IoEvents::read, {[](void* self) { static_cast<EventLoop*>(self)->run_posted(); }, this});
  for (Callback& callback : posted) call_soon(std::move(callback));
}

}  // namespace gossamer
