// 100 connections at once to an echo server, on one callback loop:
//   echo_client [--selector select|poll|epoll] PORT [CONNECTIONS]
// Each sends ten lines, one after the other, and checks that each comes back.
#include <cerrno>
#include <cstdint>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "net/base/fd.h"

#include "examples/echo/options.h"

using namespace gossamer;

constexpr int kLines = 10;

struct Tally {
  int connections_left = 0;
  int lines = 0;
};

// connect -> writable -> send a line -> readable -> receive it -> send the next ...
class Client {
 public:
  Client(EventLoop& loop, Tally& tally, int name) : loop_(loop), tally_(tally), name_(name) {}
  ~Client() {
    if (waiting_) waiting_->cancel();
  }

  void connect_to(int port) {
    fd_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
      give_up(errno_message("connect", errno));
    }
    wait(loop_.on_writable(fd_.get(), [this] { send_line(); }));  // connected, or refused
  }

 private:
  void wait(Result<CallHandle> handle) {
    if (!handle) give_up(handle.error().message);
    if (waiting_) waiting_->cancel();
    waiting_ = *handle;
  }

  void send_line() {
    line_ = "line " + std::to_string(sent_++) + " of connection " + std::to_string(name_) + "\n";
    received_.clear();
    if (::send(fd_.get(), line_.data(), line_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line_.size())) {
      give_up(errno_message("send", errno));
    }
    wait(loop_.on_readable(fd_.get(), [this] { receive(); }));
  }

  void receive() {
    char buffer[256];
    const ssize_t count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (count <= 0) give_up("the server closed a connection");
    received_.append(buffer, static_cast<std::size_t>(count));
    if (received_.size() < line_.size()) return;  // there is more to come
    if (received_ != line_) give_up("another line came back");
    ++tally_.lines;
    if (sent_ < kLines) return wait(loop_.on_writable(fd_.get(), [this] { send_line(); }));
    waiting_->cancel();
    if (--tally_.connections_left == 0) loop_.stop();
  }

  EventLoop& loop_;
  Tally& tally_;
  int name_;
  Fd fd_;
  std::optional<CallHandle> waiting_;
  int sent_ = 0;
  std::string line_;
  std::string received_;
};

int main(int argc, char** argv) {
  const EchoOptions options = parse_echo_options(argc, argv);
  if (options.numbers.empty()) give_up("usage: echo_client [--selector KIND] PORT [CONNECTIONS]");
  const int connections = options.numbers.size() > 1 ? options.numbers[1] : 100;

  EventLoop loop({.selector = make_selector(options.selector)});
  Tally tally{.connections_left = connections};
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < connections; ++i) {
    clients.push_back(std::make_unique<Client>(loop, tally, i));
    clients.back()->connect_to(options.numbers[0]);
  }
  loop.call_later(std::chrono::seconds(30), [] { give_up("the server was too slow"); });
  loop.run_forever();
  std::printf("%d lines came back over %d connections\n", tally.lines, connections);
}
