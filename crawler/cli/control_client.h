#pragma once

#include <chrono>
#include <string>

#include "net/coro/task.h"

namespace gossamer {

// Sends a request, a line with its newline, to the crawl at work on `database` (crawler/control_socket.h) and
// gives the line of its answer without one. Errors: refused where no crawl is at work; not_found where there
// is no such database; io, timeout, protocol.
Task<Result<std::string>> ask_crawl(std::string database, std::string request, std::chrono::seconds patience);

}  // namespace gossamer
