// The echo server of every select, poll and epoll tutorial, on the callback loop:
//   echo_server [--selector select|poll|epoll] [PORT]
// Each connection either waits for bytes or, while some are unsent, for room to write: a client that does not
// read is not read from either. SIGINT and SIGTERM end it.
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unordered_map>

#include "net/base/fd.h"

#include "examples/echo/options.h"

using namespace gossamer;

class Connection {
 public:
  Connection(EventLoop& loop, Fd fd) : loop_(loop), fd_(std::move(fd)) {}
  ~Connection() {
    if (waiting_) waiting_->cancel();  // before the descriptor is closed
  }

  // `closed` is called once and may destroy the connection.
  Result<> start(std::function<void()> closed) {
    closed_ = std::move(closed);
    return wait_to_read();
  }

 private:
  Result<> wait_to_read() {
    return wait(loop_.on_readable(fd_.get(), [this] { read_some(); }));
  }
  Result<> wait_to_write() {
    return wait(loop_.on_writable(fd_.get(), [this] { write_some(); }));
  }
  Result<> wait(Result<CallHandle> handle) {
    if (!handle) return std::unexpected(handle.error());
    if (waiting_) waiting_->cancel();
    waiting_ = *handle;
    return {};
  }

  void read_some() {
    char buffer[4096];
    const ssize_t count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (count > 0) {
      unsent_.assign(buffer, static_cast<std::size_t>(count));
      if (!wait_to_write()) closed_();
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      closed_();
    }
  }

  void write_some() {
    const ssize_t count = ::send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return closed_();
    if (count > 0) unsent_.erase(0, static_cast<std::size_t>(count));
    if (unsent_.empty() && !wait_to_read()) closed_();
  }

  EventLoop& loop_;
  Fd fd_;
  std::optional<CallHandle> waiting_;
  std::string unsent_;
  std::function<void()> closed_;
};

class EchoServer {
 public:
  EchoServer(EventLoop& loop, Fd listening) : loop_(loop), listening_(std::move(listening)) {}
  ~EchoServer() {
    if (accepting_) accepting_->cancel();
  }

  Result<> start() {
    const auto handle = loop_.on_readable(listening_.get(), [this] { accept_one(); });
    if (!handle) return std::unexpected(handle.error());
    accepting_ = *handle;
    return {};
  }

 private:
  void accept_one() {
    Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno == EMFILE) pause();
      return;
    }
    const int key = fd.get();
    auto connection = std::make_unique<Connection>(loop_, std::move(fd));
    if (connection->start([this, key] { connections_.erase(key); })) {
      connections_[key] = std::move(connection);
    }  // else it is closed: select() has no room for it
  }

  // No descriptor is left: the listening socket stays readable, so look again when some may have been closed.
  void pause() {
    accepting_->cancel();
    accepting_ = loop_.call_later(std::chrono::milliseconds(50), [this] {
      if (!start()) loop_.stop();
    });
  }

  EventLoop& loop_;
  Fd listening_;
  std::optional<CallHandle> accepting_;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
};

int main(int argc, char** argv) {
  const EchoOptions options = parse_echo_options(argc, argv);
  Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!options.numbers.empty()) address.sin_port = htons(static_cast<std::uint16_t>(options.numbers[0]));
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  if (::bind(listening.get(), generic, length) != 0 || ::listen(listening.get(), 1024) != 0 ||
      ::getsockname(listening.get(), generic, &length) != 0) {
    give_up(errno_message("cannot listen", errno));
  }

  EventLoop loop({.selector = make_selector(options.selector)});
  EchoServer server(loop, std::move(listening));
  if (const auto started = server.start(); !started) give_up(started.error().message);
  for (const int signal_number : {SIGINT, SIGTERM}) loop.on_signal(signal_number, [&] { loop.stop(); });
  std::printf("listening on port %d, by %s\n", ntohs(address.sin_port), to_string(options.selector).data());
  std::fflush(stdout);
  loop.run_forever();
}
