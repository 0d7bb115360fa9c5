#include "net/loop/signal_watch.h"

#include <algorithm>
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>
#include <vector>

#include "tests/support/each_selector.h"

namespace gossamer {
namespace {

class SignalWatchTest : public EachSelectorTest {};
INSTANTIATE_WITH_EACH_SELECTOR(SignalWatchTest);

TEST_P(SignalWatchTest, DeliversEachSignalOnTheLoop) {
  EventLoop loop(loop_options());
  std::vector<int> received;
  SignalWatch watch(loop, {SIGUSR1, SIGUSR2}, [&](int signal_number) {
    EXPECT_EQ(&EventLoop::current(), &loop);
    received.push_back(signal_number);
    if (received.size() == 2) loop.stop();
  });
  ::raise(SIGUSR1);
  ::raise(SIGUSR2);
  loop.run_forever();
  EXPECT_EQ(received, (std::vector{SIGUSR1, SIGUSR2}));
}

TEST_P(SignalWatchTest, WakesALoopThatWaitsForEver) {
  EventLoop loop(loop_options());
  int received = 0;
  SignalWatch watch(loop, {SIGALRM}, [&](int signal_number) {
    received = signal_number;
    loop.stop();
  });
  itimerval soon{};
  soon.it_value.tv_usec = 1000;
  ASSERT_EQ(::setitimer(ITIMER_REAL, &soon, nullptr), 0);
  loop.run_forever();
  EXPECT_EQ(received, SIGALRM);
}

TEST_P(SignalWatchTest, TheCallbackMayDestroyTheWatchAndGetsNothingAfter) {
  EventLoop loop(loop_options());
  int received = 0;
  std::optional<SignalWatch> watch;
  watch.emplace(loop, std::initializer_list<int>{SIGUSR1}, [&](int) {
    ++received;
    watch.reset();
    ++received;
  });
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  loop.post([&] { loop.call_soon([&] { loop.call_soon([&] { loop.stop(); }); }); });
  loop.run_forever();
  EXPECT_EQ(received, 2) << "the second signal came before the end, but was not delivered before it";
}

TEST_P(SignalWatchTest, PutsTheHandlerThatStoodBeforeBack) {
  EventLoop loop(loop_options());
  for (const auto before : {SIG_DFL, SIG_IGN}) {
    std::signal(SIGUSR1, before);
    {
      const SignalWatch watch(loop, {SIGUSR1}, [](int) {});
    }
    EXPECT_EQ(std::signal(SIGUSR1, SIG_DFL), before);
  }
}

TEST_P(SignalWatchTest, TwoWatchesOfDifferentSignalsDoNotDisturbEachOther) {
  EventLoop loop(loop_options());
  std::vector<int> received;
  const auto note = [&](int signal_number) {
    received.push_back(signal_number);
    if (received.size() == 3) loop.stop();
  };
  const SignalWatch first(loop, {SIGUSR1}, note);
  {
    const SignalWatch gone(loop, {SIGHUP}, note);
  }
  const SignalWatch second(loop, {SIGUSR2}, note);
  for (const int signal_number : {SIGUSR2, SIGUSR1, SIGUSR1}) ::raise(signal_number);
  loop.run_forever();
  EXPECT_THAT(received, testing::UnorderedElementsAre(SIGUSR1, SIGUSR1, SIGUSR2));
}

using SignalWatchDeathTest = testing::Test;

TEST(SignalWatchDeathTest, ASecondOneOfASignalIsABrokenInvariant) {
  EXPECT_DEATH(
      {
        EventLoop loop;
        const SignalWatch first(loop, {SIGUSR1}, [](int) {});
        const SignalWatch second(loop, {SIGUSR1, SIGUSR2}, [](int) {});
      },
      "signal 10 has a SignalWatch already");
}

TEST(SignalWatchDeathTest, ASignalThatCannotBeHandledIsABrokenInvariant) {
  for (const int signal_number : {SIGKILL, SIGSTOP, 0, -1, NSIG, 1000}) {
    EXPECT_DEATH(
        {
          EventLoop loop;
          (void)loop.on_signal(signal_number, [] {});
        },
        "signal " + std::to_string(signal_number) + " cannot be watched");
  }
}

TEST(SignalWatchDeathTest, ASelectorThatCannotWatchIsNamedNotSilent) {
  const auto watch = [] {
    EventLoop loop({.selector = make_selector(SelectorKind::select)});
    rlimit limit{};
    (void)::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * FD_SETSIZE);
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = 0; fd >= 0 && fd < FD_SETSIZE;) fd = ::dup(STDERR_FILENO);
    (void)loop.on_signal(SIGUSR1, [] {});
  };
  EXPECT_DEATH(watch(), "signals cannot be watched: select\\(\\) cannot watch descriptor");
}

}  // namespace
}  // namespace gossamer
