#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http/connection_pool.h"
#include "net/http/connector.h"
#include "net/http/http_connection.h"
#include "net/http/url.h"

namespace gossamer {

inline constexpr std::string_view kDefaultUserAgent = "gossamer/0.1";

struct HttpClientOptions {
  std::string user_agent{kDefaultUserAgent};
  Headers headers{};  // of every request; a field of the request itself goes before one of the same name here
  HttpTimeouts timeouts{};
  std::size_t max_body = 32 << 20;  // bytes of a decoded body
  std::size_t max_idle_connections = 256;
  std::chrono::seconds idle_timeout{60};

  bool allow_private = false;  // loopback, private and other addresses that are not public
  bool insecure = false;       // certificates are not verified
  std::string ca_file{};       // PEM, trusted beside the system's
  std::string dns_server{};    // ADDR or ADDR:PORT; "" = the system's
  std::vector<ResolveOverride> resolve_overrides{};
  MakeTransport transport{};  // in place of DNS and TCP; empty: those
};

struct FetchRequest {
  Url url;  // http or https
  HttpMethod method = HttpMethod::get;
  Headers headers{};
  WantBody want_body{};  // called at the headers; false cuts the body off. Empty: always wanted
  // In place of max_body: a longer body is no error, but ends there, and the connection with it.
  std::optional<std::size_t> truncate_body_at{};
  // Called while the body comes, for one that is used as it comes. What it takes counts neither for max_body
  // nor for large_body, so that the length alone neither ends the fetch nor makes it wait.
  TakeBody take_body{};
  // A body that its Content-Length says is longer than this, or that decoded turns out to be, is read on only
  // when admit_large_body(), called with the most it may have, has returned; that is at most once. Until then
  // at most this much of a body is held, and what one read of the connection gave. The wait counts against no
  // timeout but the server's.
  std::size_t large_body = std::string::npos;
  AdmitBody admit_large_body{};       // empty: never waits
  FetchProgress* progress = nullptr;  // filled as the fetch goes on; must outlive it
};

// Fetches over HTTP/1.1 with kept-alive connections. One request, one response: redirects are the caller's.
// One loop; must outlive its fetches. How many run at once is the caller's to bound.
class HttpClient {
 public:
  // On the loop that will use it. Errors: invalid_input for options that cannot be used.
  static Result<std::unique_ptr<HttpClient>> create(HttpClientOptions options);

  // Errors carry the ledger's class and the phase, and a message with the server's address; `refused` where
  // an address is not allowed, invalid_input for a request that cannot be made. A request that fails on a
  // reused connection before the first byte of an answer is made once more on a new one (RFC 9112
  // section 9.3.1).
  Task<Result<FetchResponse>> fetch(FetchRequest request);

  // The addresses that a fetch of `url` would try, in that order, at least one: of the resolve overrides, the
  // resolver's cache or the DNS; without those that are not allowed. Errors: dns, timeout, refused,
  // invalid_input.
  Task<Result<std::vector<IpAddress>>> resolve(Url url);

  [[nodiscard]] const HttpClientOptions& options() const { return options_; }
  [[nodiscard]] std::size_t idle_connections() const { return pool_.idle(); }

 private:
  HttpClient(HttpClientOptions options, std::unique_ptr<Connector> connector);

  Task<Result<std::unique_ptr<HttpConnection>>> connect(const Url* url, Deadline deadline,
                                                        FetchProgress* progress);
  [[nodiscard]] Result<std::string> request_bytes(const FetchRequest& request) const;

  HttpClientOptions options_;
  std::unique_ptr<Connector> connector_;
  ConnectionPool pool_;
  Headers default_fields_;  // of a request that has none of these names
};

}  // namespace gossamer
