#include "tests/sim/sim_network.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <utility>

#include "net/coro/timeout.h"
#include "tests/sim/callgrind_marks.h"

namespace gossamer::sim {
namespace {

constexpr std::size_t kSegment = 48 * 1024;  // of an answer that is not given at once
constexpr std::uint64_t kSpread = 97;        // a prime: so many different waits

std::chrono::microseconds wait_of(std::uint64_t number, int least, int step) {
  return std::chrono::microseconds(least + static_cast<int>(number % kSpread) * step);
}

std::int64_t thread_cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

SimNetwork::Work::Work(SimNetwork& network) : network_(network), start_(thread_cpu_time()) {
  CALLGRIND_TOGGLE_COLLECT;
}

SimNetwork::Work::~Work() {
  CALLGRIND_TOGGLE_COLLECT;
  network_.cpu_time_ += thread_cpu_time() - start_;
}

// One connection. What it was asked is answered in the order it came, as the client wants it: piece by piece.
class SimStream final : public Stream {
 public:
  SimStream(SimNetwork& network, std::uint32_t address) : network_(network), address_(address) {}
  ~SimStream() override {
    const SimNetwork::Work work(network_);
    if (asked_) finish_answer();  // the client has gone
  }

  Task<Result<>> write_all(std::string_view bytes, Deadline) override {
    const SimNetwork::Work work(network_);
    // Where the client asks again on a connection that the server has closed, the answer is the end.
    if (!closed_) take_request(bytes);
    co_return Result<>{};
  }

  Task<Result<std::size_t>> read_some(std::span<char> buffer, Deadline deadline) override {
    if (!asked_) co_return std::size_t{0};
    co_await sleep_until(std::min(deadline, ready_at_));
    const SimNetwork::Work work(network_);
    const TimePoint now = EventLoop::current().now();
    if (now < ready_at_) co_return fail(ErrorClass::timeout, Phase::none, "no answer in time");
    const std::size_t size = std::min({buffer.size(), kSegment, answer_.size() - sent_});
    std::memcpy(buffer.data(), answer_.data() + sent_, size);
    sent_ += size;
    if (sent_ == answer_.size()) {
      finish_answer();
    } else {
      ready_at_ = now + std::chrono::milliseconds(1);
    }
    co_return size;
  }

  bool is_idle() override { return !closed_; }

 private:
  void take_request(std::string_view bytes) {
    const std::string_view target = between(bytes, "GET ", " HTTP/1.1\r\n");
    const auto host = network_.web_.find_host(between(bytes, "\r\nHost: ", "\r\n"));
    const TimePoint now = EventLoop::current().now();
    served_ = {.start = now.time_since_epoch().count(), .address = address_};
    asked_ = true;
    Web::Answer answer{.status = 404};
    if (host) {
      served_.host = *host;
      if (target == "/robots.txt") {
        served_.url = Served::kRobots;
        answer = network_.web_.robots_answer(*host);
      } else if (const auto url = network_.web_.find(*host, target)) {
        served_.url = *url;
        answer = network_.web_.answer(*url, network_.count_attempt(*url));
      }
    }
    served_.status = static_cast<std::uint32_t>(answer.status);
    served_.retry_after = answer.retry_after;
    ready_at_ = now + wait_of(served_.host, 5'000, 400) + wait_of(served_.url, 0, 200);
    write_answer(std::move(answer));
  }

  static std::string_view between(std::string_view bytes, std::string_view before, std::string_view after) {
    const std::size_t start = bytes.find(before);
    if (start == std::string_view::npos) return {};
    bytes.remove_prefix(start + before.size());
    return bytes.substr(0, bytes.find(after));
  }

  // Most answers have a length, some come in chunks, and some end with the connection.
  void write_answer(Web::Answer answer) {
    const std::uint32_t form = served_.url % 20;
    answer_.clear();
    sent_ = 0;
    answer_.reserve(answer.body.size() + 512);
    fmt::format_to(std::back_inserter(answer_),
                   "HTTP/1.1 {} As simulated\r\nServer: sim\r\nContent-Type: {}\r\n", answer.status,
                   answer.content_type.empty() ? "text/plain" : answer.content_type);
    if (!answer.location.empty()) answer_ += fmt::format("Location: {}\r\n", answer.location);
    if (answer.retry_after > 0) answer_ += fmt::format("Retry-After: {}\r\n", answer.retry_after);
    if (form == 0) {
      closing_ = true;
      answer_ += "Connection: close\r\n\r\n";
      answer_ += answer.body;
    } else if (form < 3) {
      answer_ += "Transfer-Encoding: chunked\r\n\r\n";
      constexpr std::size_t kChunk = 5000;
      for (std::string_view rest = answer.body; !rest.empty();) {
        const std::string_view chunk = rest.substr(0, kChunk);
        fmt::format_to(std::back_inserter(answer_), "{:x}\r\n{}\r\n", chunk.size(), chunk);
        rest.remove_prefix(chunk.size());
      }
      answer_ += "0\r\n\r\n";
    } else {
      fmt::format_to(std::back_inserter(answer_), "Content-Length: {}\r\n\r\n", answer.body.size());
      answer_ += answer.body;
    }
  }

  void finish_answer() {
    asked_ = false;
    closed_ = closing_;
    std::string().swap(answer_);
    served_.end = EventLoop::current().now().time_since_epoch().count();
    network_.log_.add(served_);
  }

  SimNetwork& network_;
  std::uint32_t address_;
  Served served_;
  std::string answer_;
  std::size_t sent_ = 0;
  TimePoint ready_at_;
  bool asked_ = false;  // and not answered yet
  bool closing_ = false;
  bool closed_ = false;
};

class SimTransport final : public Transport {
 public:
  explicit SimTransport(SimNetwork& network) : network_(network) {}

  Task<Result<std::vector<IpAddress>>> resolve(std::string host, std::uint16_t, Deadline) override {
    const SimNetwork::Work work(network_);
    const auto index = network_.web_.find_host(host + network_.web_.options().port);
    if (!index) co_return fail(ErrorClass::dns, Phase::dns, "no such name: " + host);
    co_return std::vector{SimNetwork::address(network_.web_.address(*index))};
  }

  Task<Result<std::unique_ptr<Stream>>> open(SocketAddress address, Deadline, SpareDescriptor) override {
    const auto number = number_of(address.ip());
    if (!number) co_return fail(ErrorClass::connect, Phase::connect, "Connection refused");
    co_await sleep_for(wait_of(*number, 2'000, 200));
    co_return std::make_unique<SimStream>(network_, *number);
  }

 private:
  std::optional<std::uint32_t> number_of(const IpAddress& address) {
    const SimNetwork::Work work(network_);
    const std::string text = address.to_string();
    unsigned high = 0;
    unsigned low = 0;
    if (std::sscanf(text.c_str(), "11.0.%u.%u", &high, &low) != 2) return std::nullopt;
    return high * 256 + low;
  }

  SimNetwork& network_;
};

std::unique_ptr<Transport> SimNetwork::transport() { return std::make_unique<SimTransport>(*this); }

IpAddress SimNetwork::address(std::uint32_t number) {
  return *IpAddress::parse(fmt::format("11.0.{}.{}", number / 256, number % 256));
}

int SimNetwork::count_attempt(UrlIndex url) {
  if (web_.kind(url) != Web::Kind::busy) return 1;
  const std::lock_guard lock(mutex_);
  return ++attempts_[url];
}

}  // namespace gossamer::sim
