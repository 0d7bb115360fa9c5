#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "net/loop/event_loop.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// From here on this process is refused epoll_pwait2, as by an old kernel or an old container sandbox.
bool forbid_epoll_pwait2(int error_number) {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error_number)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = std::size(code), .filter = code};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

struct CountingClock final : Clock {
  mutable int asked = 0;
  TimePoint now() const override {
    ++asked;
    return steady().now();
  }
};

// Waits for a timer and a post, without spinning.
[[noreturn]] void wait_without_epoll_pwait2(int error_number) {
  if (!forbid_epoll_pwait2(error_number)) std::exit(77);
  (void)make_default_selector()->select(-1s);  // only looks
  CountingClock clock;
  EventLoop loop({.selector = nullptr, .clock = &clock});
  struct Context {
    EventLoop& loop;
    bool fired = false;
  } context{loop};
  Timer timer({[](void* argument) {
                 auto& c = *static_cast<Context*>(argument);
                 c.fired = true;
                 c.loop.post([&c] { c.loop.stop(); });
               },
               &context});
  loop.arm(timer, clock.now() + 20ms);
  loop.run_forever();
  std::exit(context.fired && clock.asked < 100 ? 0 : 1);
}

class EpollSelectorDeathTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, EpollSelectorDeathTest, testing::Values(ENOSYS, EPERM));

TEST_P(EpollSelectorDeathTest, WaitsAlsoWhereEpollPwait2IsRefused) {
  if (::prctl(PR_GET_SECCOMP) < 0) GTEST_SKIP() << "this kernel has no seccomp to refuse a system call with";
  EXPECT_EXIT(wait_without_epoll_pwait2(GetParam()), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace gossamer
