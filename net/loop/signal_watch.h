#pragma once

#include <csignal>
#include <functional>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "net/base/fd.h"
#include "net/loop/io_watch.h"

namespace gossamer {

// Delivers signals on the loop: `callback(signal_number)` runs there for each signal received. At the end the
// handlers that stood before are put back and nothing more is delivered; the callback may destroy the watch.
// `at_once`, if given, is called first, in the signal handler itself, where little is allowed
// (signal-safety(7)): for what must happen though the loop is busy. One SignalWatch a signal and process at a
// time; create and destroy it on the loop's thread. A signal that cannot be handled (SIGKILL, no such number)
// is a broken invariant, and so is a pipe that the loop's selector cannot watch.
class SignalWatch {
 public:
  SignalWatch(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int)> callback,
              void (*at_once)(int) = nullptr);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void on_readable();

  std::vector<std::pair<int, struct sigaction>> before_;  // by signal
  std::shared_ptr<std::function<void(int)>> callback_;
  Fd read_end_;
  Fd write_end_;
  std::unique_ptr<IoWatch> watch_;
};

}  // namespace gossamer
