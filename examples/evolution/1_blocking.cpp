// Blocking: the code says what happens, line after line, and the thread sleeps in each of the calls. To fetch
// a hundred pages at once takes a hundred threads.
#include "examples/evolution/fetchers.h"
#include "examples/evolution/http.h"

using namespace gossamer;

static std::string fetch(const SocketAddress& server, const std::string& path) {
  const Fd fd = start_connecting(server, true);
  send_request(fd.get(), path);
  std::string response;
  while (receive_some(fd.get(), response)) {
  }
  return body_of(response);
}

Pages fetch_blocking(const SocketAddress& server, const Paths& paths) {
  Pages pages;
  for (const std::string& path : paths) pages.push_back(fetch(server, path));
  return pages;
}
