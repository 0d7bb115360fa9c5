#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "crawler/crawl_control.h"
#include "net/coro/semaphore.h"
#include "net/coro/task_group.h"
#include "net/io/unix_socket.h"

namespace gossamer {

// The socket beside the database through which `gossamer ctl` reaches the crawl at work on it:
// "crawl.db.ctl".
std::string control_path(const std::string& database);

// Answers whoever connects to that socket, if it is the same user. A request is a line, a JSON object:
// {"command":"pause"}, {"command":"drop","argument":"\\.pdf$"}; so is the answer, which for a request in vain
// is {"error":"...","usage":B}, B: whether the request was wrong in itself. A connection carries any number
// of them. Lives on the crawl's loop, which it does not wake unless somebody asks.
class ControlSocket {
 public:
  struct Options {
    std::size_t max_request = 64 << 10;          // bytes of a line
    std::size_t max_clients = 8;                 // more of them wait
    std::chrono::milliseconds patience{10'000};  // for a whole request, and for a client to take its answer
  };

  // The caller holds the lock of the database; a socket that is there already is that of a killed crawl.
  // `control` must outlive it. Errors: io, refused; they name the path.
  static Result<std::unique_ptr<ControlSocket>> open(const std::string& database, CrawlControl& control,
                                                     Options options);
  static Result<std::unique_ptr<ControlSocket>> open(const std::string& database, CrawlControl& control) {
    return open(database, control, Options());
  }

  // Answers until cancelled. Errors: io, when it can accept no more.
  Task<Result<>> serve();

 private:
  ControlSocket(std::unique_ptr<UnixListener> listener, CrawlControl& control, Options options)
      : listener_(std::move(listener)), control_(control), options_(options), clients_(options.max_clients) {}

  static Task<Result<>> accept_all(TaskGroup& group, ControlSocket* self);
  static Task<> serve_client(ControlSocket* self, std::unique_ptr<UnixStream> stream, Permit permit);
  Task<Result<std::string>> answer(std::string line);

  std::unique_ptr<UnixListener> listener_;
  CrawlControl& control_;
  Options options_;
  Semaphore clients_;
};

}  // namespace gossamer
