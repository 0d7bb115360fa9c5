#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "net/coro/cancellation.h"
#include "net/coro/wait_queue.h"

namespace gossamer {

// A task that waits at several channels at once (select.h).
class SelectWaiter : public Waiter {
 public:
  // The channel of this arm has given it a value, or was closed.
  virtual void arm_ended(const void* arm) = 0;

 protected:
  ~SelectWaiter() = default;
};

// A bounded queue between tasks of one loop, any number of senders and receivers. `co_await channel.send(v)`
// waits while it is full; `while (auto v = co_await channel.receive())` ends when it is closed and drained. A
// value that send() took is never lost: a cancelled receiver takes none, a cancelled sender's value is not in
// the channel. It holds one value at least: a capacity of 0 is taken as 1.
template <class T>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  std::size_t size() const { return queue_.size(); }
  std::size_t capacity() const { return capacity_; }
  bool closed() const { return closed_; }

  // No more sends; receivers get what is queued and then nullopt. Waiting senders are told false.
  void close() {
    closed_ = true;
    while (Send* const sender = senders_.pop_front()) sender->finish(false);
    while (Receive* const receiver = receivers_.pop_front()) receiver->finish();
  }

  // False if full or closed; `value` is then untouched.
  bool try_send(T& value) {
    if (closed_) return false;
    if (Receive* const receiver = receivers_.pop_front()) {
      receiver->value_.emplace(std::move(value));
      receiver->finish();
      return true;
    }
    if (queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(value));
    return true;
  }

  std::optional<T> try_receive() {
    if (queue_.empty()) return std::nullopt;
    std::optional<T> value(std::move(queue_.front()));
    queue_.pop_front();
    if (Send* const sender = senders_.pop_front()) {
      queue_.push_back(std::move(sender->value_));
      sender->finish(true);
    }
    return value;
  }

  class [[nodiscard]] Send final : public Waiter {
   public:
    Send(Channel& channel, T value) : channel_(channel), value_(std::move(value)) {}
    bool await_ready() {
      sent_ = channel_.try_send(value_);
      return sent_ || channel_.closed_;
    }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      channel_.senders_.push_back(*this);
      return true;
    }
    // False: the channel is closed and the value was not sent.
    bool await_resume() const {
      throw_if_cancelled();
      return sent_;
    }

    Send* next = nullptr;
    Send* previous = nullptr;

   private:
    friend class Channel;
    void finish(bool sent) {
      sent_ = sent;
      wake();
    }
    bool on_cancel() override {
      channel_.senders_.remove(*this);
      return true;
    }
    Channel& channel_;
    T value_;
    bool sent_ = false;
  };

  class [[nodiscard]] Receive final : public Waiter {
   public:
    explicit Receive(Channel& channel) : channel_(channel) {}
    bool await_ready() {
      value_ = channel_.try_receive();
      return value_.has_value() || channel_.closed_;
    }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> handle) {
      if (!suspend(handle)) return false;
      channel_.receivers_.push_back(*this);
      return true;
    }
    std::optional<T> await_resume() {
      throw_if_cancelled();
      return std::move(value_);
    }

    Receive* next = nullptr;
    Receive* previous = nullptr;

   private:
    friend class Channel;
    template <class...>
    friend class Select;
    void finish() {
      if (selection_) [[unlikely]]
        selection_->arm_ended(this);
      else
        wake();
    }
    bool on_cancel() override {
      channel_.receivers_.remove(*this);
      return true;
    }
    Channel& channel_;
    std::optional<T> value_;
    SelectWaiter* selection_ = nullptr;  // of which this is an arm, if any
  };

  Send send(T value) { return Send(*this, std::move(value)); }
  Receive receive() { return Receive(*this); }

 private:
  template <class...>
  friend class Select;

  std::size_t capacity_;
  bool closed_ = false;
  std::deque<T> queue_;
  WaitQueue<Send> senders_;       // only while the queue is full
  WaitQueue<Receive> receivers_;  // only while it is empty
};

}  // namespace gossamer
