#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

// A bounded queue from tasks on any loops to one task at a time on another. As Channel: `co_await
// channel.send(v)` waits while it is full, `while (auto v = co_await channel.receive())` ends when it is
// closed and drained, and a value that send() took is not lost. The receiver takes all that is queued at once
// and is woken once for it, so under load a value costs a lock and no wake-up; up to twice the capacity is
// under way. A capacity of 0 is taken as 1. Must outlive the tasks that wait.
template <class T>
class ThreadChannel {
 public:
  explicit ThreadChannel(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}
  ~ThreadChannel() {
    if (receiver_) fatal("a ThreadChannel died while a task waited for it");
  }
  ThreadChannel(const ThreadChannel&) = delete;
  ThreadChannel& operator=(const ThreadChannel&) = delete;

  // No more sends; the receiver gets what is queued and then nullopt. Waiting senders are told false. Any
  // thread.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    while (Send* const sender = senders_.pop_front()) sender->finish(false);
    wake_receiver();
  }

  // False if full or closed; `value` is then untouched. Any thread, also one without a loop.
  bool try_send(T& value) {
    const std::lock_guard lock(mutex_);
    return push(value);
  }

  class [[nodiscard]] Send final : public Waiter {
   public:
    Send(ThreadChannel& channel, T value) : channel_(channel), value_(std::move(value)) {}
    bool await_ready() const { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      const std::lock_guard lock(channel_.mutex_);
      finished_ = channel_.closed_;
      if (finished_) return false;
      finished_ = sent_ = channel_.push(value_);
      if (finished_ || !suspend(handle)) return false;
      channel_.senders_.push_back(*this);
      return true;
    }
    // False: the channel is closed and the value was not sent.
    bool await_resume() const {
      if (!finished_) throw_if_cancelled();
      return sent_;
    }

    Send* next = nullptr;
    Send* previous = nullptr;

   private:
    friend class ThreadChannel;
    // Out of the queue, under the lock.
    void finish(bool sent) {
      finished_ = true;
      sent_ = sent;
      loop().post([this] { wake(); });
    }
    bool on_cancel() override {
      const std::lock_guard lock(channel_.mutex_);
      if (finished_) return false;  // it is being woken
      channel_.senders_.remove(*this);
      return true;
    }
    ThreadChannel& channel_;
    T value_;
    bool finished_ = false;
    bool sent_ = false;
  };

  class [[nodiscard]] Receive final : public Waiter {
   public:
    explicit Receive(ThreadChannel& channel) : channel_(channel) {}
    bool await_ready() const { return !channel_.taken_.empty(); }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      const std::lock_guard lock(channel_.mutex_);
      if (channel_.receiver_) fatal("a ThreadChannel has two receivers");
      channel_.take_all();
      if (!channel_.taken_.empty() || channel_.closed_ || !suspend(handle)) return false;
      channel_.receiver_ = this;
      return true;
    }
    std::optional<T> await_resume() {
      if (channel_.taken_.empty()) {  // and so it is, if it waited
        const std::lock_guard lock(channel_.mutex_);
        if (channel_.receiver_ == this) channel_.receiver_ = nullptr;
        if (!cancelled()) channel_.take_all();
      }
      throw_if_cancelled();
      if (channel_.taken_.empty()) return std::nullopt;
      std::optional<T> value(std::move(channel_.taken_.front()));
      channel_.taken_.pop_front();
      return value;
    }

   private:
    friend class ThreadChannel;
    void post_wake() {
      loop().post([this] { wake(); });
    }
    bool on_cancel() override {
      const std::lock_guard lock(channel_.mutex_);
      if (woken_) return false;
      channel_.receiver_ = nullptr;
      return true;
    }
    ThreadChannel& channel_;
    bool woken_ = false;
  };

  Send send(T value) { return Send(*this, std::move(value)); }
  // By one task at a time, always on the same loop.
  Receive receive() { return Receive(*this); }

 private:
  // These need the lock.
  bool push(T& value) {
    if (closed_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(value));
    wake_receiver();
    return true;
  }
  void wake_receiver() {
    if (receiver_ && !std::exchange(receiver_->woken_, true)) receiver_->post_wake();
  }
  void take_all() {
    queue_.swap(taken_);  // which is empty
    while (queue_.size() < capacity_) {
      Send* const sender = senders_.pop_front();
      if (!sender) return;
      queue_.push_back(std::move(sender->value_));
      sender->finish(true);
    }
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  bool closed_ = false;
  std::deque<T> queue_;
  WaitQueue<Send> senders_;      // only while the queue is full
  Receive* receiver_ = nullptr;  // until it has resumed, so that no second one comes between
  std::deque<T> taken_;          // by the receiver; its loop only
};

}  // namespace gossamer
