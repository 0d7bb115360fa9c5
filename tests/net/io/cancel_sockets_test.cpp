// Each wait of a socket is cancelled some rounds of the loop after it began: it ends as cancelled, nothing
// leaks or is resumed twice, and the sockets can be used on.
#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "net/coro/gather.h"
#include "net/io/tcp.h"
#include "tests/support/each_selector.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

struct Sockets {
  std::unique_ptr<TcpListener> listener;
  std::unique_ptr<TcpStream> client;
  std::unique_ptr<TcpStream> server;
};

Deadline in_an_hour() { return EventLoop::current().now() + 1h; }

Task<> connect_one_more(Sockets* sockets) {
  const auto stream = co_await TcpStream::connect(sockets->listener->address(), in_an_hour());
  EXPECT_TRUE(stream);
}
Task<> accept_nobody(Sockets* sockets) {
  const auto stream = co_await sockets->listener->accept();
  ADD_FAILURE() << "nobody connects";
}
Task<> read_nothing(Sockets* sockets) {
  std::array<char, 16> buffer;
  const auto count = co_await sockets->server->read_some(buffer, in_an_hour());
  ADD_FAILURE() << "nobody writes";
}
Task<> write_what_nobody_reads(Sockets* sockets) {
  static const std::string much(std::size_t{16} << 20, '-');  // more than the kernel takes
  const auto written = co_await sockets->client->write_all(much, in_an_hour());
  ADD_FAILURE() << "nobody reads";
}
using Operation = Task<> (*)(Sockets*);

Task<TaskStatus> cancelled_after(TaskGroup& group, Operation operation, Sockets* sockets, int rounds) {
  const auto task = group.create_task(operation, sockets);
  co_await let_others_run(rounds);
  task.cancel();
  co_await task.wait();
  co_return task.status();
}

Task<bool> read_up_to(Stream& stream, char last) {
  std::array<char, 65536> buffer;
  while (true) {
    const auto count = co_await stream.read_some(buffer, kNoDeadline);
    if (!count || *count == 0) co_return false;
    if (buffer[*count - 1] == last) co_return true;
  }
}

Task<Sockets> make_sockets() {
  Sockets made;
  made.listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value();
  auto [client, server] =
      co_await gather(TcpStream::connect(made.listener->address(), kNoDeadline), made.listener->accept());
  made.client = std::move(client.value());
  made.server = std::move(server.value());
  co_return made;
}

Task<> expect_usable(Sockets& sockets) {
  const auto [sent, received] =
      co_await gather(sockets.client->write_all("x", kNoDeadline), read_up_to(*sockets.server, 'x'));
  EXPECT_TRUE(sent);
  EXPECT_TRUE(received);
  const auto [client, server] = co_await gather(TcpStream::connect(sockets.listener->address(), kNoDeadline),
                                                sockets.listener->accept());
  EXPECT_TRUE(client);
  EXPECT_TRUE(server);
}

class CancelSockets : public EachSelectorTest {
 protected:
  void expect_cancelled(Operation operation) {
    for (int rounds = 0; rounds < 6; ++rounds) {
      run(
          loop_,
          [](Operation what, int wait) -> Task<> {
            Sockets sockets = co_await make_sockets();
            const TaskStatus end = co_await with_task_group(cancelled_after, what, &sockets, wait);
            EXPECT_TRUE(end == TaskStatus::cancelled || (what == connect_one_more && wait > 0));
            co_await expect_usable(sockets);
          },
          operation, rounds);
    }
  }
  EventLoop loop_{loop_options()};
};
INSTANTIATE_WITH_EACH_SELECTOR(CancelSockets);

TEST_P(CancelSockets, Connecting) { expect_cancelled(connect_one_more); }
TEST_P(CancelSockets, Accepting) { expect_cancelled(accept_nobody); }
TEST_P(CancelSockets, Reading) { expect_cancelled(read_nothing); }
TEST_P(CancelSockets, Writing) { expect_cancelled(write_what_nobody_reads); }

}  // namespace
}  // namespace gossamer
