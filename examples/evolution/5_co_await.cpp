// co_await: reads as the blocking fetcher did, waits as the callbacks did. The scheduler is the event loop,
// what a task waits for is an object with a deadline, and a group joins what was started beside each other.
#include <array>
#include <chrono>

#include "net/coro/run.h"
#include "net/coro/task_group.h"
#include "net/coro/timeout.h"
#include "net/io/tcp.h"

#include "examples/evolution/fetchers.h"
#include "examples/evolution/http.h"

using namespace gossamer;

namespace {

Task<std::string> fetch(SocketAddress server, std::string path) {
  const Deadline deadline = EventLoop::current().now() + std::chrono::seconds(30);
  auto stream = co_await TcpStream::connect(server, deadline);
  if (!stream) give_up(stream.error().message);
  if (auto sent = co_await (*stream)->write_all(request_for(path), deadline); !sent)
    give_up(sent.error().message);
  std::string response;
  std::array<char, 16384> buffer;
  while (true) {
    const auto count = co_await (*stream)->read_some(buffer, deadline);
    if (!count) give_up(count.error().message);
    if (*count == 0) co_return body_of(response);
    response.append(buffer.data(), *count);
  }
}

Task<Pages> fetch_all(TaskGroup& group, SocketAddress server, Paths paths) {
  std::vector<TaskHandle<std::string>> fetches;
  for (const std::string& path : paths) fetches.push_back(group.create_task(fetch, server, path));
  Pages pages;
  for (const auto& one : fetches) pages.push_back(co_await one);
  co_return pages;
}

}  // namespace

Pages fetch_co_await(const SocketAddress& server, const Paths& paths) {
  EventLoop loop;
  return run_until_complete(loop, with_task_group(fetch_all, server, paths));
}
