#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "net/http/http_client.h"
#include "tests/support/scripted_server.h"

namespace gossamer {

// What a client asks a server for that plays scripts, and what comes of it.

using Script = std::vector<Reply>;

struct Ask {
  std::string path = "/";
  HttpMethod method = HttpMethod::get;
  WantBody want_body{};
  Headers headers{};
  std::optional<std::size_t> truncate_body_at{};
};

struct Played {
  std::vector<Result<FetchResponse>> responses;
  std::vector<FetchProgress> progress;  // one for each response
  std::vector<std::string> requests;    // as the server got them
  std::size_t connections = 0;
  Duration elapsed{};  // by the fake clock
};

// That may reach this machine.
HttpClientOptions local_options();

// Fetches in turn from a scripted server, on a clock that jumps.
Played play(std::vector<Script> scripts, std::vector<Ask> asks = {{}},
            HttpClientOptions options = local_options());

// "decode/decode: gzip body: ..."
std::string error_of(const Result<FetchResponse>& response);

inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace gossamer
