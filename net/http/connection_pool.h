#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/http/http_connection.h"

namespace gossamer {

// Idle connections by origin, for reuse. Bounded: beyond `max_idle` the one idle for longest is closed, and
// so are those idle for longer than `max_age`, looked for at every call. One loop.
class ConnectionPool {
 public:
  ConnectionPool(std::size_t max_idle, Duration max_age) : max_idle_(max_idle), max_age_(max_age) {}

  // The connection of that origin used last (the likeliest to be alive), or null. Skips and closes those that
  // the peer has closed or sent something on.
  std::unique_ptr<HttpConnection> take(const std::string& origin);
  void put(std::string origin, std::unique_ptr<HttpConnection> connection);

  // Closes the one idle for longest, to free its descriptor. False: there is none.
  bool close_oldest();

  [[nodiscard]] std::size_t idle() const { return idle_.size(); }

 private:
  struct Idle {
    std::string origin;
    std::unique_ptr<HttpConnection> connection;
    TimePoint since;
  };
  using Position = std::list<Idle>::iterator;

  void close_old();

  std::size_t max_idle_;
  Duration max_age_;
  std::list<Idle> idle_;                                              // oldest first
  std::unordered_map<std::string, std::vector<Position>> by_origin_;  // oldest first
};

}  // namespace gossamer
