// Generators: a function that can stop half-way. The fetch is one function again, with a loop and local
// variables; where it has to wait it yields what for, and the scheduler below resumes it when that has come.
// Parts of it are functions of their own: `co_yield elements_of(part)` waits for whatever the part waits for.
#include <cstddef>
#include <memory>

#include "net/coro/generator.h"
#include "net/loop/selector.h"

#include "examples/evolution/fetchers.h"
#include "examples/evolution/http.h"

using namespace gossamer;

namespace {

struct WaitFor {
  int fd;
  IoEvents event;
};
template <class T>
using Waiting = Generator<WaitFor, void, T>;

Waiting<std::string> read_to_end(int fd) {
  std::string response;
  do {
    co_yield WaitFor{fd, IoEvents::read};
  } while (receive_some(fd, response));
  co_return response;
}

Waiting<std::string> fetch(const SocketAddress& server, const std::string& path) {
  const Fd fd = start_connecting(server);
  co_yield WaitFor{fd.get(), IoEvents::write};
  send_request(fd.get(), path);
  co_return body_of(co_yield elements_of(read_to_end(fd.get())));
}

// Runs fetches beside each other: resumes each when what it yielded has come.
class Scheduler {
 public:
  void start(Waiting<std::string> fetch) { jobs_.push_back(std::make_unique<Job>(std::move(fetch))); }

  Pages run() {
    for (const auto& job : jobs_) step(*job);
    while (waiting_ > 0) {
      for (const Selector::Event& event : selector_->select(std::nullopt)) {
        Job& job = *static_cast<Job*>(event.data);
        selector_->unregister(job.fd);
        --waiting_;
        step(job);
      }
    }
    Pages pages;
    for (const auto& job : jobs_) pages.push_back(job->fetch.result());
    return pages;
  }

 private:
  struct Job {
    Waiting<std::string> fetch;
    int fd = -1;
  };

  void step(Job& job) {
    const WaitFor* const wait = job.fetch.next();
    if (!wait) return;  // it has returned
    job.fd = wait->fd;
    if (auto done = selector_->register_fd(job.fd, wait->event, &job); !done) give_up(done.error().message);
    ++waiting_;
  }

  std::unique_ptr<Selector> selector_ = make_default_selector();
  std::vector<std::unique_ptr<Job>> jobs_;
  std::size_t waiting_ = 0;
};

}  // namespace

Pages fetch_generators(const SocketAddress& server, const Paths& paths) {
  Scheduler scheduler;
  for (const std::string& path : paths) scheduler.start(fetch(server, path));
  return scheduler.run();
}
