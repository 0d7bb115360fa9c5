#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "net/http/transport.h"
#include "tests/sim/served_log.h"
#include "tests/sim/web.h"

namespace gossamer::sim {

// The servers of a web, in memory: below an HttpClient they answer with the bytes that a server would send,
// after a time that a server would need, by the clock of the client's loop. Must outlive its transports.
// Thread-safe.
class SimNetwork {
 public:
  SimNetwork(const Web& web, ServedLog& log) : web_(web), log_(log) {}

  std::unique_ptr<Transport> transport();

  static IpAddress address(std::uint32_t number);
  // CPU time that the servers took, all but their timers: they make answers, copy them, and write the log.
  std::chrono::nanoseconds cpu_time() const { return std::chrono::nanoseconds(cpu_time_); }

 private:
  // What a thread does while it lives is the servers' work.
  class Work {
   public:
    explicit Work(SimNetwork& network);
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    ~Work();

   private:
    SimNetwork& network_;
    std::int64_t start_;
  };
  friend class SimTransport;
  friend class SimStream;

  int count_attempt(UrlIndex url);

  const Web& web_;
  ServedLog& log_;
  std::mutex mutex_;
  std::unordered_map<UrlIndex, int> attempts_;  // of busy pages
  std::atomic<std::int64_t> cpu_time_ = 0;      // nanoseconds
};

}  // namespace gossamer::sim
