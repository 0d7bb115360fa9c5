#include "net/loop/selector.h"

#include <string>

#include "net/base/fatal.h"
#include "net/loop/epoll_selector.h"
#include "net/loop/poll_selector.h"
#include "net/loop/select_selector.h"

namespace gossamer {

void Selector::registered_twice(int fd) {
  fatal("descriptor " + std::to_string(fd) + " is registered twice; modify() changes what is waited for");
}

void Selector::not_registered(int fd) {
  fatal("descriptor " + std::to_string(fd) +
        " is not registered; one that is must be unregistered before it is closed");
}

std::string_view to_string(SelectorKind kind) {
  switch (kind) {
    case SelectorKind::select:
      return "select";
    case SelectorKind::poll:
      return "poll";
    case SelectorKind::epoll:
      return "epoll";
  }
  fatal("no such SelectorKind");
}

Result<SelectorKind> parse_selector_kind(std::string_view name) {
  for (const SelectorKind kind : kSelectorKinds) {
    if (to_string(kind) == name) return kind;
  }
  return fail(ErrorClass::invalid_input,
              "no selector is called \"" + std::string(name) + "\"; there are select, poll and epoll");
}

std::unique_ptr<Selector> make_selector(SelectorKind kind) {
  switch (kind) {
    case SelectorKind::select:
      return std::make_unique<SelectSelector>();
    case SelectorKind::poll:
      return std::make_unique<PollSelector>();
    case SelectorKind::epoll:
      return std::make_unique<EpollSelector>();
  }
  fatal("no such SelectorKind");
}

std::unique_ptr<Selector> make_default_selector() { return make_selector(SelectorKind::epoll); }

}  // namespace gossamer
