#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "net/coro/event.h"
#include "net/coro/task_group.h"
#include "net/coro/unseen_exception.h"

namespace gossamer {

template <class Fn>
class RemoteCall;

// An event loop on a thread of its own, for tasks that other loops have run there. The destructor cancels
// what still runs there and joins it; no call may be under way then.
class LoopThread {
 public:
  LoopThread();
  ~LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  EventLoop& loop() { return loop_; }
  // Of the tasks that run there; for run_coroutine_threadsafe(), from any thread. To be used otherwise on
  // that thread only.
  TaskGroup& group() { return *group_; }

  // `auto value = co_await thread.call(fn)`: runs `fn()`, which gives a Task, on the thread's loop while the
  // caller waits on its own; gives the value or rethrows the exception here. The caller's cancellation
  // cancels the task there, and is thrown when that has ended. `fn` and the result move between the threads.
  template <std::invocable Fn>
  RemoteCall<Fn> call(Fn fn) {
    return RemoteCall<Fn>(*this, std::move(fn));
  }

 private:
  template <class Fn>
  friend class RemoteCall;

  EventLoop loop_;
  Event closing_;               // of the thread, as group_
  TaskGroup* group_ = nullptr;  // set before the constructor returns
  std::thread thread_;
};

template <class Fn>
class [[nodiscard]] RemoteCall final : public Waiter {
 public:
  RemoteCall(LoopThread& thread, Fn fn) : thread_(thread), fn_(std::move(fn)) {}
  bool await_ready() const { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) {
    if (!suspend(handle)) return false;
    task_ = std::make_shared<std::optional<TaskHandle<>>>();
    thread_.loop_.post([this, task = task_, home = &loop()] {
      task->emplace(thread_.group_->create_task(&RemoteCall::run, this, home));
    });
    return true;
  }
  auto await_resume() {
    if (cancelled()) report_unseen("a call to another loop whose task was cancelled", result_.exception());
    throw_if_cancelled();
    return result_.take();
  }

 private:
  using R = decltype(std::declval<typename std::invoke_result_t<Fn&>::promise_type&>().take());

  static Task<> run(RemoteCall* call, EventLoop* home) {
    try {
      co_await detail::store_in(call->result_, call->fn_());
    } catch (...) {  // Cancelled too: it is the caller's to throw
      call->result_.unhandled_exception();
    }
    home->post([call] { call->wake(); });
  }

  bool on_cancel() override {
    // By then the call may be over and gone; its task's state is not.
    thread_.loop_.post([task = task_] { (*task)->cancel(); });
    return false;
  }

  LoopThread& thread_;
  Fn fn_;
  ResultSlot<R> result_;
  std::shared_ptr<std::optional<TaskHandle<>>> task_;  // set and used by the other thread
};

}  // namespace gossamer
