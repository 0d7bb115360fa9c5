// One fetcher, written in each of the ways that asynchronous I/O went through. All fetch `paths` from one
// server and give the pages in their order; what fails ends the program with a word on stderr. Read them in
// this order.
#pragma once

#include <string>
#include <vector>

#include "net/io/address.h"

using Paths = std::vector<std::string>;
using Pages = std::vector<std::string>;

// One connection after the other; each call waits.
Pages fetch_blocking(const gossamer::SocketAddress& server, const Paths& paths);
// All at once: a select() loop written out, and a callback for each step of a fetch.
Pages fetch_select_callbacks(const gossamer::SocketAddress& server, const Paths& paths);
// The same callbacks on an EventLoop, with epoll below, deadlines and handles that cancel.
Pages fetch_epoll_callbacks(const gossamer::SocketAddress& server, const Paths& paths);
// A fetch is a generator again in one piece: it yields what it waits for, and a scheduler resumes it.
Pages fetch_generators(const gossamer::SocketAddress& server, const Paths& paths);
// The scheduler has become the library's: tasks, co_await, a deadline and a group that joins.
Pages fetch_co_await(const gossamer::SocketAddress& server, const Paths& paths);
