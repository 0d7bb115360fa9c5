#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/base/clock.h"
#include "net/base/error.h"
#include "net/coro/task.h"
#include "net/io/address.h"

namespace gossamer {

// DNS over c-ares, its sockets and timers driven by the current loop (no thread of its own). Answers are kept
// for their TTL in a bounded cache, and questions for a name that is being asked are not asked again. One
// loop; must outlive the lookups that wait for it.
class Resolver {
 public:
  struct Options {
    std::string server;  // "ADDR" or "ADDR:PORT"; "" = the system's resolv.conf
    std::size_t cache_entries = 10'000;
    Duration minimum_ttl = std::chrono::seconds(1);
    Duration maximum_ttl = std::chrono::hours(1);
    Duration failure_ttl = std::chrono::seconds(30);  // how long "no such name" is believed
  };

  // Errors: ErrorClass::invalid_input for a server that is no address.
  static Result<std::unique_ptr<Resolver>> create(Options options);
  ~Resolver();

  // The addresses of `host` (a name, or an address in text, which is not looked up), at least one, in the
  // order to try them. Errors: dns, timeout; phase dns.
  Task<Result<std::vector<IpAddress>>> resolve(std::string host, Deadline deadline);

 private:
  class State;
  explicit Resolver(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace gossamer
