#include "net/loop/event_loop.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "net/base/fatal.h"
#include "net/base/live_objects.h"
#include "net/loop/io_watch.h"
#include "net/loop/owned_calls.h"

namespace gossamer {
namespace {

// Calls made before the selector and the timers are looked at again: a look is a system call, several times
// the price of a call, and must not come so late that I/O starves.
constexpr std::size_t kCallsBetweenLooks = 64;

thread_local EventLoop* current_loop = nullptr;

#ifndef NDEBUG
void report_long_step(Duration took, const std::source_location& step) {
  std::fprintf(stderr, "gossamer: the loop stood still for %lld ms in a call of %s (%s:%u)\n",
               static_cast<long long>(took / std::chrono::milliseconds(1)),
               step.line() == 0 ? "no name" : step.function_name(), step.file_name(), step.line());
}
#endif

// In a catch block.
[[noreturn]] void callback_threw(const std::source_location& step) {
  std::string line = "a callback threw an exception: ";
  try {
    throw;
  } catch (const std::exception& error) {
    line += error.what();
  } catch (...) {
    line += "one that is no std::exception";
  }
  if (step.line() != 0) {
    line += std::string(" (") + step.function_name() + ", " + step.file_name() + ":" +
            std::to_string(step.line()) + ")";
  }
  fatal(line);
}

}  // namespace

EventLoop::EventLoop() : EventLoop(Options{}) {}

EventLoop::EventLoop(Options options)
    : selector_(options.selector ? std::move(options.selector) : make_default_selector()),
      clock_(options.clock ? *options.clock : Clock::steady()),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      owned_(std::make_unique<OwnedCalls>(*this)) {
  count_live(LiveKind::loop, 1);
  if (!wake_) fatal("eventfd", errno);
  wake_watch_ = std::make_unique<IoWatch>(*this, wake_.get());
  if (!wake_watch_->status()) fatal(wake_watch_->status().error().message);
  run_posted();  // starts waiting for posts
}

EventLoop::~EventLoop() {
  // While all members live, for a callback's end may cancel other callbacks or queue new ones.
  while (drop_callbacks()) {
  }
  count_live(LiveKind::loop, -1);
}

bool EventLoop::drop_callbacks() {
  std::vector<std::pair<Callback, Location>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  const auto queued = std::exchange(callbacks_, {});
  const bool owned = owned_->clear();
  return owned || !posted.empty() || !queued.empty();
}

EventLoop& EventLoop::current() {
  if (!current_loop) fatal("EventLoop::current() called outside a running loop");
  return *current_loop;
}

void EventLoop::run_forever() noexcept {
  if (runner_.exchange(std::this_thread::get_id()) != std::thread::id()) {
    fatal("EventLoop::run_forever() called from within the same loop");
  }
  EventLoop* const outer = std::exchange(current_loop, this);
  stopped_ = false;
  while (true) {
    for (std::size_t calls = 0; calls < kCallsBetweenLooks && !stopped_;) {
      calls += run_ready();
      if (ready_.empty()) break;
    }
    if (stopped_) break;
    wait();
  }
  current_loop = outer;
  runner_ = std::thread::id();
}

void EventLoop::wrong_thread() {
  fatal("a loop was used from another thread than the one that runs it; use post()");
}

std::size_t EventLoop::run_ready() {
  // Only what is ready now: calls made meanwhile wait for the next round.
  running_.swap(ready_);
  for (const ReadyCall call : running_) make(call);
  const std::size_t calls = running_.size();
  running_.clear();
  return calls;
}

void EventLoop::wait() {
  std::optional<Duration> timeout;
  if (!ready_.empty()) {
    timeout = Duration::zero();
  } else if (auto next = timers_.next_deadline()) {
    const TimePoint time = now();
    timeout = *next <= time ? Duration::zero() : Duration(*next - time);
  }
  for (const Selector::Event& event : selector_->select(timeout)) {
    static_cast<IoWatch*>(event.data)->on_ready(event.ready);
  }
  if (!timers_.empty()) {
    // A timer armed by one of these calls waits for the next round, even if it is due.
    const TimePoint time = now();
    const std::uint64_t mark = timers_.mark();
    while (auto call = timers_.pop_due(time, mark)) make(*call);
  }
}

void EventLoop::make(ReadyCall call) {
#ifndef NDEBUG
  step_ = {};
  const TimePoint start = now();
#endif
  try {
    call.function(call.argument);
  } catch (...) {
    callback_threw(step_);
  }
#ifndef NDEBUG
  if (const Duration took = now() - start; took > kLongStep && reports_long_steps)
    report_long_step(took, step_);
#endif
}

CallHandle EventLoop::call_soon(Callback callback, Location from) noexcept {
  callbacks_.push_back({++last_id_, std::move(callback), from});
  call_soon(ReadyCall{[](void* self) { static_cast<EventLoop*>(self)->run_next_callback(); }, this});
  return {*this, last_id_};
}

void EventLoop::run_next_callback() {
  QueuedCallback next = std::move(callbacks_.front());
  callbacks_.pop_front();
  if (!next.callback) return;  // cancelled
  name_step(next.from);
  next.callback();
}

CallHandle EventLoop::call_later(Duration delay, Callback callback, Location from) noexcept {
  return call_at(deadline_after(now(), delay), std::move(callback), from);
}

CallHandle EventLoop::call_at(TimePoint time, Callback callback, Location from) noexcept {
  owned_->add_timer(++last_id_, time, std::move(callback), from);
  return {*this, last_id_};
}

Result<CallHandle> EventLoop::on_readable(int fd, Callback callback, Location from) noexcept {
  const auto added = owned_->add_io(++last_id_, fd, IoEvents::read, std::move(callback), from);
  if (!added) return std::unexpected(added.error());
  return CallHandle{*this, last_id_};
}

Result<CallHandle> EventLoop::on_writable(int fd, Callback callback, Location from) noexcept {
  const auto added = owned_->add_io(++last_id_, fd, IoEvents::write, std::move(callback), from);
  if (!added) return std::unexpected(added.error());
  return CallHandle{*this, last_id_};
}

CallHandle EventLoop::on_signal(int signal_number, Callback callback, Location from) noexcept {
  owned_->add_signal(++last_id_, signal_number, std::move(callback), from);
  return {*this, last_id_};
}

EventLoop::QueuedCallback* EventLoop::find_queued(std::uint64_t id) {
  const auto found = std::ranges::lower_bound(callbacks_, id, {}, &QueuedCallback::id);
  return found != callbacks_.end() && found->id == id && found->callback ? &*found : nullptr;
}

void CallHandle::cancel() {
  loop_->check_thread();
  if (EventLoop::QueuedCallback* const queued = loop_->find_queued(id_)) {
    // Empty before it is destroyed: its end may come here again.
    const EventLoop::Callback gone = std::exchange(queued->callback, nullptr);
  } else {
    loop_->owned_->cancel(id_);
  }
}

bool CallHandle::active() const { return loop_->find_queued(id_) || loop_->owned_->contains(id_); }

void EventLoop::post(Callback callback, Location from) noexcept {
  bool first = false;
  {
    const std::lock_guard lock(posted_mutex_);
    first = posted_.empty();
    posted_.emplace_back(std::move(callback), from);
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
  std::vector<std::pair<Callback, Location>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  wake_watch_->wait(IoEvents::read, {[](void* self) { static_cast<EventLoop*>(self)->run_posted(); }, this});
  for (auto& [callback, from] : posted) call_soon(std::move(callback), from);
}

}  // namespace gossamer
