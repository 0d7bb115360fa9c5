#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/base/fd.h"

namespace gossamer {

// Two connected ends that do not block.
struct Ends {
  Fd a, b;
};
inline Ends make_ends() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace gossamer
