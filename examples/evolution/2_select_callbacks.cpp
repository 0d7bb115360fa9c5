// select() and callbacks: one thread waits for all connections. The price: no function is a fetch any more.
// What were lines of one are callbacks now, which hand the fetch on to each other, and its variables are
// members.
#include <cstddef>
#include <functional>
#include <memory>

#include "net/loop/select_selector.h"

#include "examples/evolution/fetchers.h"
#include "examples/evolution/http.h"

using namespace gossamer;

namespace {

using Callback = std::function<void()>;

class Fetch {
 public:
  Fetch(SelectSelector& selector, const SocketAddress& server, const std::string& path, std::size_t& left)
      : selector_(selector), path_(path), left_(left), fd_(start_connecting(server)), next_([this] {
          on_connected();
        }) {
    if (auto done = selector_.register_fd(fd_.get(), IoEvents::write, &next_); !done) {
      give_up(done.error().message);
    }
  }

  std::string page() const { return body_of(response_); }

 private:
  void on_connected() {
    send_request(fd_.get(), path_);
    next_ = [this] { on_readable(); };
    if (auto done = selector_.modify(fd_.get(), IoEvents::read, &next_); !done) give_up(done.error().message);
  }

  void on_readable() {
    if (receive_some(fd_.get(), response_)) return;
    selector_.unregister(fd_.get());
    --left_;
  }

  SelectSelector& selector_;
  const std::string& path_;
  std::size_t& left_;  // of the fetches
  Fd fd_;
  Callback next_;  // the data of the descriptor
  std::string response_;
};

}  // namespace

Pages fetch_select_callbacks(const SocketAddress& server, const Paths& paths) {
  SelectSelector selector;
  std::size_t left = paths.size();
  std::vector<std::unique_ptr<Fetch>> fetches;
  for (const std::string& path : paths) {
    fetches.push_back(std::make_unique<Fetch>(selector, server, path, left));
  }

  while (left > 0) {  // the event loop
    for (const Selector::Event& event : selector.select(std::nullopt)) {
      const Callback callback = *static_cast<Callback*>(event.data);  // a copy: it replaces itself
      callback();
    }
  }

  Pages pages;
  for (const auto& fetch : fetches) pages.push_back(fetch->page());
  return pages;
}
