// HttpClient over a transport without sockets: what it would connect to, and how it holds large bodies back.
#include "net/http/transport.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "net/http/http_client.h"
#include "tests/support/fake_time.h"
#include "tests/support/gzip.h"

namespace gossamer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Network {
  std::map<std::string, std::vector<std::string>> names;
  std::vector<std::string> pieces;  // of the response, one each read
  Duration between{};               // before each piece
  std::vector<std::string> opened;  // addresses
  std::vector<TimePoint> reads;
};

class CannedStream final : public Stream {
 public:
  explicit CannedStream(Network& network) : network_(network) {}

  Task<Result<std::size_t>> read_some(std::span<char> buffer, Deadline deadline) override {
    network_.reads.push_back(EventLoop::current().now());
    co_await sleep_until(std::min(deadline, EventLoop::current().now() + network_.between));
    if (EventLoop::current().now() >= deadline) co_return fail(ErrorClass::timeout, "");
    if (next_ == network_.pieces.size()) co_return std::size_t{0};
    const std::string& piece = network_.pieces[next_++];
    std::ranges::copy(piece, buffer.begin());
    co_return piece.size();
  }
  Task<Result<>> write_all(std::string_view, Deadline) override { co_return Result<>{}; }
  bool is_idle() override { return true; }

 private:
  Network& network_;
  std::size_t next_ = 0;
};

class CannedTransport final : public Transport {
 public:
  explicit CannedTransport(Network& network) : network_(network) {}

  Task<Result<std::vector<IpAddress>>> resolve(std::string host, std::uint16_t, Deadline) override {
    if (const auto literal = IpAddress::parse(host)) co_return std::vector{*literal};
    if (!network_.names.contains(host)) co_return fail(ErrorClass::dns, Phase::dns, "no such name: " + host);
    std::vector<IpAddress> addresses;
    for (const std::string& text : network_.names[host]) addresses.push_back(*IpAddress::parse(text));
    co_return addresses;
  }
  Task<Result<std::unique_ptr<Stream>>> open(SocketAddress address, Deadline, SpareDescriptor) override {
    network_.opened.push_back(address.to_string());
    if (address.to_string().starts_with("8.8.8.8:")) co_return fail(ErrorClass::connect, "closed");
    co_return std::make_unique<CannedStream>(network_);
  }

 private:
  Network& network_;
};

std::unique_ptr<HttpClient> client_over(Network& network, HttpClientOptions options = {}) {
  options.transport = [&network] { return std::make_unique<CannedTransport>(network); };
  auto client = HttpClient::create(std::move(options));
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

Task<std::string> resolved(Network* network, std::string url) {
  const auto client =
      client_over(*network, {.resolve_overrides = {*ResolveOverride::parse("pinned.test:80:1.1.1.1")}});
  const auto addresses = co_await client->resolve(*Url::parse(url));
  if (!addresses) co_return std::string(to_string(addresses.error().error_class));
  std::string text;
  for (const IpAddress& address : *addresses) text += (text.empty() ? "" : " ") + address.to_string();
  co_return text;
}

TEST(Transport, ResolveGivesTheAddressesAFetchWouldTry) {
  Network network{.names = {{"a.test", {"8.8.8.8", "127.0.0.1", "9.9.9.9"}}, {"inside.test", {"10.0.0.1"}}}};
  const auto ask = [&](std::string url) { return run_in_fake_time(&resolved, &network, std::move(url)); };
  EXPECT_EQ(ask("http://a.test/x"), "8.8.8.8 9.9.9.9");
  EXPECT_EQ(ask("http://pinned.test/"), "1.1.1.1");
  EXPECT_EQ(ask("https://pinned.test/"), "dns") << "an override is for its port";
  EXPECT_EQ(ask("http://[2606:4700::1]/"), "2606:4700::1");
  EXPECT_EQ(ask("http://inside.test/"), "refused");
  EXPECT_EQ(ask("http://nowhere.test/"), "dns");
  EXPECT_EQ(ask("ftp://a.test/"), "invalid_input");
  EXPECT_TRUE(network.opened.empty());
}

struct Got {
  Result<FetchResponse> response = fail(ErrorClass::io, "");
  int asked = 0;            // for admission
  std::size_t largest = 0;  // it was asked for
  std::size_t reads = 0;    // before it
  FetchProgress at_asking;
};

struct Limits {
  std::size_t large_body = std::string::npos;
  std::size_t max_body = 32 << 20;
  std::optional<std::size_t> truncate_at{};
  Duration hold = seconds(0);
  HttpTimeouts timeouts{};
  TakeBody take{};
};

Task<Got> fetch(Network* network, Limits limits) {
  const auto client = client_over(*network, {.timeouts = limits.timeouts, .max_body = limits.max_body});
  Got got;
  FetchProgress progress;
  const auto admit = [&](std::size_t most) -> Task<> {
    ++got.asked;
    got.largest = most;
    got.reads = network->reads.size();
    got.at_asking = progress;
    co_await sleep_for(limits.hold);
  };
  got.response = co_await client->fetch({.url = *Url::parse("http://a.test/"),
                                         .headers = {},
                                         .want_body = {},
                                         .truncate_body_at = limits.truncate_at,
                                         .take_body = limits.take,
                                         .large_body = limits.large_body,
                                         .admit_large_body = admit,
                                         .progress = &progress});
  EXPECT_FALSE(progress.held);
  co_return got;
}

Got fetch_pieces(std::vector<std::string> pieces, Limits limits) {
  Network network{.names = {{"a.test", {"8.8.8.8", "9.9.9.9"}}}, .pieces = std::move(pieces)};
  return run_in_fake_time(&fetch, &network, limits);
}

std::string head(std::string_view fields) { return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n"; }

TEST(Transport, ServesAFetchFromTheFirstAddressThatOpens) {
  Network network{.names = {{"a.test", {"8.8.8.8", "9.9.9.9"}}},
                  .pieces = {head("Content-Length: 2\r\n"), "ok"}};
  const Got got = run_in_fake_time(&fetch, &network, Limits{});
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(got.response->body, "ok");
  EXPECT_EQ(got.response->address, "9.9.9.9:80");
  EXPECT_EQ(network.opened, (std::vector<std::string>{"8.8.8.8:80", "9.9.9.9:80"}));
  EXPECT_EQ(got.asked, 0);
}

// Takes all bytes as they come, until it has so many.
TakeBody take_into(std::string* taken, std::size_t enough = std::string::npos) {
  return [=](const Url& url, const ResponseHead& head, std::string& body) {
    EXPECT_EQ(url.href(), "http://a.test/");
    EXPECT_EQ(head.status, 200);
    *taken += std::exchange(body, {});
    return taken->size() < enough;
  };
}

TEST(TakenBody, IsUnderNoLimit) {
  for (const std::string_view fields : {"", "Content-Length: 150000\r\n"}) {
    const std::string text(50'000, 'x');
    std::string taken;
    const Got got = fetch_pieces({head(fields), text, text, text},
                                 {.large_body = 10, .max_body = 1000, .take = take_into(&taken)});
    ASSERT_TRUE(got.response) << got.response.error().message;
    EXPECT_EQ(taken, text + text + text);
    EXPECT_EQ(got.response->body, "");
    EXPECT_TRUE(got.response->body_complete);
    EXPECT_EQ(got.asked, 0);
  }
}

TEST(TakenBody, ComesInSmallPiecesHoweverItIsPacked) {
  std::size_t most = 0;
  std::size_t size = 0;
  const auto take = [&](const Url&, const ResponseHead&, std::string& body) {
    most = std::max(most, body.size());
    size += std::exchange(body, {}).size();
    return true;
  };
  const std::string bytes = gzip(std::string(8 << 20, 'x'));
  const Got got =
      fetch_pieces({head("Content-Encoding: gzip\r\n"), bytes}, {.max_body = 1 << 20, .take = take});
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(size, 8u << 20);
  EXPECT_LE(most, 64u << 10);
}

TEST(TakenBody, WhatIsLeftIsABody) {
  const TakeBody nothing = [](const Url&, const ResponseHead&, std::string&) { return true; };
  const std::vector<std::string> pieces = {head("Content-Length: 10\r\n"), "12345", "67890"};
  EXPECT_EQ(fetch_pieces(pieces, {.take = nothing}).response->body, "1234567890");
  EXPECT_EQ(fetch_pieces(pieces, {.large_body = 5, .take = nothing}).asked, 1);
  EXPECT_EQ(fetch_pieces(pieces, {.max_body = 10, .take = nothing}).response->body, "1234567890");
  const Got large = fetch_pieces(pieces, {.max_body = 9, .take = nothing});
  ASSERT_FALSE(large.response);
  EXPECT_EQ(large.response.error().error_class, ErrorClass::too_large);
}

TEST(TakenBody, EndsWhenItIsNotWanted) {
  std::string taken;
  const Got got = fetch_pieces({head("Content-Length: 15\r\n"), "12345", "67890", "12345"},
                               {.take = take_into(&taken, 8)});
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(taken, "1234567890");
  EXPECT_FALSE(got.response->body_complete);
}

TEST(LargeBody, WaitsAtTheHeadersWhereTheLengthIsKnown) {
  const Got got = fetch_pieces({head("Content-Length: 11\r\n") + "0", "1234567890"}, {.large_body = 10});
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(got.response->body, "01234567890");
  EXPECT_EQ(got.asked, 1);
  EXPECT_EQ(got.largest, 11u);
  EXPECT_EQ(got.reads, 1u);
  EXPECT_EQ(got.at_asking.phase, Phase::body);
  EXPECT_TRUE(got.at_asking.held);
  EXPECT_EQ(fetch_pieces({head("Content-Length: 10\r\n"), "1234567890"}, {.large_body = 10}).asked, 0);
}

TEST(LargeBody, WaitsWhereABodyOfUnknownLengthGrows) {
  const std::vector<std::string> pieces = {head(""), "12345", "67890", "x", "yz"};
  const Got got = fetch_pieces(pieces, {.large_body = 10});
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(got.response->body, "1234567890xyz");
  EXPECT_EQ(got.asked, 1);
  EXPECT_EQ(got.reads, 5u) << "one byte past the bound could be held, the next read tells that there is more";
  EXPECT_EQ(fetch_pieces(pieces, {.large_body = 13}).asked, 0);
}

TEST(LargeBody, IsNotInflatedBeforeItIsAdmitted) {
  const std::string text(1 << 20, 'x');
  const std::string bytes = gzip(text);
  const std::string fields =
      "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n";
  const Got got = fetch_pieces({head(fields), bytes}, {.large_body = 100'000});
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(got.response->body, text);
  EXPECT_EQ(got.asked, 1);
  EXPECT_EQ(got.largest, Limits{}.max_body) << "what it will be decoded is not known";
  EXPECT_EQ(fetch_pieces({head(fields), bytes}, {.large_body = text.size()}).asked, 0);
}

TEST(LargeBody, TheWaitCountsAgainstNoTimeout) {
  Network network{.names = {{"a.test", {"9.9.9.9"}}},
                  .pieces = {head("Content-Length: 4\r\n"), "ab", "cd"},
                  .between = seconds(2)};
  const Limits limits{
      .large_body = 1, .hold = std::chrono::hours(1), .timeouts = HttpTimeouts::of(seconds(3))};
  const Got got = run_in_fake_time(&fetch, &network, limits);
  ASSERT_TRUE(got.response) << got.response.error().message;
  EXPECT_EQ(got.response->body, "abcd");
  EXPECT_EQ(got.response->timings.held, std::chrono::hours(1));
  EXPECT_EQ(got.response->timings.body, seconds(4));
  EXPECT_EQ(got.response->timings.total, seconds(6));
  network.between = seconds(4);
  const Got slow = run_in_fake_time(&fetch, &network, limits);
  EXPECT_FALSE(slow.response) << "other waits count";
}

TEST(LargeBody, IsRefusedOrCutWithoutAWaitWhereItMayNotBeSoLong) {
  const std::vector<std::string> pieces = {head("Content-Length: 11\r\n"), "0123456789", "x"};
  const Got refused = fetch_pieces(pieces, {.large_body = 5, .max_body = 10});
  ASSERT_FALSE(refused.response);
  EXPECT_EQ(refused.response.error().error_class, ErrorClass::too_large);
  EXPECT_EQ(refused.asked, 0);
  const Got cut = fetch_pieces(pieces, {.large_body = 5, .truncate_at = 5});
  ASSERT_TRUE(cut.response) << cut.response.error().message;
  EXPECT_EQ(cut.response->body, "01234");
  EXPECT_FALSE(cut.response->body_complete);
  EXPECT_EQ(cut.asked, 0) << "it cannot exceed the bound";
}

}  // namespace
}  // namespace gossamer
