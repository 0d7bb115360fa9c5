#include "net/http/http_server.h"

#include <algorithm>
#include <ctime>
#include <exception>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "net/coro/timeout.h"
#include "net/http/http1_request_parser.h"

namespace gossamer {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

TimePoint now() { return EventLoop::current().now(); }

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

int status_of(const Error& error) {
  if (error.error_class == ErrorClass::timeout) return 408;
  if (error.error_class != ErrorClass::too_large) return 400;
  return error.phase == Phase::body ? 413 : 431;
}

std::string serialize_head(const HttpResponse& response, std::uint64_t body_size, bool keep_alive) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", response.status,
                                 reason_phrase(response.status), fmt::gmtime(std::time(nullptr)));
  for (const Headers::Field field : response.headers) {
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (response.status != 204 && response.status != 304)
    head += fmt::format("Content-Length: {}\r\n", body_size);
  return head.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

bool is_sendable(const HttpResponse& response) {
  return std::ranges::all_of(response.headers, [](const Headers::Field& field) {
    return is_token(field.name) && is_field_value(field.value);
  });
}

// One accepted connection: requests in, answers out.
class ServerConnection {
 public:
  ServerConnection(TcpStream& stream, const HttpServer::Options& options)
      : stream_(stream), options_(options) {}

  // The next request. nullopt: the peer is gone, or sent nothing in the idle time. Errors: what it sent is
  // none.
  Task<Result<std::optional<HttpRequest>>> read_request() {
    Http1RequestParser parser(options_.head_limits, options_.max_body);
    Deadline deadline = now() + options_.idle_timeout;
    while (true) {
      while (!input_.empty() && !parser.done()) {
        const auto consumed = parser.parse(input_);
        if (!consumed) co_return std::unexpected(consumed.error());
        input_.erase(0, *consumed);
      }
      if (parser.done()) co_return HttpRequest{std::move(parser.head()), std::move(parser.body())};
      if (parser.started() && !request_started_) {
        request_started_ = true;
        deadline = now() + options_.request_timeout;
      }
      const bool read = co_await read_more(deadline);
      if (!read && timed_out_ && parser.started()) {
        co_return fail(ErrorClass::timeout, Phase::headers, "the request did not come in time");
      }
      if (!read) co_return std::nullopt;
    }
  }

  // False: the peer is gone, or too slow.
  Task<bool> send(const HttpResponse& response, bool with_body, bool keep_alive) {
    request_started_ = false;
    const std::uint64_t size = response.file ? response.file_size : response.body.size();
    std::string bytes = serialize_head(response, size, keep_alive);
    if (!with_body) co_return co_await write(bytes);
    if (!response.file) co_return co_await write(bytes.append(response.body));
    std::uint64_t offset = 0;
    do {
      const std::size_t used = bytes.size();
      bytes.resize(used + std::min<std::uint64_t>(kPiece, size - offset));
      const ssize_t count =
          ::pread(response.file.get(), bytes.data() + used, bytes.size() - used, static_cast<off_t>(offset));
      if (count < 0 || (count == 0 && bytes.size() > used)) co_return false;  // the file has become shorter
      bytes.resize(used + static_cast<std::size_t>(count));
      if (!co_await write(bytes)) co_return false;
      bytes.clear();
      offset += static_cast<std::uint64_t>(count);
    } while (offset < size);
    co_return true;
  }

  // Ends the connection so that the peer can read the last answer: closing with its bytes unread would reset
  // it.
  Task<> linger() {
    constexpr std::size_t kMaxUnread = 1 << 20;
    stream_.shutdown_write();
    const Deadline deadline = now() + std::chrono::seconds(2);
    std::size_t unread = 0;
    input_.clear();
    while (unread < kMaxUnread && co_await read_more(deadline)) {
      unread += input_.size();
      input_.clear();
    }
  }

 private:
  Task<bool> write(std::string_view bytes) {
    const auto sent = co_await stream_.write_all(bytes, now() + options_.send_timeout);
    co_return sent.has_value();
  }

  Task<bool> read_more(Deadline deadline) {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(kRequestBuffer);
    const auto count = co_await stream_.read_some({buffer_.get(), kRequestBuffer}, deadline);
    timed_out_ = !count && count.error().error_class == ErrorClass::timeout;
    if (!count || *count == 0) co_return false;
    input_.append(buffer_.get(), *count);
    co_return true;
  }

  static constexpr std::size_t kRequestBuffer = 8 * 1024;
  TcpStream& stream_;
  const HttpServer::Options& options_;
  std::string input_;  // received, not yet parsed
  std::unique_ptr<char[]> buffer_;
  bool request_started_ = false;
  bool timed_out_ = false;
};

}  // namespace

HttpResponse text_response(int status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = fmt::format("{}\n", text)};
}

HttpServer::HttpServer(std::unique_ptr<TcpListener> listener, HttpHandler handler, Options options)
    : listener_(std::move(listener)),
      handler_(std::move(handler)),
      options_(options),
      connections_(options.max_connections) {}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(SocketAddress address, HttpHandler handler,
                                                       Options options) {
  auto listener = TcpListener::listen(address);
  if (!listener) return std::unexpected(std::move(listener.error()));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(*listener), std::move(handler), options));
}

Task<Result<>> HttpServer::serve() { return with_task_group(&HttpServer::accept_all, this); }

Task<Result<>> HttpServer::accept_all(TaskGroup& group, HttpServer* self) {
  while (true) {
    Permit permit = co_await self->connections_.acquire();
    auto stream = co_await self->listener_->accept();
    if (!stream) co_return std::unexpected(std::move(stream.error()));
    group.create_task(&HttpServer::serve_connection, self, std::move(*stream), std::move(permit));
  }
}

Task<> HttpServer::serve_connection(HttpServer* self, std::unique_ptr<TcpStream> stream, Permit) {
  ServerConnection connection(*stream, self->options_);
  while (true) {
    auto request = co_await connection.read_request();
    if (!request) {
      const HttpResponse refusal = text_response(status_of(request.error()), request.error().message);
      if (co_await connection.send(refusal, true, false)) co_await connection.linger();
      co_return;
    }
    if (!*request) co_return;
    const RequestHead& head = (*request)->head;
    const bool keep_alive = keeps_alive(head.version, head.headers);
    const HttpResponse response = co_await self->answer(**request);
    if (!co_await connection.send(response, head.method != "HEAD", keep_alive)) co_return;
    if (!keep_alive) {
      co_await connection.linger();
      co_return;
    }
  }
}

Task<HttpResponse> HttpServer::answer(const HttpRequest& request) {
  try {
    HttpResponse response = co_await handler_(request);
    if (is_sendable(response)) co_return response;
  } catch (const std::exception&) {
    // The handler's own business; the peer learns no details.
  }
  co_return text_response(500, "Internal Server Error");
}

}  // namespace gossamer
