// evolution PORT PATH...: fetches the pages from 127.0.0.1 in each of the ways, and says how long each took.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "examples/evolution/fetchers.h"
#include "examples/evolution/http.h"

int main(int argc, char** argv) {
  if (argc < 3) give_up("usage: evolution PORT PATH...");
  const gossamer::SocketAddress server(*gossamer::IpAddress::parse("127.0.0.1"),
                                       static_cast<std::uint16_t>(std::atoi(argv[1])));
  const Paths paths(argv + 2, argv + argc);
  const auto compare = [&](const char* name, auto* fetch) {
    const auto start = std::chrono::steady_clock::now();
    std::size_t bytes = 0;
    for (const std::string& page : fetch(server, paths)) bytes += page.size();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::printf("%-20s %zu pages, %zu bytes, %.1f ms\n", name, paths.size(), bytes, took.count());
  };
  compare("blocking", fetch_blocking);
  compare("select + callbacks", fetch_select_callbacks);
  compare("epoll + callbacks", fetch_epoll_callbacks);
  compare("generators", fetch_generators);
  compare("co_await", fetch_co_await);
}
