#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "net/base/fd.h"
#include "net/coro/task_group.h"
#include "net/io/tcp.h"

namespace gossamer {

// A name server on the loop's own thread that says what its table has: UDP, and TCP on the same port for
// answers it marks as truncated. Names that are not in the table do not exist (NXDOMAIN).
class DnsServer {
 public:
  struct Answer {
    std::vector<std::string> addresses;  // IPv4 and IPv6; each question gets those of its type
    std::uint32_t ttl = 300;
    bool silent = false;        // no answer at all
    bool truncated = false;     // over UDP: "ask by TCP"
    bool server_fails = false;  // SERVFAIL
  };

  // On the loop that will run it. Listens on a free port of 127.0.0.1.
  DnsServer();

  // Until cancelled. Must be outlived by the server.
  Task<> serve();

  std::map<std::string, Answer> table;  // by lower-case name without final dot

  [[nodiscard]] std::string address() const { return listener_->address().to_string(); }
  // Questions asked so far, "NAME A" or "NAME AAAA", over UDP and TCP.
  [[nodiscard]] const std::vector<std::string>& questions() const { return questions_; }

 private:
  static Task<> serve_udp(DnsServer* self);
  static Task<> serve_tcp(TaskGroup& group, DnsServer* self);
  static Task<> answer_tcp(DnsServer* self, std::unique_ptr<TcpStream> stream);
  // "" for no answer.
  std::string reply(std::string_view query, bool over_udp);

  std::unique_ptr<TcpListener> listener_;
  Fd udp_;
  IoWatch udp_watch_;
  std::vector<std::string> questions_;
};

}  // namespace gossamer
