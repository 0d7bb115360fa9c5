#include "net/http/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "net/coro/run.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_server.h"

namespace gossamer {
namespace {

using ::testing::HasSubstr;
using Script = std::vector<Reply>;
using Then = Reply::Then;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Ask {
  std::string path = "/";
  HttpMethod method = HttpMethod::get;
  WantBody want_body{};
  Headers headers{};
  std::optional<std::size_t> truncate_body_at{};
};

struct Played {
  std::vector<Result<FetchResponse>> responses;
  std::vector<FetchProgress> progress;  // one for each response
  std::vector<std::string> requests;    // as the server got them
  std::size_t connections = 0;
  Duration elapsed{};  // by the fake clock
};

HttpClientOptions local_options() {
  HttpClientOptions options;
  options.allow_private = true;
  return options;
}

Task<Played> ask_all(TaskGroup& group, std::vector<Script> scripts, std::vector<Ask> asks,
                     HttpClientOptions options) {
  ScriptedServer server(std::move(scripts));
  auto serving = group.create_task(&ScriptedServer::serve, &server);
  auto client = HttpClient::create(std::move(options));
  if (!client) throw std::runtime_error(client.error().message);
  Played played;
  const TimePoint start = EventLoop::current().now();
  for (const Ask& ask : asks) {
    FetchProgress progress{.address = "of an earlier fetch", .wire_bytes = 1};
    auto response = co_await (*client)->fetch({.url = *Url::parse(server.url(ask.path)),
                                               .method = ask.method,
                                               .headers = ask.headers,
                                               .want_body = ask.want_body,
                                               .truncate_body_at = ask.truncate_body_at,
                                               .progress = &progress});
    played.responses.push_back(std::move(response));
    played.progress.push_back(std::move(progress));
  }
  played.elapsed = EventLoop::current().now() - start;
  client->reset();  // closes its connections
  serving.cancel();
  co_await group.join();
  played.requests = server.requests();
  played.connections = server.connections();
  co_return played;
}

Task<Played> play_on_loop(std::vector<Script> scripts, std::vector<Ask> asks, HttpClientOptions options) {
  return with_task_group(&ask_all, std::move(scripts), std::move(asks), std::move(options));
}

// Fetches in turn from a scripted server, on a clock that jumps.
Played play(std::vector<Script> scripts, std::vector<Ask> asks = {{}},
            HttpClientOptions options = local_options()) {
  FakeClock clock(milliseconds(20));
  EventLoop loop(clock.loop_options());
  return run(loop, &play_on_loop, std::move(scripts), std::move(asks), std::move(options));
}

std::string error_of(const Result<FetchResponse>& response) {
  if (response) return "no error";
  return std::string(to_string(response.error().error_class)) + "/" +
         std::string(to_string(response.error().phase)) + ": " + response.error().message;
}

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(HttpClient, SendsACompleteRequest) {
  const Played played = play({{{kOk}}}, {{.path = "/a%20b?c#d", .headers = {{"X-Extra", "1"}}}});
  ASSERT_TRUE(played.responses[0]) << error_of(played.responses[0]);
  EXPECT_EQ(played.responses[0]->status, 200);
  EXPECT_EQ(played.responses[0]->body, "ok");
  EXPECT_TRUE(played.responses[0]->body_complete);
  EXPECT_EQ(played.responses[0]->wire_bytes, kOk.size());
  const std::string& request = played.requests[0];
  EXPECT_TRUE(request.starts_with("GET /a%20b?c HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
  EXPECT_THAT(request, HasSubstr("\r\nX-Extra: 1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nUser-Agent: gossamer/"));
  EXPECT_THAT(request, HasSubstr("\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"));
}

TEST(HttpClient, FieldsOfTheRequestGoBeforeThoseOfTheClient) {
  HttpClientOptions options = local_options();
  options.headers = {{"Accept", "text/plain"}, {"X", "client"}};
  const Played played = play({{{kOk}}}, {{.headers = {{"x", "request"}, {"user-agent", "me"}}}}, options);
  EXPECT_THAT(played.requests[0], HasSubstr("x: request\r\n"));
  EXPECT_THAT(played.requests[0], HasSubstr("Accept: text/plain\r\n"));
  EXPECT_THAT(played.requests[0], HasSubstr("user-agent: me\r\n"));
  EXPECT_EQ(played.requests[0].find("X: client"), std::string::npos);
  EXPECT_EQ(played.requests[0].find("gossamer"), std::string::npos);
}

TEST(HttpClient, RefusesFieldsThatInjectOrBreakFraming) {
  for (const Headers::Field field :
       {Headers::Field{"A", "b\r\nC: d"}, Headers::Field{"A b", "c"}, Headers::Field{"Content-Length", "5"},
        Headers::Field{"connection", "close"}}) {
    const Played played = play({{{kOk}}}, {{.headers = {field}}});
    EXPECT_EQ(played.responses[0].error().error_class, ErrorClass::invalid_input) << field.name;
    EXPECT_EQ(played.connections, 0u);
  }
}

TEST(HttpClient, AnswersMayComeByteByByte) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
  const Played played = play({{{.bytes = bytes, .piece = 1, .pause = milliseconds(1)}, {kOk}}}, {{}, {}});
  ASSERT_TRUE(played.responses[0]) << error_of(played.responses[0]);
  EXPECT_EQ(played.responses[0]->body, "abcdefg");
  EXPECT_TRUE(played.responses[1]->reused_connection);
  EXPECT_EQ(played.connections, 1u);
}

TEST(HttpClient, ConnectionsAreReusedUnlessClosed) {
  const std::string last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  const Played played = play({{{kOk}, {last}}, {{kOk}}}, {{}, {}, {}});
  EXPECT_FALSE(played.responses[0]->reused_connection);
  EXPECT_TRUE(played.responses[1]->reused_connection);
  EXPECT_FALSE(played.responses[2]->reused_connection);
  EXPECT_EQ(played.connections, 2u);
}

TEST(HttpClient, IdleConnectionsAreDroppedInTime) {
  HttpClientOptions options = local_options();
  options.max_idle_connections = 0;
  const Played played = play({{{kOk}}, {{kOk}}}, {{}, {}}, options);
  EXPECT_EQ(played.connections, 2u);
}

TEST(HttpClient, BytesBehindAResponseEndTheConnection) {
  const Played played =
      play({{{kOk + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"}}, {{kOk}}}, {{}, {}});
  EXPECT_EQ(played.responses[1]->body, "ok");
  EXPECT_FALSE(played.responses[1]->reused_connection);
}

TEST(HttpClient, StaleConnectionIsReplacedOnce) {
  // The server takes a second request on the kept connection and closes without a byte.
  const Played played = play({{{kOk}, {.bytes = "", .then = Then::close}}, {{kOk}}}, {{}, {}});
  ASSERT_TRUE(played.responses[1]) << error_of(played.responses[1]);
  EXPECT_FALSE(played.responses[1]->reused_connection);
  EXPECT_EQ(played.connections, 2u);
  const Played reset = play({{{kOk}, {.bytes = "", .then = Then::reset}}, {{kOk}}}, {{}, {}});
  EXPECT_TRUE(reset.responses[1]) << error_of(reset.responses[1]);
  // On a new connection the same is an error; so is a failure after the first byte of an answer.
  const Played fresh = play({{{.bytes = "", .then = Then::close}}, {{kOk}}});
  EXPECT_THAT(error_of(fresh.responses[0]),
              HasSubstr("truncated/headers: connection closed before any response byte"));
  const Played begun = play({{{kOk}, {.bytes = "HTTP/1.1 2", .then = Then::close}}, {{kOk}}}, {{}, {}});
  EXPECT_THAT(error_of(begun.responses[1]), HasSubstr("truncated/headers: connection closed in the middle"));
  EXPECT_EQ(begun.connections, 1u);
}

TEST(HttpClient, EarlyEndsAreTruncation) {
  const auto error_after = [](std::string bytes, Then then) {
    return error_of(play({{{.bytes = std::move(bytes), .then = then}}}).responses[0]);
  };
  EXPECT_THAT(error_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour", Then::close),
              HasSubstr("truncated/body: connection closed after 4 of 10 body bytes (127.0.0.1:"));
  EXPECT_THAT(error_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n", Then::close),
              HasSubstr("truncated/body: connection closed before the last chunk"));
  EXPECT_THAT(error_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour", Then::reset),
              HasSubstr("truncated/body: "));
  EXPECT_THAT(error_after("HTTP/1.1 200 OK\r\n", Then::reset), HasSubstr("truncated/headers: "));
  EXPECT_EQ(error_after("HTTP/1.1 200 OK\r\n\r\nfour", Then::close), "no error");
}

TEST(HttpClient, WhatIsNoHttpIsAProtocolError) {
  EXPECT_THAT(error_of(play({{{.bytes = "SSH-2.0-OpenSSH\r\n\r\n"}}}).responses[0]),
              HasSubstr("protocol/headers: not an HTTP/1 response: it starts with \"SSH-2.0-OpenSSH\""));
  EXPECT_THAT(
      error_of(play({{{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}}})
                   .responses[0]),
      HasSubstr("protocol/headers: conflicting Content-Length"));
}

TEST(HttpClient, SilenceEndsByThePhasesDeadline) {
  HttpClientOptions options = local_options();
  options.timeouts = {.headers = seconds(7), .body_idle = seconds(3), .total = seconds(60)};
  const Played headers = play({{{.bytes = "", .then = Then::stall}}}, {{}}, options);
  EXPECT_THAT(error_of(headers.responses[0]),
              HasSubstr("timeout/headers: the response headers did not come in time"));
  EXPECT_EQ(headers.elapsed, seconds(7));
  const Played body = play(
      {{{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour", .then = Then::stall}}}, {{}}, options);
  EXPECT_THAT(error_of(body.responses[0]), HasSubstr("timeout/body: the body did not come in time"));
  EXPECT_EQ(body.elapsed, seconds(3));
  EXPECT_EQ(body.connections, 1u);  // no second try
}

TEST(HttpClient, SlowDripEndsByTheTotalDeadline) {
  HttpClientOptions options = local_options();
  options.timeouts = {.headers = seconds(20), .body_idle = seconds(3), .total = seconds(10)};
  const Played headers =
      play({{{.bytes = "HTTP/1.1 200 OK\r\nX-Padding: xxxxxxxxxxxxxxx", .piece = 1, .pause = seconds(1)}}},
           {{}}, options);
  EXPECT_THAT(error_of(headers.responses[0]), HasSubstr("timeout/headers: "));
  EXPECT_EQ(headers.elapsed, seconds(10));
  const Played body = play(
      {{{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x'), .piece = 19, .pause = seconds(2)}}},
      {{}}, options);
  EXPECT_THAT(error_of(body.responses[0]), HasSubstr("timeout/body: "));
  EXPECT_EQ(body.elapsed, seconds(10));
}

TEST(HttpClient, EndlessHeadersAndBodiesAreCutOff) {
  HttpClientOptions options = local_options();
  options.max_body = 100'000;
  const std::string chunk = "400\r\n" + std::string(0x400, 'x') + "\r\n";
  EXPECT_THAT(error_of(play({{{.bytes = "HTTP/1.1 200 OK\r\n"},
                              {.bytes = "A: b\r\n", .repeat = true, .await_request = false}}},
                            {{}}, options)
                           .responses[0]),
              HasSubstr("too_large/headers: "));
  EXPECT_THAT(error_of(play({{{.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
                              {.bytes = chunk, .repeat = true, .await_request = false}}},
                            {{}}, options)
                           .responses[0]),
              HasSubstr("too_large/body: body exceeds 100000 bytes"));
  EXPECT_THAT(error_of(play({{{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"}}}, {{}}, options)
                           .responses[0]),
              HasSubstr("too_large/body: body of 100001 bytes exceeds 100000 bytes"));
  EXPECT_THAT(error_of(play({{{.bytes = "HTTP/1.1 200 OK\r\n\r\n"},
                              {.bytes = std::string(1000, 'x'), .repeat = true, .await_request = false}}},
                            {{}}, options)
                           .responses[0]),
              HasSubstr("too_large/body: "));
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gzip_response(std::string_view encoded) {
  return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(encoded.size()) +
         "\r\n\r\n" + std::string(encoded);
}

TEST(HttpClient, ContentCodingsAreUndone) {
  const std::string encoded = gzip("compressed text");
  const Played played = play({{{gzip_response(encoded)}, {gzip_response(encoded.substr(0, 20))}}}, {{}, {}});
  EXPECT_EQ(played.responses[0]->body, "compressed text");
  EXPECT_EQ(error_of(played.responses[1]), "decode/decode: gzip body: the data ends too early");
  HttpClientOptions options = local_options();
  options.max_body = 1 << 20;
  const Played bomb = play({{{gzip_response(gzip(std::string(50 << 20, '\0')))}}}, {{}}, options);
  EXPECT_EQ(error_of(bomb.responses[0]), "too_large/body: body exceeds 1048576 bytes");
}

bool refuse_body(const ResponseHead&) { return false; }

TEST(HttpClient, UnwantedBodiesAreCutOff) {
  const std::string large = "HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\nbegin";
  const Played cut = play({{{large}}, {{kOk}}}, {{.want_body = &refuse_body}, {}});
  ASSERT_TRUE(cut.responses[0]) << error_of(cut.responses[0]);
  EXPECT_EQ(cut.responses[0]->status, 200);
  EXPECT_EQ(cut.responses[0]->body, "");
  EXPECT_FALSE(cut.responses[0]->body_complete);
  EXPECT_EQ(cut.connections, 2u);
  // A short one is read to its end, which saves the connection.
  const Played drained = play({{{kOk}, {kOk}}}, {{.want_body = &refuse_body}, {}});
  EXPECT_EQ(drained.responses[0]->body, "");
  EXPECT_FALSE(drained.responses[0]->body_complete);
  EXPECT_TRUE(drained.responses[1]->reused_connection);
}

TEST(HttpClient, BodiesMayBeCutInsteadOfRefused) {
  HttpClientOptions options = local_options();
  options.max_body = 4;
  const Ask ask{.truncate_body_at = 10};
  const auto cut = [&](const std::string& bytes, bool repeat = false) {
    const Reply body{.bytes = std::string(1000, 'x'), .repeat = true, .await_request = false};
    std::vector<Script> scripts{{{bytes}}, {{kOk}}};
    if (repeat) scripts[0].push_back(body);
    const Played played = play(std::move(scripts), {ask, {}}, options);
    EXPECT_TRUE(played.responses[0]) << error_of(played.responses[0]);
    if (!played.responses[0]) return std::string();
    EXPECT_FALSE(played.responses[0]->body_complete);
    EXPECT_EQ(played.connections, 2u);  // the rest of the body is in the way
    EXPECT_EQ(error_of(played.responses[1]), "no error");
    return played.responses[0]->body;
  };
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", true), "xxxxxxxxxx");
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\n\r\n", true), "xxxxxxxxxx");
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n0123456789ab\r\n"), "0123456789");
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n0123456789ab"), "0123456789");
  EXPECT_EQ(cut(gzip_response(gzip(std::string(1 << 20, 'z')))), "zzzzzzzzzz");
  // One that fits is like any other, though longer than max_body.
  const Played whole =
      play({{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"}, {kOk}}}, {ask, {}}, options);
  ASSERT_TRUE(whole.responses[0]) << error_of(whole.responses[0]);
  EXPECT_EQ(whole.responses[0]->body, "0123456789");
  EXPECT_TRUE(whole.responses[0]->body_complete);
  EXPECT_TRUE(whole.responses[1]->reused_connection);
}

TEST(HttpClient, ProgressTellsWhatCameBeforeAnError) {
  HttpClientOptions options = local_options();
  options.max_body = 5;
  const auto progress_of = [&](const std::string& bytes, Then then) {
    const Played played = play({{{.bytes = bytes, .then = then}}}, {{}}, options);
    EXPECT_FALSE(played.responses[0]);
    EXPECT_THAT(played.progress[0].address, HasSubstr("127.0.0.1:"));
    EXPECT_EQ(played.progress[0].wire_bytes, bytes.size()) << bytes;
    return std::pair(played.progress[0].status, played.progress[0].content_type);
  };
  const std::pair<int, std::string> none{0, ""};
  const std::pair<int, std::string> page{200, "text/html"};
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  EXPECT_EQ(progress_of("", Then::close), none);
  EXPECT_EQ(progress_of("", Then::stall), none);
  EXPECT_EQ(progress_of(head, Then::close), none);
  EXPECT_EQ(progress_of("SSH-2.0-OpenSSH\r\n\r\n", Then::close), none);
  EXPECT_EQ(progress_of(head + "Content-Length: 5\r\n\r\nfour", Then::close), page);
  EXPECT_EQ(progress_of(head + "Content-Length: 5\r\n\r\nfour", Then::stall), page);
  EXPECT_EQ(progress_of(head + "Content-Length: 9\r\n\r\n", Then::stall), page);  // too large
  EXPECT_EQ(progress_of(head + "\r\ntoo large", Then::close), page);
  EXPECT_EQ(progress_of(head + "Content-Encoding: gzip\r\n\r\nnone", Then::close), page);
  EXPECT_EQ(progress_of(head + "Content-Encoding: unknown\r\n\r\n", Then::close), page);
  EXPECT_EQ(progress_of("HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nfour", Then::close),
            std::pair(503, std::string()));
}

TEST(HttpClient, ProgressOfASuccessIsThatOfTheLastTry) {
  const Played played = play({{{kOk}, {.bytes = "", .then = Then::close}}, {{kOk}}}, {{}, {}});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(played.progress[i].status, 200);
    EXPECT_EQ(played.progress[i].address, played.responses[i]->address);
    EXPECT_EQ(played.progress[i].wire_bytes, kOk.size());
  }
  EXPECT_EQ(play({{{kOk}}}, {{}}, HttpClientOptions{}).progress[0].address, "");  // never connected
}

TEST(HttpClient, HeadHasNoBody) {
  const Played played =
      play({{{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n"}, {kOk}}},
           {{.method = HttpMethod::head}, {}});
  EXPECT_EQ(played.responses[0]->body, "");
  EXPECT_TRUE(played.responses[0]->body_complete);
  EXPECT_TRUE(played.requests[0].starts_with("HEAD / HTTP/1.1\r\n"));
  EXPECT_TRUE(played.responses[1]->reused_connection);
}

TEST(HttpClient, AddressesThatAreNotPublicAreRefused) {
  const Played played = play({{{kOk}}}, {{}}, HttpClientOptions{});
  EXPECT_EQ(error_of(played.responses[0]),
            "refused/connect: 127.0.0.1 is not a public address; --allow-private permits it");
  EXPECT_EQ(played.connections, 0u);
}

Task<Result<FetchResponse>> fetch_one(HttpClientOptions options, std::string url) {
  auto client = HttpClient::create(std::move(options));
  co_return co_await (*client)->fetch({.url = *Url::parse(url)});
}

std::string error_fetching(HttpClientOptions options, std::string url) {
  EventLoop loop;
  return error_of(run(loop, &fetch_one, std::move(options), std::move(url)));
}

TEST(HttpClient, NamesThatLeadToPrivateAddressesAreRefused) {
  HttpClientOptions options;
  options.resolve_overrides = {*ResolveOverride::parse("site.test:80:10.0.0.1,::ffff:192.168.0.1")};
  EXPECT_EQ(error_fetching(options, "http://site.test/"),
            "refused/connect: site.test (10.0.0.1) is not a public address; --allow-private permits it");
}

TEST(HttpClient, RefusedConnectionSaysWhere) {
  EXPECT_THAT(error_fetching(local_options(), "http://127.0.0.1:1/"),
              HasSubstr("connect/connect: connect to 127.0.0.1 (127.0.0.1:1): "));
  EXPECT_EQ(error_fetching(local_options(), "ftp://127.0.0.1/"),
            "invalid_input/: ftp://127.0.0.1/ is not an http or https URL");
}

Task<Result<FetchResponse>> fetch_by_second_address(TaskGroup& group) {
  ScriptedServer server({{{kOk}}});
  auto serving = group.create_task(&ScriptedServer::serve, &server);
  HttpClientOptions options = local_options();
  // Nothing listens at the first address.
  options.resolve_overrides = {
      *ResolveOverride::parse("site.test:" + std::to_string(server.port()) + ":127.0.0.77,127.0.0.1")};
  auto client = HttpClient::create(std::move(options));
  auto response = co_await (*client)->fetch(
      {.url = *Url::parse("http://site.test:" + std::to_string(server.port()) + "/")});
  serving.cancel();
  co_await group.join();
  co_return response;
}

Task<Result<FetchResponse>> second_address_on_loop() { return with_task_group(&fetch_by_second_address); }

TEST(HttpClient, TriesTheNextAddress) {
  EventLoop loop;
  const auto response = run(loop, &second_address_on_loop);
  ASSERT_TRUE(response) << error_of(response);
  EXPECT_TRUE(response->address.starts_with("127.0.0.1:"));
}

TEST(ResolveOverride, IsHostPortAddress) {
  const auto good = ResolveOverride::parse("example.com:443:192.0.2.1,[2001:db8::1]");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->host, "example.com");
  EXPECT_EQ(good->port, 443);
  EXPECT_EQ(good->addresses.size(), 2u);
  EXPECT_TRUE(ResolveOverride::parse("[::1]:80:2001:db8::1"));
  for (const std::string_view text :
       {"", "a", "a:1", "a:b:1.2.3.4", "a:0:1.2.3.4", "a:80:name", "a:70000:1.2.3.4", "a:80:", ":80:1.2.3.4",
        "a:80:1.2.3.4,", "[::1]80:1.2.3.4"}) {
    EXPECT_FALSE(ResolveOverride::parse(text)) << text;
  }
}

}  // namespace
}  // namespace gossamer
