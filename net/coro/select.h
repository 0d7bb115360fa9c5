#pragma once

#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "net/coro/channel.h"

namespace gossamer {

// Receives from whichever of several channels has a value first; of those that have one, from the first
// named. A value is taken from one channel only, also when the task is cancelled. See select().
template <class... T>
class [[nodiscard]] Select final : public SelectWaiter {
 public:
  explicit Select(Channel<T>&... channels) : arms_(channels...) {
    each_arm([this](auto& arm) { arm.selection_ = this; });
  }

  bool await_ready() {
    bool has_value = false;
    each_arm([&](auto& arm) {
      if (!has_value) has_value = arm.await_ready() && arm.value_;
    });
    return has_value || all_closed();
  }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) {
    if (!suspend(handle)) return false;
    each_arm([](auto& arm) {
      if (!arm.channel_.closed()) arm.channel_.receivers_.push_back(arm);
    });
    return true;
  }
  std::optional<std::variant<T...>> await_resume() {
    throw_if_cancelled();
    return value(std::index_sequence_for<T...>());
  }

 private:
  template <class Fn>
  void each_arm(Fn fn) {
    std::apply([&](auto&... arm) { (fn(arm), ...); }, arms_);
  }
  bool all_closed() {
    bool closed = true;
    each_arm([&](auto& arm) { closed = closed && arm.channel_.closed(); });
    return closed;
  }

  void arm_ended(const void* ended) override {
    bool has_value = false;
    each_arm([&](auto& arm) { has_value = has_value || arm.value_; });
    if (ended_ || (!has_value && !all_closed())) return;
    ended_ = true;
    leave_lines(ended);
    wake();
  }
  // An arm stands in its channel's line as long as that is open.
  void leave_lines(const void* except) {
    each_arm([&](auto& arm) {
      if (&arm != except && !arm.channel_.closed()) arm.channel_.receivers_.remove(arm);
    });
  }
  bool on_cancel() override {
    leave_lines(nullptr);
    return true;
  }

  template <std::size_t... I>
  std::optional<std::variant<T...>> value(std::index_sequence<I...>) {
    std::optional<std::variant<T...>> taken;
    const auto take = [&]<std::size_t N>(std::integral_constant<std::size_t, N>) {
      auto& arm = std::get<N>(arms_);
      if (arm.value_) taken.emplace(std::in_place_index<N>, *std::move(arm.value_));
    };
    (take(std::integral_constant<std::size_t, I>()), ...);
    return taken;
  }

  std::tuple<typename Channel<T>::Receive...> arms_;
  bool ended_ = false;
};

// `while (auto value = co_await select(pages, commands))`: the next value of any of the channels, as a
// variant whose index() says which; nullopt when all are closed and drained.
template <class... T>
Select<T...> select(Channel<T>&... channels) {
  return Select<T...>(channels...);
}

}  // namespace gossamer
