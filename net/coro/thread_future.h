#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/coro/task_group.h"
#include "net/coro/unseen_exception.h"

namespace gossamer {

// The task that run_coroutine_threadsafe() started, as another thread sees it. Dropping it does not end the
// task; an exception that nobody gets is then reported.
template <class T>
class ThreadFuture {
 public:
  ThreadFuture(ThreadFuture&&) noexcept = default;
  ThreadFuture& operator=(ThreadFuture&&) = delete;
  ~ThreadFuture() {
    if (future_.valid()) state_->leave();
  }

  // Blocks this thread until the task has ended; gives its value or rethrows, Cancelled too. Once.
  T get() {
    check_not_taken();
    return future_.get();
  }
  // Whether it has ended, before get().
  bool wait_for(Duration time) const {
    check_not_taken();
    return future_.wait_for(time) == std::future_status::ready;
  }
  // Cancels the task; get() tells what came of that. No effect once the task has ended, when its loop may be
  // gone.
  void cancel() { State::cancel(state_); }

 private:
  template <class Fn, class... Args>
    requires(Owning<Args> && ...) && GivesTask<Fn, std::decay_t<Args>...>
  friend auto run_coroutine_threadsafe(TaskGroup& group, Fn fn, Args&&... args);

  struct State {
    explicit State(EventLoop& home) : loop(home) {}
    EventLoop& loop;
    std::promise<T> promise;
    std::optional<TaskHandle<>> task;  // loop thread

    static void cancel(const std::shared_ptr<State>& state) {
      const std::lock_guard lock(state->mutex);
      if (!state->ended) state->loop.post([state] { state->task->cancel(); });
    }
    // No more posts; called by the task before its loop can end.
    void end() {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    void fail(std::exception_ptr error) {
      end();
      promise.set_exception(error);
      const std::lock_guard lock(mutex);
      exception = std::move(error);
      if (left) report();
    }
    void leave() {
      const std::lock_guard lock(mutex);
      left = true;
      report();
    }

   private:
    void report() { report_unseen("a task of run_coroutine_threadsafe()", exception); }
    std::mutex mutex;
    std::exception_ptr exception;
    bool ended = false;
    bool left = false;  // nobody will get() what comes
  };

  explicit ThreadFuture(EventLoop& loop)
      : state_(std::make_shared<State>(loop)), future_(state_->promise.get_future()) {}

  template <class Fn, class... Args>
  static Task<> run(std::shared_ptr<State> state, Fn fn, Args... args) {
    try {
      if constexpr (std::is_void_v<T>) {
        co_await std::invoke(std::move(fn), std::move(args)...);
        state->end();
        state->promise.set_value();
      } else {
        T value = co_await std::invoke(std::move(fn), std::move(args)...);
        state->end();
        state->promise.set_value(std::move(value));
      }
    } catch (...) {  // Cancelled too: it is told to whoever waits there
      state->fail(std::current_exception());
    }
  }

  void check_not_taken() const {
    if (!future_.valid()) fatal("the result of a ThreadFuture was taken already");
  }

  std::shared_ptr<State> state_;
  std::future<T> future_;
};

// Starts `fn(args...)`, which gives a Task, in a group on another thread's loop, as create_task() does there.
// The group must be open until the task has ended. What the task throws goes to the future, not to the group.
template <class Fn, class... Args>
  requires(Owning<Args> && ...) && GivesTask<Fn, std::decay_t<Args>...>
auto run_coroutine_threadsafe(TaskGroup& group, Fn fn, Args&&... args) {
  using Promise = typename std::invoke_result_t<Fn, std::decay_t<Args>...>::promise_type;
  using Future = ThreadFuture<decltype(std::declval<Promise&>().take())>;
  Future future(group.loop());
  group.loop().post([&group, state = future.state_, fn = std::move(fn),
                     ... args = std::decay_t<Args>(std::forward<Args>(args))]() mutable {
    state->task.emplace(group.create_task(&Future::template run<Fn, std::decay_t<Args>...>, state,
                                          std::move(fn), std::move(args)...));
  });
  return future;
}

}  // namespace gossamer
