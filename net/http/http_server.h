#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/base/fd.h"
#include "net/coro/semaphore.h"
#include "net/coro/task_group.h"
#include "net/http/http1_head.h"
#include "net/http/message.h"
#include "net/io/tcp.h"

namespace gossamer {

struct HttpRequest {
  RequestHead head;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  Headers headers{};  // the server adds Date, Content-Length and Connection
  std::string body{};
  Fd file{};  // when open: its first `file_size` bytes are the body, instead of `body`
  std::uint64_t file_size = 0;
};

// A plain-text answer: `text` and a line feed.
[[nodiscard]] HttpResponse text_response(int status, std::string_view text);

// Answers one request, which lives until the answer is there. An exception becomes status 500.
using HttpHandler = std::function<Task<HttpResponse>(const HttpRequest& request)>;

// A small HTTP/1.1 server with keep-alive, for `gossamer serve`, examples and tests. Lives on one loop.
class HttpServer {
 public:
  struct Options {
    std::size_t max_connections = 1024;                 // more of them wait in the listen queue
    std::chrono::milliseconds idle_timeout{30'000};     // for the next request on a connection
    std::chrono::milliseconds request_timeout{10'000};  // from the first bytes of a request to its last
    std::chrono::milliseconds send_timeout{30'000};     // for each piece of an answer
    HeadLimits head_limits{.max_bytes = 64 * 1024, .max_fields = 256};
    std::size_t max_body = 1 << 20;  // of a request
  };

  // Port 0 takes a free one. Errors: io, with the address in the message.
  static Result<std::unique_ptr<HttpServer>> listen(SocketAddress address, HttpHandler handler,
                                                    Options options);
  static Result<std::unique_ptr<HttpServer>> listen(SocketAddress address, HttpHandler handler) {
    return listen(address, std::move(handler), Options());
  }

  // Where it listens; the port is never 0.
  [[nodiscard]] SocketAddress address() const { return listener_->address(); }

  // Accepts and answers until cancelled, then drops its connections. Ends with an error only if accepting
  // fails.
  Task<Result<>> serve();

 private:
  HttpServer(std::unique_ptr<TcpListener> listener, HttpHandler handler, Options options);

  static Task<Result<>> accept_all(TaskGroup& group, HttpServer* self);
  static Task<> serve_connection(HttpServer* self, std::unique_ptr<TcpStream> stream, Permit permit);
  Task<HttpResponse> answer(const HttpRequest& request);

  std::unique_ptr<TcpListener> listener_;
  HttpHandler handler_;
  Options options_;
  Semaphore connections_;
};

}  // namespace gossamer
