// Requests, connections, and what ends a fetch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/http_play.h"

namespace gossamer {
namespace {

using ::testing::HasSubstr;
using Then = Reply::Then;
using std::chrono::milliseconds;
using std::chrono::seconds;

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

}  // namespace
}  // namespace gossamer
