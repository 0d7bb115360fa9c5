// What all the fetchers share: as little HTTP as will do, and sockets.
#pragma once

#include <string>
#include <string_view>

#include "net/base/fd.h"
#include "net/io/address.h"

// HTTP/1.0: the server closes the connection at the end of the response.
std::string request_for(std::string_view path);
// The body of a whole response with status 200.
std::string body_of(const std::string& response);

// A socket on its way to `server`: writable when it is connected. Blocking ones are connected already.
gossamer::Fd start_connecting(const gossamer::SocketAddress& server, bool blocking = false);
// Sends all of it, which is so short that a new connection takes it.
void send_request(int fd, std::string_view path);
// Appends what is there to read. False at the end of the stream.
bool receive_some(int fd, std::string& response);

[[noreturn]] void give_up(std::string_view why);
