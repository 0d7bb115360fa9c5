#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "net/coro/task.h"
#include "net/coro/unseen_exception.h"

namespace gossamer {

// Threads for work that blocks or takes long (SQLite, a large DOM), kept off the loop. Joined by the
// destructor after the queued work is done.
class Executor {
 public:
  explicit Executor(unsigned threads);  // at least one
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Thread-safe. `work` must not throw.
  void submit(std::move_only_function<void()> work) noexcept;

 private:
  void work_until_stopped();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Runs a function on an executor thread while the coroutine waits. A task that is cancelled before a thread
// has begun the function throws at once, and it is never run. A running function cannot be interrupted: the
// cancelled task waits for its end and only then throws.
template <class Fn>
class [[nodiscard]] ExecutorCall final : public Waiter {
 public:
  ExecutorCall(Executor& executor, Fn fn) : executor_(executor), fn_(std::move(fn)) {}
  bool await_ready() const { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) noexcept {
    if (!suspend(handle)) return false;
    taken_ = std::make_shared<std::atomic<bool>>(false);
    executor_.submit([this, taken = taken_, &home = loop()] {
      if (taken->exchange(true)) return;  // cancelled before, and gone
      try {
        if constexpr (std::is_void_v<R>) {
          fn_();
          result_.return_void();
        } else {
          result_.return_value(fn_());
        }
      } catch (...) {
        result_.unhandled_exception();
      }
      home.post([this] { wake(); });
    });
    return true;
  }
  auto await_resume() {
    if (cancelled()) report_unseen("a function on an executor whose task was cancelled", result_.exception());
    throw_if_cancelled();
    return result_.take();
  }

 private:
  using R = std::invoke_result_t<Fn&>;
  bool on_cancel() override { return !taken_->exchange(true); }
  Executor& executor_;
  Fn fn_;
  ResultSlot<R> result_;
  std::shared_ptr<std::atomic<bool>> taken_;  // by a thread that runs the function, or by the cancellation
};

// `auto rows = co_await run_in_executor(executor, [&] { return read_rows(); });` gives the function's value
// or rethrows its exception on the loop.
template <class Fn>
ExecutorCall<Fn> run_in_executor(Executor& executor, Fn fn) {
  return ExecutorCall<Fn>(executor, std::move(fn));
}

}  // namespace gossamer
