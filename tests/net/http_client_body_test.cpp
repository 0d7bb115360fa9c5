// Bodies: undone codings, cut ones, and the progress that is told of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/http_play.h"
#include "tests/support/gzip.h"

namespace gossamer {
namespace {

using ::testing::HasSubstr;
using Then = Reply::Then;

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

}  // namespace
}  // namespace gossamer
