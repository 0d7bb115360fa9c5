#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "net/base/error.h"
#include "net/http/http_client.h"

namespace CLI {
class App;
}

namespace gossamer {

// The flags of every command that takes a URL, as written.
struct NetworkFlags {
  std::string user_agent{kDefaultUserAgent};
  std::chrono::milliseconds timeout{30'000};  // for each phase; see HttpTimeouts::of
  std::uint64_t max_body = 32 << 20;          // decoded bytes
  bool allow_private = false;
  std::vector<std::string> resolve;  // HOST:PORT:ADDR
  std::string dns;                   // ADDR or ADDR:PORT
  std::string cacert;                // a file
  bool insecure = false;
  std::vector<std::string> header;  // "NAME: VALUE"

  bool operator==(const NetworkFlags&) const = default;
};

// Adds the flags to `app`; `flags` must live until it has parsed.
void add_network_flags(CLI::App& app, NetworkFlags& flags);

// Errors: invalid_input, naming the flag and what would be right.
[[nodiscard]] Result<HttpClientOptions> client_options(const NetworkFlags& flags);

}  // namespace gossamer
