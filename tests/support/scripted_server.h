#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/coro/task_group.h"
#include "net/io/tcp.h"

namespace gossamer {

// What a scripted server does once a request's headers have come.
struct Reply {
  enum class Then { next_request, close, reset, stall };
  std::string bytes;
  Then then = Then::next_request;
  std::size_t piece = 0;      // 0: all bytes at once; else so many at a time
  Duration pause{};           // between pieces
  bool repeat = false;        // over and over, until the peer goes away
  bool await_request = true;  // false: at once
};

// A server on the loop's own thread that says to its first connection what the first script has, and so on;
// connections beyond the scripts are closed at once. Misbehaves on request, never by itself.
class ScriptedServer {
 public:
  // On the loop that will run it. Listens on a free port of 127.0.0.1.
  explicit ScriptedServer(std::vector<std::vector<Reply>> scripts);

  // Until cancelled. Must be outlived by the server.
  Task<> serve();

  [[nodiscard]] std::string url(std::string_view path) const;
  [[nodiscard]] std::uint16_t port() const { return listener_->address().port(); }
  [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }
  [[nodiscard]] std::size_t connections() const { return accepted_; }

 private:
  static Task<> accept_all(TaskGroup& group, ScriptedServer* self);
  static Task<> play(ScriptedServer* self, std::unique_ptr<TcpStream> stream, std::vector<Reply> script);
  Task<bool> read_request(TcpStream& stream, std::string& input);

  std::unique_ptr<TcpListener> listener_;
  std::vector<std::vector<Reply>> scripts_;
  std::vector<std::string> requests_;
  std::size_t accepted_ = 0;
};

}  // namespace gossamer
