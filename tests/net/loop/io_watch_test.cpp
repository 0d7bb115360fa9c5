#include "net/loop/io_watch.h"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/loop/socket_pair.h"
#include "tests/support/each_selector.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

Ends make_pipe() {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}
void write_to(const Fd& fd, std::string_view bytes) {
  ASSERT_EQ(::write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}
std::string drain(const Fd& fd) {
  std::array<char, 65536> buffer;
  std::string all;
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(count));
  }
}
void fill(const Fd& fd) {
  const std::array<char, 4096> bytes{};
  while (::write(fd.get(), bytes.data(), bytes.size()) > 0) {
  }
}

// All selectors must give the same behaviour.
class IoWatchTest : public EachSelectorTest {
 protected:
  // Runs the loop until it has nothing more to do: no report, no call.
  void run_until_idle() {
    Timer idle({[](void* argument) { static_cast<EventLoop*>(argument)->stop(); }, &loop_});
    loop_.arm(idle, clock_.now() + 1s);
    loop_.run_forever();
  }
  void wait(IoWatch& watch, IoEvents direction, int& calls) {
    watch.wait(direction, {[](void* argument) { ++*static_cast<int*>(argument); }, &calls});
  }

  FakeClock clock_;
  EventLoop loop_{clock_.loop_options(make_selector())};
};
INSTANTIATE_WITH_EACH_SELECTOR(IoWatchTest);

TEST_P(IoWatchTest, CallsOnceWhenReadable) {
  const Ends pipe = make_pipe();
  IoWatch watch(loop_, pipe.a.get());
  ASSERT_TRUE(watch.status());
  int calls = 0;
  wait(watch, IoEvents::read, calls);
  run_until_idle();
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(watch.take(IoEvents::read));

  write_to(pipe.b, "x");
  run_until_idle();
  EXPECT_EQ(calls, 1);
  write_to(pipe.b, "y");
  run_until_idle();
  EXPECT_EQ(calls, 1) << "one wait, one call";
  EXPECT_TRUE(watch.take(IoEvents::read));
  EXPECT_FALSE(watch.take(IoEvents::read));
}

TEST_P(IoWatchTest, AReportWhileNobodyWaitsIsRemembered) {
  const Ends pipe = make_pipe();
  IoWatch watch(loop_, pipe.a.get());
  write_to(pipe.b, "early");
  run_until_idle();
  EXPECT_TRUE(watch.take(IoEvents::read));
  EXPECT_EQ(drain(pipe.a), "early");
  EXPECT_FALSE(watch.take(IoEvents::read));

  int calls = 0;
  wait(watch, IoEvents::read, calls);
  run_until_idle();
  EXPECT_EQ(calls, 0);
  write_to(pipe.b, "late");
  run_until_idle();
  EXPECT_EQ(calls, 1);
}

TEST_P(IoWatchTest, WhatWasReadyBeforeTheWatchIsReported) {
  const Ends pipe = make_pipe();
  write_to(pipe.b, "x");
  IoWatch watch(loop_, pipe.a.get());
  int calls = 0;
  wait(watch, IoEvents::read, calls);
  run_until_idle();
  EXPECT_EQ(calls, 1);
}

TEST_P(IoWatchTest, TheDirectionsAreIndependent) {
  const Ends sockets = make_ends();
  fill(sockets.a);
  IoWatch watch(loop_, sockets.a.get());
  int reads = 0;
  int writes = 0;
  wait(watch, IoEvents::read, reads);
  wait(watch, IoEvents::write, writes);
  run_until_idle();
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(writes, 0);
  drain(sockets.b);
  run_until_idle();
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(writes, 1);
  write_to(sockets.b, "x");
  run_until_idle();
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(writes, 1);
}

TEST_P(IoWatchTest, AfterAHangUpReadingStaysReady) {
  Ends sockets = make_ends();
  IoWatch watch(loop_, sockets.a.get());
  int calls = 0;
  wait(watch, IoEvents::read, calls);
  write_to(sockets.b, "last words");
  sockets.b.reset();
  run_until_idle();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(drain(sockets.a), "last words");
  if (GetParam() == SelectorKind::select) {  // it cannot tell: ask again
    watch.take(IoEvents::read);
    wait(watch, IoEvents::read, calls);
    run_until_idle();
    EXPECT_EQ(calls, 2);
  }
  EXPECT_TRUE(watch.take(IoEvents::read)) << "the end of the stream is readable too";
  if (GetParam() == SelectorKind::select) return;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(watch.take(IoEvents::read));
}

TEST_P(IoWatchTest, AHangUpThatNobodyWaitsForDoesNotSpinTheLoop) {
  Ends sockets = make_ends();
  IoWatch watch(loop_, sockets.a.get());
  sockets.b.reset();
  run_until_idle();  // a loop that is told again and again never becomes idle, and the clock never jumps
  EXPECT_TRUE(watch.take(IoEvents::read));
}

TEST_P(IoWatchTest, AWriterLearnsThatThePeerHasGone) {
  Ends sockets = make_ends();
  fill(sockets.a);
  IoWatch watch(loop_, sockets.a.get());
  run_until_idle();
  watch.take(IoEvents::write);
  int calls = 0;
  wait(watch, IoEvents::write, calls);
  sockets.b.reset();
  run_until_idle();
  EXPECT_EQ(calls, 1);
}

TEST_P(IoWatchTest, WhoStoppedWaitingIsNotCalledButTheReportIsKept) {
  const Ends pipe = make_pipe();
  IoWatch watch(loop_, pipe.a.get());
  int calls = 0;
  wait(watch, IoEvents::read, calls);
  watch.stop_waiting(IoEvents::read);
  write_to(pipe.b, "x");
  run_until_idle();
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(watch.take(IoEvents::read));
}

TEST_P(IoWatchTest, PutBackMakesTheDirectionReadyAgain) {
  const Ends pipe = make_pipe();
  IoWatch watch(loop_, pipe.a.get());
  write_to(pipe.b, "xy");
  run_until_idle();
  EXPECT_TRUE(watch.take(IoEvents::read));
  watch.put_back(IoEvents::read);
  EXPECT_TRUE(watch.take(IoEvents::read));
  EXPECT_FALSE(watch.take(IoEvents::read));
}

// An error on a datagram socket (here ICMP port unreachable) is one event; the socket goes on.
TEST_P(IoWatchTest, AnErrorIsNoHangUp) {
  const Fd udp(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  Fd closed(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(closed.get(), generic, length), 0);
  ASSERT_EQ(::getsockname(closed.get(), generic, &length), 0);
  ASSERT_EQ(::connect(udp.get(), generic, length), 0);
  closed.reset();

  IoWatch watch(loop_, udp.get());
  int calls = 0;
  wait(watch, IoEvents::read, calls);
  write_to(udp, "anybody there?");
  run_until_idle();
  ASSERT_EQ(calls, 1);
  EXPECT_TRUE(watch.take(IoEvents::read));
  char byte = 0;
  EXPECT_EQ(::recv(udp.get(), &byte, 1, 0), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  EXPECT_FALSE(watch.take(IoEvents::read)) << "a reader would try for ever";
}

TEST(IoWatch, ARegularFileCannotBeWatched) {
  EventLoop loop;
  const Fd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  const IoWatch watch(loop, file.get());
  ASSERT_FALSE(watch.status());
  EXPECT_EQ(watch.status().error().error_class, ErrorClass::io);
}

TEST(IoWatchDeathTest, ASecondWatchOfADescriptorIsABrokenInvariant) {
  EXPECT_DEATH(
      {
        EventLoop loop;
        const Ends pipe = make_pipe();
        const IoWatch first(loop, pipe.a.get());
        const IoWatch second(loop, pipe.a.get());
      },
      "registered twice");
}

// The poll selector, out of memory from some time on.
class FailingSelector final : public Selector {
 public:
  Result<> register_fd(int fd, IoEvents interest, void* data) override {
    return real_->register_fd(fd, interest, data);
  }
  Result<> modify(int, IoEvents, void*) override { return fail(ErrorClass::io, "out of memory"); }
  void unregister(int fd) override { real_->unregister(fd); }
  std::span<const Event> select(std::optional<Duration> timeout) override { return real_->select(timeout); }

 private:
  std::unique_ptr<Selector> real_ = gossamer::make_selector(SelectorKind::poll);
};

TEST(IoWatchDeathTest, AWaitThatTheSelectorRefusesDoesNotLastForEver) {
  const Ends ends = make_ends();
  EXPECT_DEATH(
      {
        EventLoop loop({.selector = std::make_unique<FailingSelector>()});
        IoWatch watch(loop, ends.a.get());
        watch.wait(IoEvents::write, {});
      },
      "cannot be watched any more: out of memory");
}

}  // namespace
}  // namespace gossamer
