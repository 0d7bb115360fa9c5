#include "net/http/http1_response_parser.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace gossamer {
namespace {

struct Outcome {
  int status = 0;
  std::string headers;
  std::string body;
  std::string rest;  // bytes behind the response
  bool done = false;
  bool keep_alive = false;
  std::string error;  // "class: message"

  bool operator==(const Outcome&) const = default;
};

std::string describe(const Error& error) {
  return std::string(to_string(error.error_class)) + ": " + error.message;
}

// Feeds the pieces as a connection would, then closes it.
Outcome feed(const std::vector<std::string_view>& pieces, bool to_head_request = false,
             HeadLimits limits = {}) {
  Http1ResponseParser parser(to_head_request, limits);
  Outcome outcome;
  for (std::string_view piece : pieces) {
    while (!piece.empty() && !parser.done() && outcome.error.empty()) {
      const auto step = parser.parse(piece);
      if (!step) {
        outcome.error = describe(step.error());
        break;
      }
      outcome.body += step->body;
      piece.remove_prefix(step->consumed);
    }
    outcome.rest += piece;
    if (!outcome.error.empty()) outcome.rest.clear();
  }
  if (outcome.error.empty()) {
    if (const auto finished = parser.finish(); !finished) outcome.error = describe(finished.error());
  }
  if (parser.has_head()) {
    outcome.status = parser.head().status;
    for (const auto field : parser.head().headers) {
      outcome.headers += std::string(field.name) + "=" + std::string(field.value) + "|";
    }
    outcome.done = parser.done();
    outcome.keep_alive = parser.keep_alive();
  }
  return outcome;
}

// Every split into two, and byte by byte, must give what the whole gives.
Outcome parse(std::string_view bytes, bool to_head_request = false, HeadLimits limits = {}) {
  const Outcome whole = feed({bytes}, to_head_request, limits);
  std::vector<std::string_view> single_bytes;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    single_bytes.push_back(bytes.substr(at, 1));
    EXPECT_EQ(feed({bytes.substr(0, at), bytes.substr(at)}, to_head_request, limits), whole)
        << "split at " << at;
  }
  EXPECT_EQ(feed(single_bytes, to_head_request, limits), whole);
  return whole;
}

TEST(Http1ResponseParser, LengthDelimitedBodyKeepsTheConnection) {
  const Outcome out = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a b \r\n\r\nhelloNEXT");
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.headers, "Content-Length=5|X=a b|");
  EXPECT_EQ(out.body, "hello");
  EXPECT_EQ(out.rest, "NEXT");
  EXPECT_TRUE(out.done);
  EXPECT_TRUE(out.keep_alive);
  EXPECT_EQ(out.error, "");
}

TEST(Http1ResponseParser, BareLineFeedsAndMissingReasonAreTaken) {
  const Outcome out = parse("\r\n\nHTTP/1.0 404\nContent-Length:2\n\nno");
  EXPECT_EQ(out.status, 404);
  EXPECT_EQ(out.body, "no");
  EXPECT_FALSE(out.keep_alive);
}

TEST(Http1ResponseParser, OldVersionLivesOnOnlyWhenAsked) {
  EXPECT_TRUE(parse("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 0\r\n\r\n").keep_alive);
}

TEST(Http1ResponseParser, SloppyHeaderLinesAreReadAsBrowsersDo) {
  const Outcome out = parse(
      "HTTP/1.1 200 OK\r\n stray fold\r\nA: 1\r\n\t folded \r\nno colon here\r\nB : 2\r\n: unnamed\r\n"
      "C: x\ry\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(out.headers, "A=1 folded|B=2|C=x y|Content-Length=0|");
}

TEST(Http1ResponseParser, WhatIsNoResponseIsRefused) {
  for (const std::string_view bytes :
       {"<html>hello</html>\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 No\r\n\r\n", "HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n"}) {
    EXPECT_TRUE(parse(bytes).error.starts_with("protocol: not an HTTP/1 response")) << bytes;
  }
}

TEST(Http1ResponseParser, NulByteInHeadersIsRefused) {
  const std::string_view bytes("HTTP/1.1 200 OK\r\nA: x\0y\r\n\r\n", 28);
  EXPECT_EQ(parse(bytes).error, "protocol: NUL byte in header line \"A: x\\x00y\"");
}

TEST(Http1ResponseParser, InterimResponsesAreSkipped) {
  const Outcome out = parse(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.headers, "Content-Length=2|");
  EXPECT_EQ(out.body, "ok");
  std::string flood;
  for (int i = 0; i <= Http1ResponseParser::kMaxInterimResponses; ++i)
    flood += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(feed({flood}).error, "protocol: too many interim (1xx) responses");
  EXPECT_EQ(feed({"HTTP/1.1 101 Switching Protocols\r\n\r\n"}).error,
            "protocol: the server switched protocols without being asked (101)");
}

TEST(Http1ResponseParser, SomeResponsesHaveNoBodyWhateverTheHeadersSay) {
  for (const std::string_view bytes :
       {"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\nHTTP",
        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\nHTTP"}) {
    const Outcome out = parse(bytes);
    EXPECT_EQ(out.body, "");
    EXPECT_EQ(out.rest, "HTTP");
    EXPECT_TRUE(out.done);
  }
  const Outcome head = parse("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHTTP", true);
  EXPECT_EQ(head.rest, "HTTP");
  EXPECT_TRUE(head.keep_alive);
}

TEST(Http1ResponseParser, BodyUntilCloseEndsWithTheConnection) {
  const Outcome out = parse("HTTP/1.1 200 OK\r\n\r\nall of it");
  EXPECT_EQ(out.body, "all of it");
  EXPECT_TRUE(out.done);
  EXPECT_FALSE(out.keep_alive);
  EXPECT_EQ(out.error, "");
}

TEST(Http1ResponseParser, ContentLengthsMustAgree) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok").body, "ok");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok").error,
            "protocol: conflicting Content-Length values 2 and 3");
  for (const std::string_view value : {"-1", "+2", "2x", "0x10", "99999999999999999999", "1 2"}) {
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: " + std::string(value) + "\r\n\r\nok";
    EXPECT_TRUE(parse(bytes).error.ends_with("is not a number")) << value;
  }
}

TEST(Http1ResponseParser, ChunkedBodyWithExtensionsAndTrailers) {
  const Outcome out = parse(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;ext=\"a;b\"\r\nhello\r\n1 \r\n \r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\nMore: y\r\n\r\nNEXT");
  EXPECT_EQ(out.body, "hello 0123456789");
  EXPECT_EQ(out.rest, "NEXT");
  EXPECT_TRUE(out.keep_alive);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n0\n\n").body, "ok");
}

TEST(Http1ResponseParser, TransferEncodingWinsOverContentLengthAndClosesTheConnection) {
  const Outcome out =
      parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
  EXPECT_EQ(out.body, "ok");
  EXPECT_EQ(out.error, "");
  EXPECT_FALSE(out.keep_alive);
}

TEST(Http1ResponseParser, TransferEncodingRules) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nx").error,
            "protocol: Transfer-Encoding has a coding after chunked");
  EXPECT_EQ(
      parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\nx").error,
      "protocol: Transfer-Encoding has a coding after chunked");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n").body,
            "x");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nx").body, "x");
  EXPECT_FALSE(
      parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
          .keep_alive);
}

TEST(Http1ResponseParser, EarlyCloseIsTruncation) {
  EXPECT_EQ(parse("").error, "truncated: connection closed before any response byte");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nA:").error,
            "truncated: connection closed in the middle of the response headers");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour").error,
            "truncated: connection closed after 4 of 10 body bytes");
  for (const std::string_view body :
       {"", "4", "4\r\nab", "4\r\nabcd", "4\r\nabcd\r\n", "4\r\nabcd\r\n0\r\n", "0\r\nA: b\r\n"}) {
    const std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
    EXPECT_EQ(parse(bytes).error, "truncated: connection closed before the last chunk of the body") << body;
  }
}

TEST(Http1ResponseParser, HeadersAreBounded) {
  const HeadLimits limits{.max_bytes = 60, .max_fields = 3};
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n", false, limits).error, "");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n", false, limits).error,
            "too_large: more than 3 header fields");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nA: " + std::string(100, 'x'), false, limits).error,
            "too_large: header fields exceed 60 bytes");
  EXPECT_EQ(parse(std::string(100, '\n'), false, limits).error, "too_large: header fields exceed 60 bytes");
}

TEST(Http1RequestHead, IsReadStrictly) {
  const auto good = parse_request_head("GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n", {});
  ASSERT_TRUE(good);
  EXPECT_EQ(good->method, "GET");
  EXPECT_EQ(good->target, "/a?b");
  EXPECT_EQ(good->headers.get("host"), "x");
  EXPECT_TRUE(parse_request_head("GET / HTTP/1.0\r\n\r\n", {}));
  for (const std::string_view line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "G@T / HTTP/1.1",
                                      "GET /a b HTTP/1.1", "GET /\x01 HTTP/1.1"}) {
    EXPECT_FALSE(parse_request_head(std::string(line) + "\r\nHost: x\r\n\r\n", {})) << line;
  }
  for (const std::string_view field : {"A : b", "A: b\r\n c", "A", "A: b\rc", "Host: y"}) {
    EXPECT_FALSE(parse_request_head("GET / HTTP/1.1\r\nHost: x\r\n" + std::string(field) + "\r\n\r\n", {}))
        << field;
  }
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.1\r\n\r\n", {}));
}

TEST(Http1RequestHead, AmbiguousFramingIsRefused) {
  const auto framing = [](std::string_view fields) {
    const auto head = parse_request_head("POST / HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n", {});
    return request_framing(*head);
  };
  EXPECT_EQ(framing(""), BodyFraming{});
  EXPECT_EQ(framing("Content-Length: 7\r\n"), (BodyFraming{BodyFraming::Kind::length, 7}));
  EXPECT_EQ(framing("Transfer-Encoding: chunked\r\n"), BodyFraming{BodyFraming::Kind::chunked});
  EXPECT_FALSE(framing("Transfer-Encoding: chunked\r\nContent-Length: 7\r\n"));
  EXPECT_FALSE(framing("Transfer-Encoding: gzip\r\n"));
}

}  // namespace
}  // namespace gossamer
