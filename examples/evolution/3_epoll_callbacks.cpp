// epoll and callbacks on an EventLoop: the same fetch, but the loop is not ours any more. It has timers too,
// so each fetch gets a deadline: one more callback, that must be cancelled wherever the fetch can end.
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "net/loop/event_loop.h"

#include "examples/evolution/fetchers.h"
#include "examples/evolution/http.h"

using namespace gossamer;

namespace {

class Fetch {
 public:
  Fetch(EventLoop& loop, const SocketAddress& server, const std::string& path, std::size_t& left)
      : loop_(loop), path_(path), left_(left), fd_(start_connecting(server)) {
    wait(loop_.on_writable(fd_.get(), [this] { on_connected(); }));
    deadline_ = loop_.call_later(std::chrono::seconds(30), [this] { give_up(path_ + " took too long"); });
  }

  std::string page() const { return body_of(response_); }

 private:
  void wait(const Result<CallHandle>& handle) {
    if (!handle) give_up(handle.error().message);
    if (waiting_) waiting_->cancel();
    waiting_ = *handle;
  }

  void on_connected() {
    send_request(fd_.get(), path_);
    wait(loop_.on_readable(fd_.get(), [this] { on_readable(); }));
  }

  void on_readable() {
    if (receive_some(fd_.get(), response_)) return;
    waiting_->cancel();
    deadline_->cancel();
    if (--left_ == 0) loop_.stop();
  }

  EventLoop& loop_;
  const std::string& path_;
  std::size_t& left_;
  Fd fd_;
  std::optional<CallHandle> waiting_;
  std::optional<CallHandle> deadline_;
  std::string response_;
};

}  // namespace

Pages fetch_epoll_callbacks(const SocketAddress& server, const Paths& paths) {
  if (paths.empty()) return {};
  EventLoop loop({.selector = make_selector(SelectorKind::epoll)});
  std::size_t left = paths.size();
  std::vector<std::unique_ptr<Fetch>> fetches;
  for (const std::string& path : paths) fetches.push_back(std::make_unique<Fetch>(loop, server, path, left));
  loop.run_forever();

  Pages pages;
  for (const auto& fetch : fetches) pages.push_back(fetch->page());
  return pages;
}
