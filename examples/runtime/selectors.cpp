// The lowest layer: which of many descriptors can be read or written now?
#include <cstdio>
#include <sys/socket.h>
#include <unistd.h>

#include "net/loop/selector.h"

using namespace gossamer;

int main() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;

  for (const SelectorKind kind : kSelectorKinds) {  // select, poll, epoll: the same calls
    const std::unique_ptr<Selector> selector = make_selector(kind);
    const char* name = "the left end";  // what is registered with a descriptor comes back with its events
    if (Result<> done = selector->register_fd(ends[0], IoEvents::read, &name); !done) {
      std::fputs(done.error().message.c_str(), stderr);
      return 1;
    }

    if (::write(ends[1], "x", 1) != 1) return 1;
    for (const Selector::Event& event : selector->select(std::chrono::seconds(1))) {
      if (any(event.ready & IoEvents::read)) {
        char byte = 0;
        if (::read(ends[0], &byte, 1) != 1) return 1;
        std::printf("%s: %s is readable\n", to_string(kind).data(), *static_cast<const char**>(event.data));
      }
    }
    selector->unregister(ends[0]);  // before it is closed
  }
  ::close(ends[0]);
  ::close(ends[1]);
}
