#include "examples/evolution/http.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sys/socket.h>

#include "net/base/error.h"

using namespace gossamer;

std::string request_for(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
}

std::string body_of(const std::string& response) {
  const auto end_of_head = response.find("\r\n\r\n");
  if (end_of_head == std::string::npos || response.find(" 200 ") > response.find("\r\n")) {
    give_up("not a page: " + response.substr(0, response.find("\r\n")));
  }
  return response.substr(end_of_head + 4);
}

Fd start_connecting(const SocketAddress& server, bool blocking) {
  const int family = server.ip().is_v4() ? AF_INET : AF_INET6;
  Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK), 0));
  sockaddr_storage storage;
  const socklen_t length = server.fill(storage);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0 && errno != EINPROGRESS) {
    give_up(errno_message("connect", errno));
  }
  return fd;
}

void send_request(int fd, std::string_view path) {
  const std::string request = request_for(path);
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    give_up(errno_message("send", errno));
  }
}

bool receive_some(int fd, std::string& response) {
  char buffer[16384];
  const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
  if (count > 0) response.append(buffer, static_cast<std::size_t>(count));
  if (count < 0 && errno != EAGAIN && errno != EINTR) give_up(errno_message("recv", errno));
  return count != 0;
}

void give_up(std::string_view why) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}
