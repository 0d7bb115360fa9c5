#include "tests/support/dns_server.h"

#include <array>
#include <cctype>
#include <netinet/in.h>
#include <utility>

#include "net/base/fatal.h"
#include "net/io/readiness.h"

namespace gossamer {
namespace {

constexpr std::size_t kHeader = 12;
constexpr unsigned kTypeA = 1;
constexpr unsigned kTypeAaaa = 28;

void put16(std::string& out, std::size_t value) {
  out += static_cast<char>((value >> 8) & 0xff);
  out += static_cast<char>(value & 0xff);
}
std::size_t get16(std::string_view in, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(in[at]) << 8 |
                                  static_cast<unsigned char>(in[at + 1]));
}

Fd udp_socket(const SocketAddress& address) {
  Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const socklen_t length = address.fill(storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) fatal("bind", errno);
  return fd;
}

std::string bytes_of(const IpAddress& address) {
  sockaddr_storage storage;
  SocketAddress(address, 0).fill(storage);
  if (address.is_v4()) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return {reinterpret_cast<const char*>(&v4.sin_addr), 4};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  return {reinterpret_cast<const char*>(&v6.sin6_addr), 16};
}

}  // namespace

DnsServer::DnsServer()
    : listener_(TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0}).value()),
      udp_(udp_socket(listener_->address())),
      udp_watch_(EventLoop::current(), udp_.get()) {}

Task<> DnsServer::serve() {
  co_await with_task_group(
      [](TaskGroup& group, DnsServer* self) -> Task<> {
        group.create_task(serve_udp, self);
        co_await serve_tcp(group, self);
      },
      this);
}

Task<> DnsServer::serve_udp(DnsServer* self) {
  std::array<char, 1500> buffer;
  while (true) {
    co_await Readiness(self->udp_watch_, IoEvents::read, kNoDeadline);
    while (true) {
      sockaddr_storage peer;
      socklen_t length = sizeof peer;
      auto* const generic = reinterpret_cast<sockaddr*>(&peer);
      const ssize_t count = ::recvfrom(self->udp_.get(), buffer.data(), buffer.size(), 0, generic, &length);
      if (count < 0) break;
      const std::string answer = self->reply({buffer.data(), static_cast<std::size_t>(count)}, true);
      if (!answer.empty()) ::sendto(self->udp_.get(), answer.data(), answer.size(), 0, generic, length);
    }
  }
}

Task<> DnsServer::serve_tcp(TaskGroup& group, DnsServer* self) {
  while (auto stream = co_await self->listener_->accept()) {
    group.create_task(answer_tcp, self, std::move(*stream));
  }
}

Task<> DnsServer::answer_tcp(DnsServer* self, std::unique_ptr<TcpStream> stream) {
  std::string input;
  std::array<char, 1500> buffer;
  while (true) {
    const auto count = co_await stream->read_some(buffer, kNoDeadline);
    if (!count || *count == 0) co_return;
    input.append(buffer.data(), *count);
    while (input.size() >= 2 && input.size() >= 2 + get16(input, 0)) {
      const std::size_t size = get16(input, 0);
      const std::string answer = self->reply(std::string_view(input).substr(2, size), false);
      input.erase(0, 2 + size);
      std::string framed;
      put16(framed, answer.size());
      if (!answer.empty() && !co_await stream->write_all(framed + answer, kNoDeadline)) co_return;
    }
  }
}

std::string DnsServer::reply(std::string_view query, bool over_udp) {
  std::string name;
  std::size_t at = kHeader;
  while (query[at] != 0) {
    const auto size = static_cast<std::size_t>(query[at]);
    for (const char c : query.substr(at + 1, size)) name += static_cast<char>(std::tolower(c));
    name += '.';
    at += 1 + size;
  }
  name.pop_back();
  const std::size_t type = get16(query, at + 1);
  const std::string_view question = query.substr(kHeader, at + 5 - kHeader);
  questions_.push_back(name + (type == kTypeAaaa ? " AAAA" : " A"));

  const auto found = table.find(name);
  const Answer answer = found == table.end() ? Answer{} : found->second;
  if (answer.silent) return {};
  const bool truncated = answer.truncated && over_udp;
  std::string records;
  std::size_t count = 0;
  for (const std::string& text : answer.addresses) {
    const IpAddress address = *IpAddress::parse(text);
    if (truncated || address.is_v4() != (type == kTypeA)) continue;
    ++count;
    put16(records, 0xc000 | kHeader);  // the name of the question
    put16(records, type);
    put16(records, 1);  // IN
    put16(records, answer.ttl >> 16);
    put16(records, answer.ttl & 0xffff);
    const std::string bytes = bytes_of(address);
    put16(records, bytes.size());
    records += bytes;
  }
  constexpr std::size_t kResponse = 0x8180;  // recursion desired and available
  std::string out(query.substr(0, 2));
  put16(out, kResponse | (truncated ? 0x0200 : 0) |
                 (found == table.end()  ? 3U
                  : answer.server_fails ? 2U
                                        : 0U));
  put16(out, 1);
  put16(out, count);
  put16(out, 0);
  put16(out, 0);
  out += question;
  return out + records;
}

}  // namespace gossamer
