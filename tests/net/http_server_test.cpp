#include "net/http/http_server.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "net/http/static_files.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {
namespace {

using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// One connection's life as a client without manners sees it: sends each piece, then reads until the server
// ends it.
struct Talk {
  std::vector<std::string> pieces;
  Duration pause{};       // between pieces
  bool then_shut = true;  // says that no more will come
};

struct Heard {
  std::string answer;
  Duration elapsed{};
};

Task<Heard> talk_to(TaskGroup& group, HttpHandler handler, Talk talk) {
  HttpServer::Options options;
  options.max_body = 100;
  auto server = HttpServer::listen({*IpAddress::parse("127.0.0.1"), 0}, std::move(handler), options);
  if (!server) throw std::runtime_error(server.error().message);
  auto serving = group.create_task([](HttpServer* s) -> Task<> { (void)co_await s->serve(); }, server->get());
  auto stream = co_await TcpStream::connect((*server)->address(), kNoDeadline);
  if (!stream) throw std::runtime_error(stream.error().message);
  const TimePoint start = EventLoop::current().now();
  for (const std::string& piece : talk.pieces) {
    if (&piece != &talk.pieces.front() && talk.pause > Duration::zero()) co_await sleep_for(talk.pause);
    if (auto sent = co_await (*stream)->write_all(piece, kNoDeadline); !sent) break;
  }
  if (talk.then_shut) (*stream)->shutdown_write();
  Heard heard;
  std::string buffer(65536, '\0');
  while (true) {
    const auto count = co_await (*stream)->read_some(buffer, kNoDeadline);
    if (!count || *count == 0) break;
    heard.answer.append(buffer, 0, *count);
  }
  heard.elapsed = EventLoop::current().now() - start;
  serving.cancel();
  co_await group.join();
  co_return heard;
}

Task<Heard> talk_on_loop(HttpHandler handler, Talk talk) {
  return with_task_group(&talk_to, std::move(handler), std::move(talk));
}

Heard talk(HttpHandler handler, Talk what) {
  FakeClock clock(std::chrono::milliseconds(20));
  EventLoop loop(clock.loop_options());
  return run(loop, &talk_on_loop, std::move(handler), std::move(what));
}

Task<HttpResponse> echo(const HttpRequest& request) {
  co_return text_response(200, request.head.method + " " + request.head.target + " [" + request.body + "]");
}

Task<HttpResponse> throwing(const HttpRequest&) {
  throw std::runtime_error("secret");
  co_return HttpResponse{};
}

Task<HttpResponse> injecting(const HttpRequest&) {
  HttpResponse response = text_response(200, "");
  response.headers.add("X", "a\r\nInjected: b");
  co_return response;
}

TEST(HttpServer, AnswersRequestsInTurnOnOneConnection) {
  const Heard heard =
      talk(&echo,
           {{"GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo",
             "dyGET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /d HTTP/1.1\r\nHost: x\r\n\r\n"}});
  EXPECT_THAT(heard.answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  const std::size_t first = heard.answer.find("GET /a []\n");
  const std::size_t second = heard.answer.find("POST /b [body]\n");
  const std::size_t third = heard.answer.find("GET /c []\n");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
  EXPECT_THAT(heard.answer, HasSubstr("Connection: close\r\n\r\nGET /c"));
  EXPECT_EQ(heard.answer.find("/d"), std::string::npos);
}

TEST(HttpServer, OldClientsGetTheirConnectionClosed) {
  EXPECT_THAT(talk(&echo, {.pieces = {"GET / HTTP/1.0\r\n\r\n"}, .then_shut = false}).answer,
              HasSubstr("Connection: close\r\n\r\nGET / []\n"));
}

TEST(HttpServer, BadRequestsAreRefused) {
  const auto status_of = [](std::string bytes) {
    return talk(&echo, {.pieces = {std::move(bytes)}, .then_shut = false}).answer.substr(0, 12);
  };
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(
      status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
      "HTTP/1.1 400");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n" +
                      std::string(0x80, 'x')),
            "HTTP/1.1 413");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(100'000, 'x')), "HTTP/1.1 431");
}

TEST(HttpServer, SlowClientsAreDropped) {
  const Heard idle = talk(&echo, {.pieces = {}, .then_shut = false});
  EXPECT_EQ(idle.answer, "");
  EXPECT_EQ(idle.elapsed, seconds(30));
  std::vector<std::string> drip(100, "x");
  drip.insert(drip.begin(), "GET /");
  const Heard slow = talk(&echo, {.pieces = drip, .pause = seconds(3), .then_shut = false});
  EXPECT_THAT(slow.answer, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST(HttpServer, FailingHandlersTellNoSecrets) {
  for (const HttpHandler& handler : {HttpHandler(&throwing), HttpHandler(&injecting)}) {
    const Heard heard = talk(handler, {{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}});
    EXPECT_THAT(heard.answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_EQ(heard.answer.find("secret"), std::string::npos);
    EXPECT_EQ(heard.answer.find("Injected"), std::string::npos);
  }
}

class StaticFiles : public ::testing::Test {
 protected:
  StaticFiles() {
    root_.write("www/index.html", "<p>front");
    root_.write("www/sub/index.html", "<p>sub");
    root_.write("www/sub/a b.txt", "text");
    root_.write("www/empty/file", "");
    root_.write("www/large.bin", std::string(300'000, 'x'));
    root_.write("secret.txt", "secret");
    std::filesystem::create_symlink("../secret.txt", root_.path() / "www/link.txt");
    std::filesystem::create_symlink("..", root_.path() / "www/up");
    std::filesystem::create_symlink("sub/a b.txt", root_.path() / "www/inside.txt");
  }

  std::string ask(const std::string& target, const std::string& method = "GET") {
    auto handler = static_file_handler(root_.path() / "www");
    return talk(*handler, {{method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"}}).answer;
  }
  std::string status_of(const std::string& target) { return ask(target).substr(9, 3); }

  TemporaryDirectory root_;
};

TEST_F(StaticFiles, ServesFilesWithTheirTypes) {
  EXPECT_THAT(ask("/"), EndsWith("\r\n\r\n<p>front"));
  EXPECT_THAT(ask("/?query"), HasSubstr("Content-Type: text/html\r\n"));
  EXPECT_THAT(ask("/sub/"), EndsWith("<p>sub"));
  EXPECT_THAT(ask("/sub/a%20b.txt"), HasSubstr("Content-Type: text/plain\r\nContent-Length: 4\r\n"));
  EXPECT_THAT(ask("http://any.host/inside.txt"), EndsWith("text"));
  EXPECT_THAT(ask("/empty/file"), HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(ask("/large.bin"), EndsWith("\r\n\r\n" + std::string(300'000, 'x')));
}

TEST_F(StaticFiles, HeadSendsNoBody) {
  const std::string answer = ask("/large.bin", "HEAD");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 300000\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(StaticFiles, DirectoriesAreRedirectedToTheirSlash) {
  EXPECT_THAT(ask("/sub?q=1"), HasSubstr("HTTP/1.1 301 Moved Permanently"));
  EXPECT_THAT(ask("/sub?q=1"), HasSubstr("Location: /sub/?q=1\r\n"));
  EXPECT_THAT(ask("//sub"), HasSubstr("Location: /sub/\r\n"));
  EXPECT_EQ(status_of("/empty/"), "404");
}

TEST_F(StaticFiles, NothingOutsideTheRootIsServed) {
  for (const std::string target :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/sub/..%2f../secret.txt", "/sub/../../secret.txt"}) {
    EXPECT_EQ(status_of(target), "400") << target;
  }
  for (const std::string target :
       {"/link.txt", "/up/secret.txt", "/nothing", "/index.html/", "//etc/passwd"}) {
    EXPECT_EQ(status_of(target), "404") << target;
  }
  EXPECT_EQ(status_of("/a%00b"), "400");
  EXPECT_EQ(status_of("/a%zz"), "400");
  EXPECT_EQ(status_of("*"), "400");
}

TEST_F(StaticFiles, OtherMethodsAreNotAllowed) {
  const std::string answer = ask("/", "DELETE");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 Method Not Allowed"));
  EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
}

TEST_F(StaticFiles, RootMustBeADirectory) {
  EXPECT_FALSE(static_file_handler(root_.path() / "secret.txt"));
  EXPECT_EQ(static_file_handler(root_.path() / "nothing").error().error_class, ErrorClass::not_found);
}

}  // namespace
}  // namespace gossamer
