#include "net/io/tcp.h"

#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include "net/coro/task_group.h"
#include "tests/support/each_selector.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

struct Connection {
  std::unique_ptr<TcpStream> client;
  std::unique_ptr<TcpStream> server;
};

Task<Connection> connect_to(TcpListener& listener) {
  auto client = co_await TcpStream::connect(listener.address(), kNoDeadline);
  auto server = co_await listener.accept();
  co_return Connection{std::move(client.value()), std::move(server.value())};
}
Task<Connection> make_connection() {
  const auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value();
  co_return co_await connect_to(*listener);
}

Task<std::string> read_to_end(Stream& stream) {
  std::string all;
  std::array<char, 8192> buffer;
  while (true) {
    const auto count = co_await stream.read_some(buffer, kNoDeadline);
    if (!count) co_return all + "! " + count.error().message;
    if (*count == 0) co_return all;
    all.append(buffer.data(), *count);
  }
}

void end_with_a_reset(int fd) {
  const linger abort{.l_onoff = 1, .l_linger = 0};
  EXPECT_EQ(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort), 0);
}

// The same over all selectors.
class TcpTest : public EachSelectorTest {
 protected:
  void run_task(Task<> (*fn)()) { run(loop_, fn); }
  FakeClock clock_{20ms};  // loopback packets may take their time on a busy machine
  EventLoop loop_{clock_.loop_options(make_selector())};
};
INSTANTIATE_WITH_EACH_SELECTOR(TcpTest);

TEST_P(TcpTest, CarriesBytesBothWaysUntilEachEnd) {
  run_task([]() -> Task<> {
    const auto [client, server] = co_await make_connection();
    const auto sent = co_await client->write_all("question", kNoDeadline);
    EXPECT_TRUE(sent);
    client->shutdown_write();
    const std::string question = co_await read_to_end(*server);
    EXPECT_EQ(question, "question");
    const auto answered = co_await server->write_all("answer", kNoDeadline);
    EXPECT_TRUE(answered);
    server->shutdown_write();
    const std::string answer = co_await read_to_end(*client);
    EXPECT_EQ(answer, "answer");
  });
}

TEST_P(TcpTest, CarriesMoreThanTheSocketBuffersHold) {
  run_task([]() -> Task<> {
    auto connection = co_await make_connection();
    co_await with_task_group(
        [](TaskGroup& group, Connection* c) -> Task<> {
          group.create_task(
              [](Stream* to) -> Task<> {
                std::string bytes(16 << 20, '\0');
                for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 >> 8);
                const auto sent = co_await to->write_all(bytes, kNoDeadline);
                EXPECT_TRUE(sent);
                static_cast<TcpStream*>(to)->shutdown_write();
              },
              c->client.get());
          const std::string received = co_await read_to_end(*c->server);
          EXPECT_EQ(received.size(), std::size_t{16 << 20});
          bool same = true;
          for (std::size_t i = 0; i < received.size(); ++i)
            same = same && received[i] == static_cast<char>(i * 31 >> 8);
          EXPECT_TRUE(same);
        },
        &connection);
  });
}

TEST_P(TcpTest, ManyConnectionsAtOnce) {
  run_task([]() -> Task<> {
    const auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value();
    std::vector<Connection> connections;
    for (int i = 0; i < 200; ++i) connections.push_back(co_await connect_to(*listener));
    co_await with_task_group(
        [](TaskGroup& group, std::vector<Connection>* all) -> Task<> {
          for (Connection& connection : *all) {
            group.create_task(
                [](Connection* c) -> Task<> {
                  for (int i = 0; i < 50; ++i) {
                    const std::string message = std::to_string(i);
                    co_await c->client->write_all(message, kNoDeadline);
                    std::array<char, 16> buffer;
                    const auto count = co_await c->server->read_some(buffer, kNoDeadline);
                    EXPECT_EQ(std::string(buffer.data(), count.value_or(0)), message);
                  }
                },
                &connection);
          }
          co_return;
        },
        &connections);
  });
}

TEST_P(TcpTest, ConnectingToAClosedPortIsRefused) {
  run_task([]() -> Task<> {
    auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value();
    const SocketAddress address = listener->address();
    listener.reset();
    const auto stream = co_await TcpStream::connect(address, kNoDeadline);
    EXPECT_FALSE(stream);
    EXPECT_EQ(stream.error().error_class, ErrorClass::connect);
    EXPECT_EQ(stream.error().phase, Phase::connect);
    EXPECT_NE(stream.error().message.find(address.to_string()), std::string::npos) << stream.error().message;
  });
}

TEST_P(TcpTest, ConnectingToAListenerThatTakesNobodyTimesOut) {
  run_task([]() -> Task<> {
    const auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}, 0).value();
    std::vector<std::unique_ptr<TcpStream>> waiting;  // fill the backlog
    const TimePoint start = EventLoop::current().now();
    while (true) {
      auto stream = co_await TcpStream::connect(listener->address(), EventLoop::current().now() + 5s);
      if (!stream) {
        EXPECT_EQ(stream.error().error_class, ErrorClass::timeout);
        EXPECT_EQ(stream.error().phase, Phase::connect);
        break;
      }
      waiting.push_back(std::move(*stream));
      if (waiting.size() > 100) {
        ADD_FAILURE() << "the backlog never fills";
        break;
      }
    }
    EXPECT_EQ(EventLoop::current().now() - start, 5s);
  });
}

TEST_P(TcpTest, ASilentPeerTimesOutAndTheStreamCanStillBeRead) {
  run_task([]() -> Task<> {
    const auto [client, server] = co_await make_connection();
    std::array<char, 16> buffer;
    const auto late = co_await client->read_some(buffer, EventLoop::current().now() + 1s);
    EXPECT_FALSE(late);
    EXPECT_EQ(late.error().error_class, ErrorClass::timeout);
    co_await server->write_all("at last", kNoDeadline);
    const auto count = co_await client->read_some(buffer, EventLoop::current().now() + 1s);
    EXPECT_EQ(count, 7U);
  });
}

TEST_P(TcpTest, APeerThatDoesNotReadTimesTheWriterOut) {
  run_task([]() -> Task<> {
    const auto [client, server] = co_await make_connection();
    const auto sent = co_await client->write_all(std::string(64 << 20, 'x'), EventLoop::current().now() + 1s);
    EXPECT_FALSE(sent);
    EXPECT_EQ(sent.error().error_class, ErrorClass::timeout);
  });
}

TEST_P(TcpTest, AResetIsAnErrorForReaderAndWriter) {
  run_task([]() -> Task<> {
    auto [client, server] = co_await make_connection();
    co_await client->write_all("lost", kNoDeadline);
    end_with_a_reset(server->watch().fd());
    server.reset();
    std::array<char, 16> buffer;
    const auto read = co_await client->read_some(buffer, kNoDeadline);
    EXPECT_FALSE(read);
    EXPECT_EQ(read.error().error_class, ErrorClass::io);
    const auto sent = co_await client->write_all("more", kNoDeadline);
    EXPECT_FALSE(sent) << "and no SIGPIPE";
  });
}

TEST_P(TcpTest, AWriterWhosePeerGoesAwayDoesNotHang) {
  run_task([]() -> Task<> {
    auto connection = co_await make_connection();
    co_await with_task_group(
        [](TaskGroup& group, Connection* c) -> Task<> {
          auto writer = group.create_task(
              [](Stream* to) -> Task<bool> {
                co_return (co_await to->write_all(std::string(64 << 20, 'x'), kNoDeadline)).has_value();
              },
              c->client.get());
          co_await let_others_run(5);
          c->server.reset();
          const bool sent = co_await writer;
          EXPECT_FALSE(sent);
        },
        &connection);
  });
}

TEST_P(TcpTest, ACancelledReaderLeavesTheBytesForTheNext) {
  run_task([]() -> Task<> {
    auto connection = co_await make_connection();
    co_await with_task_group(
        [](TaskGroup& group, Connection* c) -> Task<> {
          auto reader =
              group.create_task([](Stream* from) -> Task<> { co_await read_to_end(*from); }, c->server.get());
          co_await let_others_run(3);
          reader.cancel();
          co_await reader.wait();
          EXPECT_EQ(reader.status(), TaskStatus::cancelled);
          co_await c->client->write_all("kept", kNoDeadline);
          c->client->shutdown_write();
          const std::string all = co_await read_to_end(*c->server);
          EXPECT_EQ(all, "kept");
        },
        &connection);
  });
}

TEST_P(TcpTest, AReadThatFillsItsBufferIsFollowedByTheRest) {
  run_task([]() -> Task<> {
    const auto [client, server] = co_await make_connection();
    co_await client->write_all("0123456789", kNoDeadline);
    std::string all;
    std::array<char, 3> buffer;
    while (all.size() < 10) {
      const auto count = co_await server->read_some(buffer, EventLoop::current().now() + 1s);
      if (!count) break;
      all.append(buffer.data(), *count);
    }
    EXPECT_EQ(all, "0123456789");
  });
}

TEST_P(TcpTest, AnIdleConnectionTellsWhetherItIsStillGood) {
  run_task([]() -> Task<> {
    auto [client, server] = co_await make_connection();
    EXPECT_TRUE(client->is_idle());
    co_await server->write_all("x", kNoDeadline);
    co_await sleep_for(1ms);
    EXPECT_FALSE(client->is_idle()) << "bytes nobody asked for";
    auto [other, peer] = co_await make_connection();
    peer.reset();
    co_await sleep_for(1ms);
    EXPECT_FALSE(other->is_idle()) << "closed";
  });
}

TEST_P(TcpTest, AcceptWaitsForADescriptorWhenThereIsNone) {
  run_task([]() -> Task<> {
    const auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value();
    auto client = co_await TcpStream::connect(listener->address(), kNoDeadline);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(Fd(::dup(0)).get());  // the lowest that is free, and would be next
    // UBSan opens a pipe when it first sees an object's type: let it see the clock while there are
    // descriptors.
    [[maybe_unused]] const TimePoint seen = EventLoop::current().now();
    ::setrlimit(RLIMIT_NOFILE, &none);
    const auto late = co_await with_timeout(1s, listener->accept());
    EXPECT_FALSE(late);
    ::setrlimit(RLIMIT_NOFILE, &before);
    const auto accepted = co_await with_timeout(1s, listener->accept());
    EXPECT_TRUE(accepted);
  });
}

TEST_P(TcpTest, AnAddressInUseIsAnErrorThatNamesIt) {
  run_task([]() -> Task<> {
    const auto first = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value();
    const auto second = TcpListener::listen(first->address());
    EXPECT_FALSE(second);
    EXPECT_NE(second.error().message.find(first->address().to_string()), std::string::npos);
    co_return;
  });
}

}  // namespace
}  // namespace gossamer
