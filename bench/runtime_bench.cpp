// What the runtime costs beside Boost.Asio's awaitables: the same five pieces of work, each written the way
// its library is meant to be used, on one thread, in one program. The counter "cpu" of a pair is compared,
// never the wall time.
#include <array>
#include <benchmark/benchmark.h>
#include <boost/asio.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <deque>
#include <memory>
#include <vector>

#include "net/coro/channel.h"
#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"
#include "net/io/tcp.h"
#include "net/loop/epoll_selector.h"

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using gossamer::EventLoop;
using gossamer::Task;
using gossamer::TaskGroup;

constexpr int kRounds = 1'000;              // of each coroutine in one iteration
constexpr int kChain = 1'000;               // awaits deep
constexpr std::size_t kTimers = 1'000'000;  // pending
constexpr int kConnections = 64;
constexpr std::size_t kMessage = 64;   // bytes
constexpr std::size_t kBuffer = 1024;  // of a reader: it does not know how much will come

void per_item(benchmark::State& state, std::int64_t items) {
  state.SetItemsProcessed(state.iterations() * items);
  state.counters["cpu"] =
      benchmark::Counter(static_cast<double>(items),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// --- post and resume: state.range(0) coroutines go to the end of the ready queue again and again.

Task<> take_turns(int rounds) {
  for (int i = 0; i < rounds; ++i) co_await gossamer::sleep_for(gossamer::Duration::zero());
}
Task<> all_take_turns(TaskGroup& group, int coroutines) {
  for (int i = 0; i < coroutines; ++i) group.create_task(take_turns, kRounds);
  co_return;
}
void post_resume_gossamer(benchmark::State& state) {
  const int coroutines = static_cast<int>(state.range(0));
  EventLoop loop;
  for (auto _ : state) {
    gossamer::run(loop, [coroutines] { return gossamer::with_task_group(all_take_turns, coroutines); });
  }
  per_item(state, std::int64_t{coroutines} * kRounds);
}

asio::awaitable<void> asio_take_turns(int rounds) {
  for (int i = 0; i < rounds; ++i) co_await asio::post(use_awaitable);
}
void post_resume_asio(benchmark::State& state) {
  asio::io_context context(1);
  for (auto _ : state) {
    for (int i = 0; i < state.range(0); ++i)
      asio::co_spawn(context, asio_take_turns(kRounds), asio::detached);
    context.run();
    context.restart();
  }
  per_item(state, state.range(0) * kRounds);
}

// --- create, await and destroy a chain of coroutines.

Task<int> chain(int depth) { co_return depth == 0 ? 0 : 1 + co_await chain(depth - 1); }
Task<> await_chains() {
  for (int i = 0; i < kRounds; ++i) benchmark::DoNotOptimize(co_await chain(kChain));
}
void chain_gossamer(benchmark::State& state) {
  EventLoop loop;
  for (auto _ : state) gossamer::run(loop, await_chains);
  per_item(state, kRounds * kChain);
}

asio::awaitable<int> asio_chain(int depth) { co_return depth == 0 ? 0 : 1 + co_await asio_chain(depth - 1); }
asio::awaitable<void> asio_await_chains() {
  for (int i = 0; i < kRounds; ++i) benchmark::DoNotOptimize(co_await asio_chain(kChain));
}
void chain_asio(benchmark::State& state) {
  asio::io_context context(1);
  for (auto _ : state) {
    asio::co_spawn(context, asio_await_chains(), asio::detached);
    context.run();
    context.restart();
  }
  per_item(state, kRounds * kChain);
}

// --- channel: one sends, one receives; state.range(0) is the capacity.

Task<> send_all(gossamer::Channel<int>* channel, int count) {
  for (int i = 0; i < count; ++i) co_await channel->send(i);
  channel->close();
}
Task<> receive_all(gossamer::Channel<int>* channel) {
  while (auto value = co_await channel->receive()) benchmark::DoNotOptimize(*value);
}
Task<> send_and_receive(TaskGroup& group, gossamer::Channel<int>* channel, int count) {
  group.create_task(send_all, channel, count);
  group.create_task(receive_all, channel);
  co_return;
}
void channel_gossamer(benchmark::State& state) {
  constexpr int kCount = 100 * kRounds;
  EventLoop loop;
  for (auto _ : state) {
    gossamer::Channel<int> channel(static_cast<std::size_t>(state.range(0)));
    gossamer::run(loop, [&] { return gossamer::with_task_group(send_and_receive, &channel, kCount); });
  }
  per_item(state, kCount);
}

using AsioChannel = asio::experimental::channel<void(boost::system::error_code, int)>;
asio::awaitable<void> asio_send_all(AsioChannel& channel, int count) {
  for (int i = 0; i < count; ++i) co_await channel.async_send(boost::system::error_code(), i, use_awaitable);
}
asio::awaitable<void> asio_receive_all(AsioChannel& channel, int count) {
  for (int i = 0; i < count; ++i) benchmark::DoNotOptimize(co_await channel.async_receive(use_awaitable));
}
void channel_asio(benchmark::State& state) {
  constexpr int kCount = 100 * kRounds;
  asio::io_context context(1);
  for (auto _ : state) {
    AsioChannel channel(context, static_cast<std::size_t>(state.range(0)));
    asio::co_spawn(context, asio_send_all(channel, kCount), asio::detached);
    asio::co_spawn(context, asio_receive_all(channel, kCount), asio::detached);
    context.run();
    context.restart();
  }
  per_item(state, kCount);
}

// --- timers, while a million are pending: one more is armed and cancelled, as the deadline of a read is that
// came in time (state.range(0) = 0); or one of them is armed anew (1).

enum TimerWork : std::int64_t { kArmAndCancel, kArmAnew };

// Where the next timer's deadline lies among the others.
class Deadlines {
 public:
  std::size_t next() { return index_ = (index_ + 611'953) % kTimers; }
  static std::chrono::milliseconds delay(std::size_t i) {
    return std::chrono::seconds(3600) + std::chrono::milliseconds(i * 7'919 % 600'011);
  }

 private:
  std::size_t index_ = 0;
};

Task<> arm_timers(benchmark::State* state) {
  EventLoop& loop = EventLoop::current();
  const gossamer::ReadyCall nothing{[](void*) {}, nullptr};
  std::deque<gossamer::Timer> pending;
  for (std::size_t i = 0; i < kTimers; ++i) {
    loop.arm(pending.emplace_back(nothing), loop.now() + Deadlines::delay(i));
  }
  gossamer::Timer one_more(nothing);
  Deadlines deadlines;
  const bool anew = state->range(0) == kArmAnew;
  for (auto _ : *state) {
    for (int k = 0; k < kRounds; ++k) {
      const std::size_t i = deadlines.next();
      loop.arm(anew ? pending[i] : one_more, loop.now() + Deadlines::delay(i + 1));
      if (!anew) loop.disarm(one_more);
    }
  }
  for (gossamer::Timer& timer : pending) loop.disarm(timer);
  co_return;
}
void timers_gossamer(benchmark::State& state) {
  EventLoop loop;
  gossamer::run(loop, arm_timers, &state);
  per_item(state, kRounds);
}

void timers_asio(benchmark::State& state) {
  asio::io_context context(1);
  std::vector<asio::steady_timer> pending;
  const auto nothing = [](const boost::system::error_code&) {};
  for (std::size_t i = 0; i < kTimers; ++i) {
    pending.emplace_back(context, Deadlines::delay(i)).async_wait(nothing);
  }
  asio::steady_timer one_more(context);
  Deadlines deadlines;
  const bool anew = state.range(0) == kArmAnew;
  for (auto _ : state) {
    for (int k = 0; k < kRounds; ++k) {
      const std::size_t i = deadlines.next();
      asio::steady_timer& timer = anew ? pending[i] : one_more;
      timer.expires_after(Deadlines::delay(i + 1));  // cancels a wait
      timer.async_wait(nothing);
      if (!anew) timer.cancel();
    }
    context.poll();  // the handlers of the waits that were cancelled
  }
  per_item(state, kRounds);
}

// --- echo: 64 connections over loopback, both ends on this thread.

Task<> echo(std::unique_ptr<gossamer::TcpStream> stream) {
  std::array<char, kBuffer> buffer;
  while (true) {
    const auto count = co_await stream->read_some(buffer, gossamer::kNoDeadline);
    if (!count || *count == 0) co_return;
    if (!co_await stream->write_all({buffer.data(), *count}, gossamer::kNoDeadline)) co_return;
  }
}
Task<> echo_client(gossamer::SocketAddress address, int rounds) {
  auto stream = co_await gossamer::TcpStream::connect(address, gossamer::kNoDeadline);
  std::array<char, kBuffer> buffer{};
  for (int i = 0; i < rounds; ++i) {
    if (!co_await (*stream)->write_all({buffer.data(), kMessage}, gossamer::kNoDeadline)) co_return;
    for (std::size_t got = 0; got < kMessage;) {
      const auto count = co_await (*stream)->read_some(std::span(buffer).subspan(got), gossamer::kNoDeadline);
      if (!count || *count == 0) co_return;
      got += *count;
    }
  }
}
Task<> echo_all(TaskGroup& group) {
  auto listener = gossamer::TcpListener::listen({*gossamer::IpAddress::parse("127.0.0.1"), 0});
  for (int i = 0; i < kConnections; ++i) {
    group.create_task(echo_client, (*listener)->address(), kRounds);
    group.create_task(echo, *co_await (*listener)->accept());
  }
}
void echo_over(benchmark::State& state, std::unique_ptr<gossamer::Selector> selector) {
  EventLoop loop({.selector = std::move(selector)});
  for (auto _ : state) {
    gossamer::run(loop, [] { return gossamer::with_task_group(echo_all); });
  }
  per_item(state, kConnections * kRounds);
}
void echo_gossamer(benchmark::State& state) { echo_over(state, gossamer::make_default_selector()); }

// epoll as select() and poll() are used: what is waited for is registered, and told for as long as it is
// ready.
class LevelTriggered final : public gossamer::Selector {
 public:
  gossamer::Result<> register_fd(int fd, gossamer::IoEvents interest, void* data) override {
    return epoll_.register_fd(fd, interest, data);
  }
  gossamer::Result<> modify(int fd, gossamer::IoEvents interest, void* data) override {
    return epoll_.modify(fd, interest, data);
  }
  void unregister(int fd) override { epoll_.unregister(fd); }
  std::span<const Event> select(std::optional<gossamer::Duration> timeout) override {
    return epoll_.select(timeout);
  }
  bool supports_edge() const override { return false; }

 private:
  gossamer::EpollSelector epoll_;
};
void echo_gossamer_level(benchmark::State& state) { echo_over(state, std::make_unique<LevelTriggered>()); }

using asio::ip::tcp;
asio::awaitable<void> asio_echo(tcp::socket socket) {
  std::array<char, kBuffer> buffer;
  boost::system::error_code error;
  while (true) {
    const std::size_t count =
        co_await socket.async_read_some(asio::buffer(buffer), asio::redirect_error(use_awaitable, error));
    if (error) co_return;
    co_await asio::async_write(socket, asio::buffer(buffer, count), use_awaitable);
  }
}
asio::awaitable<void> asio_echo_client(tcp::endpoint address, int rounds) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(address, use_awaitable);
  socket.set_option(tcp::no_delay(true));
  std::array<char, kBuffer> buffer{};
  for (int i = 0; i < rounds; ++i) {
    co_await asio::async_write(socket, asio::buffer(buffer, kMessage), use_awaitable);
    for (std::size_t got = 0; got < kMessage;) {
      got += co_await socket.async_read_some(asio::buffer(buffer) + got, use_awaitable);
    }
  }
}
asio::awaitable<void> asio_echo_all(tcp::acceptor& acceptor) {
  for (int i = 0; i < kConnections; ++i) {
    asio::co_spawn(acceptor.get_executor(), asio_echo_client(acceptor.local_endpoint(), kRounds),
                   asio::detached);
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), asio_echo(std::move(socket)), asio::detached);
  }
}
void echo_asio(benchmark::State& state) {
  asio::io_context context(1);
  for (auto _ : state) {
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(context, asio_echo_all(acceptor), asio::detached);
    context.run();
    context.restart();
  }
  per_item(state, kConnections * kRounds);
}

BENCHMARK(post_resume_gossamer)->Arg(1)->Arg(64);
BENCHMARK(post_resume_asio)->Arg(1)->Arg(64);
BENCHMARK(chain_gossamer);
BENCHMARK(chain_asio);
BENCHMARK(channel_gossamer)->Arg(1)->Arg(64);
BENCHMARK(channel_asio)->Arg(1)->Arg(64);
BENCHMARK(timers_gossamer)->Arg(kArmAndCancel)->Arg(kArmAnew);
BENCHMARK(timers_asio)->Arg(kArmAndCancel)->Arg(kArmAnew);
BENCHMARK(echo_gossamer);
BENCHMARK(echo_gossamer_level);
BENCHMARK(echo_asio);

}  // namespace
