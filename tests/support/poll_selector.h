#pragma once

#include <memory>

#include "net/loop/selector.h"

namespace gossamer {

// A level-triggered selector over poll(2), for the half of IoWatch that epoll does not use.
std::unique_ptr<Selector> make_poll_selector();

}  // namespace gossamer
