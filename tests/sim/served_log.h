#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "net/base/error.h"

namespace gossamer::sim {

// One request as a server saw it. Times are nanoseconds of one clock.
struct Served {
  static constexpr std::uint32_t kRobots = 0xffffffff;   // in `url`
  static constexpr std::uint32_t kUnknown = 0xfffffffe;  // in `url`: no such page; in `host`: no such host

  std::int64_t start = 0;  // the request was there
  std::int64_t end = 0;    // the last byte of the answer was given away, or the client had gone
  std::uint32_t host = kUnknown;
  std::uint32_t address = 0;
  std::uint32_t url = kUnknown;
  std::uint32_t retry_after = 0;  // seconds
  std::uint32_t status = 0;
};

// The log of all servers, in a file without a name: it takes no memory of the crawl beside it. Thread-safe.
class ServedLog {
 public:
  ServedLog();
  void add(const Served& served);
  // All of it, by start. add() may not follow.
  std::vector<Served> read();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace gossamer::sim
