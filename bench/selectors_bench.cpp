// What it costs to find out which connections are ready: select, poll and epoll, with 10 to 10,000 TCP
// connections whose other ends are in another process, of which 10 or all have a byte to read. The bytes stay
// unread, so each call of select() finds the same. CPU time an event; bench/selectors_plot.py draws it.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "net/base/fatal.h"
#include "net/base/fd.h"
#include "net/loop/selector.h"

using namespace gossamer;

namespace {

struct Wanted {
  std::uint16_t port;
  std::uint32_t connections;
  std::uint32_t active;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// The other process: connects as often as it is told, and sends a byte over some, evenly spread.
[[noreturn]] void be_the_peer(int orders) {
  std::vector<Fd> connections;
  Wanted wanted;
  while (::read(orders, &wanted, sizeof wanted) == sizeof wanted) {
    connections.clear();
    const sockaddr_in address = loopback(wanted.port);
    for (std::uint32_t i = 0; i < wanted.connections; ++i) {
      Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fatal("connect", errno);
      }
      connections.push_back(std::move(fd));
    }
    for (std::uint32_t i = 0; i < wanted.active; ++i) {
      const Fd& fd = connections[std::size_t{i} * wanted.connections / wanted.active];
      if (::write(fd.get(), "x", 1) != 1) fatal("write", errno);
    }
    if (::write(orders, "x", 1) != 1) fatal("write", errno);
  }
  std::_Exit(0);
}

int peer = -1;  // where it takes its orders

// Our ends of new connections, `active` of which can be read.
std::vector<Fd> connect_all(std::uint32_t connections, std::uint32_t active) {
  const Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listening.get(), generic, length) != 0 || ::listen(listening.get(), 4096) != 0 ||
      ::getsockname(listening.get(), generic, &length) != 0) {
    fatal("listen", errno);
  }
  const Wanted wanted{ntohs(address.sin_port), connections, active};
  if (::write(peer, &wanted, sizeof wanted) != sizeof wanted) fatal("write", errno);
  std::vector<Fd> accepted;
  for (std::uint32_t i = 0; i < connections; ++i) {
    accepted.emplace_back(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!accepted.back()) fatal("accept", errno);
  }
  char done = 0;
  if (::read(peer, &done, 1) != 1) fatal("read", errno);
  return accepted;
}

void select_ready(benchmark::State& state, SelectorKind kind) {
  const auto connections = static_cast<std::uint32_t>(state.range(0));
  const auto active = static_cast<std::uint32_t>(state.range(1));
  const std::vector<Fd> all = connect_all(connections, active);
  const auto selector = make_selector(kind);
  for (const Fd& fd : all) {
    if (auto done = selector->register_fd(fd.get(), IoEvents::read, nullptr); !done) {
      fatal(done.error().message);
    }
  }
  std::size_t events = 0;
  for (auto _ : state) events += selector->select(Duration::zero()).size();
  using benchmark::Counter;
  state.counters["event"] = Counter(static_cast<double>(events), Counter::kIsRate | Counter::kInvert);
  state.counters["events/call"] = Counter(static_cast<double>(events), Counter::kAvgIterations);
  for (const Fd& fd : all) selector->unregister(fd.get());
}

}  // namespace

int main(int argc, char** argv) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fatal("socketpair", errno);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    be_the_peer(ends[1]);
  }
  ::close(ends[1]);
  peer = ends[0];

  for (const SelectorKind kind : kSelectorKinds) {
    auto* const bench =
        benchmark::RegisterBenchmark(std::string(to_string(kind)).c_str(), select_ready, kind);
    bench->ArgNames({"connections", "active"});
    for (const int connections : {10, 100, 1000, 10000}) {
      if (kind == SelectorKind::select && connections > 1000) continue;  // beyond FD_SETSIZE
      bench->Args({connections, 10});
      if (connections > 10) bench->Args({connections, connections});
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  ::close(peer);
  ::waitpid(child, nullptr, 0);
}
