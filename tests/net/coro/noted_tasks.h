#pragma once

#include <exception>
#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/coro/task_handle.h"
#include "net/coro/timeout.h"

namespace gossamer {

using Log = std::vector<std::string>;

// Sleeps, and notes whether it came to its end or was cancelled.
inline Task<> sleeper(Log* log, std::string name, Duration wait) {
  try {
    co_await sleep_for(wait);
    log->push_back(name + " slept");
  } catch (const Cancelled&) {
    log->push_back(name + " cancelled");
    throw;
  }
}

// Cancels a task that does not swallow it, and waits for its clean-up.
template <class T>
Task<> cancel_and_wait(TaskHandle<T> task) {
  task.cancel();
  co_await task.wait();
  EXPECT_EQ(task.status(), TaskStatus::cancelled);
}

inline Task<> thrower(Duration wait, std::string what) {
  co_await sleep_for(wait);
  throw std::runtime_error(what);
}

// Fails, and fails again differently when it is cancelled before.
inline Task<> fails_in_its_clean_up() {
  try {
    co_await sleep_for(std::chrono::hours(1));
  } catch (const Cancelled&) {
    throw std::runtime_error("clean-up");
  }
}

// What `fn` throws, in words.
inline std::string message_of(const std::function<void()>& fn) {
  try {
    fn();
  } catch (const std::exception& error) {
    return error.what();
  } catch (const Cancelled&) {
    return "cancelled";
  }
  return "nothing";
}

}  // namespace gossamer
