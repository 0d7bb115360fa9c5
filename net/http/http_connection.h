#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/http/http1_request.h"
#include "net/http/http1_response_parser.h"
#include "net/http/message.h"
#include "net/http/url.h"
#include "net/io/stream.h"

namespace gossamer {

// How long each phase of a request may take. Every one also ends with `total`, which is what stops a server
// that keeps sending, but too slowly.
struct HttpTimeouts {
  std::chrono::milliseconds dns{30'000};
  std::chrono::milliseconds connect{30'000};
  std::chrono::milliseconds tls{30'000};
  std::chrono::milliseconds send{30'000};
  std::chrono::milliseconds headers{30'000};    // until the response headers are complete
  std::chrono::milliseconds body_idle{30'000};  // without a byte of the body
  std::chrono::milliseconds total{120'000};     // the whole request

  // Each phase `phase`, the whole four times that.
  static HttpTimeouts of(std::chrono::milliseconds phase) {
    return {phase, phase, phase, phase, phase, phase, 4 * phase};
  }
};

// What the phases of a request took; zero for those it did not go through (a reused connection).
struct FetchTimings {
  Duration dns{};
  Duration connect{};
  Duration tls{};
  Duration send{};
  Duration headers{};  // from the request's last byte to the end of the response headers
  Duration body{};
  Duration held{};  // of the wait in FetchRequest::admit_large_body; in no other of these times
  Duration total{};
};

struct FetchResponse {
  int status = 0;
  HttpVersion version = HttpVersion::http_1_1;
  std::string reason;
  Headers headers;
  std::string body;              // content codings undone; what FetchRequest::take_body left of it
  bool body_complete = false;    // false: it was not wanted, or was cut off
  std::string address;           // "192.0.2.1:443"
  std::uint64_t wire_bytes = 0;  // received for this response, headers included, before decoding
  FetchTimings timings;
  bool reused_connection = false;
};

// What has come of a fetch so far, also of one that fails.
struct FetchProgress {
  Phase phase = Phase::none;  // dns to body: what it waits for, since `since`
  TimePoint since{};
  bool held = false;    // it waits in FetchRequest::admit_large_body
  std::string address;  // "" until connected
  int status = 0;       // 0 until the response headers are complete
  std::string content_type;
  std::uint64_t wire_bytes = 0;  // as in FetchResponse
  FetchTimings timings;          // dns, connect, tls and send

  void enter(Phase begun, TimePoint now) {
    phase = begun;
    since = now;
  }
};

// Decides at the response headers whether the body is worth fetching.
using WantBody = std::function<bool(const ResponseHead&)>;

// Is given the body so far whenever more of it was decoded, and may take bytes out of it. `url` is that of
// the request. False: the rest is not wanted, and is cut off.
using TakeBody = std::function<bool(const Url& url, const ResponseHead& head, std::string& body)>;

// Returns when there is memory for a body of up to the maximum.
using AdmitBody = std::function<Task<>(std::size_t most)>;

// One HTTP/1.1 connection of a client, for one exchange at a time. One loop.
class HttpConnection {
 public:
  // What it refers to must outlive the exchange.
  struct Exchange {
    HttpMethod method = HttpMethod::get;
    const Url& url;
    const WantBody& want_body;   // empty: always
    const TakeBody& take_body;   // empty: nothing is taken
    std::size_t max_body = 0;    // decoded bytes, but for what is taken
    bool truncate_body = false;  // at max_body, instead of an error
    std::size_t large_body = std::string::npos;
    const AdmitBody& admit_large_body;
    const HttpTimeouts& timeouts;
    Deadline deadline{};  // of the whole request
  };

  HttpConnection(std::unique_ptr<Stream> stream, std::string address)
      : stream_(std::move(stream)), address_(std::move(address)) {}

  // An exchange is send() and then receive(). In two, so that a connection that waits for an answer, as
  // thousands may, does not hold what it takes to read one. What the arguments refer to must outlive the
  // calls. Errors of both: timeout; truncated (closed or reset too early); protocol, too_large, decode, tls.

  // Sends `request`, the bytes of one, and waits for the first bytes of its response.
  Task<Result<>> send(std::string_view request, const HttpTimeouts& timeouts, Deadline deadline,
                      FetchProgress* progress);
  Task<Result<FetchResponse>> receive(Exchange options, FetchProgress* progress);

  // After an exchange: whether the connection may carry another one.
  [[nodiscard]] bool reusable() const { return reusable_; }
  // After a failed exchange: whether a byte of the response had come.
  [[nodiscard]] bool answered() const { return answered_; }
  // Of an idle connection: neither closed by the peer nor holding bytes nobody asked for.
  [[nodiscard]] bool is_idle() { return stream_->is_idle(); }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::unique_ptr<Stream> stream_;
  std::string address_;
  std::unique_ptr<char[]> buffer_;  // from the one to the other: of the response's first bytes
  std::size_t received_ = 0;
  bool reusable_ = false;
  bool answered_ = false;
};

}  // namespace gossamer
