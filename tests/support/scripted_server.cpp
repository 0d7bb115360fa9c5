#include "tests/support/scripted_server.h"

#include <stdexcept>
#include <sys/socket.h>
#include <utility>

#include "net/coro/timeout.h"

namespace gossamer {
namespace {

Task<bool> send(TcpStream& stream, std::string_view bytes, std::size_t piece, Duration pause) {
  if (piece == 0) piece = bytes.size();
  while (!bytes.empty()) {
    const auto sent = co_await stream.write_all(bytes.substr(0, piece), kNoDeadline);
    if (!sent) co_return false;
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (!bytes.empty() && pause > Duration::zero()) co_await sleep_for(pause);
  }
  co_return true;
}

// Closing with this option sends RST.
void reset_on_close(TcpStream& stream) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(stream.watch().fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

ScriptedServer::ScriptedServer(std::vector<std::vector<Reply>> scripts) : scripts_(std::move(scripts)) {
  auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0});
  if (!listener) throw std::runtime_error(listener.error().message);
  listener_ = std::move(*listener);
}

std::string ScriptedServer::url(std::string_view path) const {
  return "http://" + listener_->address().to_string() + std::string(path);
}

Task<> ScriptedServer::serve() { return with_task_group(&ScriptedServer::accept_all, this); }

Task<> ScriptedServer::accept_all(TaskGroup& group, ScriptedServer* self) {
  while (true) {
    auto stream = co_await self->listener_->accept();
    if (!stream) throw std::runtime_error(stream.error().message);
    const std::size_t index = self->accepted_++;
    if (index >= self->scripts_.size()) continue;
    group.create_task(&ScriptedServer::play, self, std::move(*stream), self->scripts_[index]);
  }
}

Task<> ScriptedServer::play(ScriptedServer* self, std::unique_ptr<TcpStream> stream,
                            std::vector<Reply> script) {
  std::string input;
  for (const Reply& reply : script) {
    if (reply.await_request && !co_await self->read_request(*stream, input)) co_return;
    do {
      if (!co_await send(*stream, reply.bytes, reply.piece, reply.pause)) co_return;
    } while (reply.repeat);
    if (reply.then == Reply::Then::close) co_return;
    if (reply.then == Reply::Then::reset) {
      reset_on_close(*stream);
      co_return;
    }
    if (reply.then == Reply::Then::stall) break;
  }
  co_await self->read_request(*stream, input);  // until the peer goes away
}

// False: the peer has gone.
Task<bool> ScriptedServer::read_request(TcpStream& stream, std::string& input) {
  std::string buffer(4096, '\0');
  while (true) {
    const std::size_t end = input.find("\r\n\r\n");
    if (end != std::string::npos) {
      requests_.push_back(input.substr(0, end + 4));
      input.erase(0, end + 4);
      co_return true;
    }
    const auto count = co_await stream.read_some(buffer, kNoDeadline);
    if (!count || *count == 0) co_return false;
    input.append(buffer, 0, *count);
  }
}

}  // namespace gossamer
