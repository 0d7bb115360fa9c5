#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include "net/coro/run.h"
#include "net/http/http_client.h"
#include "tests/support/certificates.h"
#include "tests/support/temporary_directory.h"

// The client against a server of the real world, over HTTP and HTTPS.
namespace gossamer {
namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";

Task<std::uint16_t> free_port() {
  const auto listener = TcpListener::listen({*IpAddress::parse("127.0.0.1"), 0});
  co_return (*listener)->address().port();
}

int run_program(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

// Starts as a daemon, which returns when it listens; stopped at the end.
class Nginx : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kNginx)) GTEST_SKIP() << "nginx is not installed";
    const TestCertificate certificate = authority_.issue({"DNS:site.test"});
    directory_.write("certificate.pem", certificate.certificate);
    directory_.write("key.pem", certificate.key);
    directory_.write("www/page.html", std::string(30'000, 'x'));
    directory_.write("www/small.txt", "small");
    ca_file_ = directory_.write("ca.pem", authority_.certificate());
    EventLoop loop;
    http_port_ = run(loop, &free_port);
    https_port_ = run(loop, &free_port);
    const std::string root = directory_.path().string();
    const std::string config = directory_.write(
        "nginx.conf",
        fmt::format(
            "pid {0}/nginx.pid; error_log {0}/error.log; daemon on; worker_processes 1;\n"
            "events {{ worker_connections 64; }}\n"
            "http {{ access_log off; types {{ text/html html; text/plain txt; }}\n"
            "  client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;\n"
            "  uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi; gzip on; keepalive_requests 3;\n"
            "  server {{ listen 127.0.0.1:{1}; listen 127.0.0.1:{2} ssl; root {0}/www;\n"
            "    ssl_certificate {0}/certificate.pem; ssl_certificate_key {0}/key.pem; }} }}\n",
            root, http_port_, https_port_));
    std::filesystem::permissions(directory_.path(),
                                 std::filesystem::perms::others_exec | std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    started_ = run_program({kNginx, "-e", root + "/error.log", "-c", config}) == 0;
    ASSERT_TRUE(started_) << "nginx did not start";
  }

  void TearDown() override {
    if (!started_) return;
    const std::string root = directory_.path().string();
    run_program({kNginx, "-e", root + "/error.log", "-c", root + "/nginx.conf", "-s", "stop"});
  }

  HttpClientOptions options() const {
    HttpClientOptions options;
    options.allow_private = true;
    options.ca_file = ca_file_;
    for (const std::uint16_t port : {http_port_, https_port_}) {
      options.resolve_overrides.push_back(
          *ResolveOverride::parse(fmt::format("site.test:{}:127.0.0.1", port)));
    }
    return options;
  }

  TestAuthority authority_;
  TemporaryDirectory directory_;
  std::string ca_file_;
  std::uint16_t http_port_ = 0;
  std::uint16_t https_port_ = 0;
  bool started_ = false;
};

// Each URL twice in a row, so that kept connections and their end after three requests are used.
Task<std::vector<Result<FetchResponse>>> fetch_twice(HttpClientOptions options,
                                                     std::vector<std::string> urls) {
  const auto client = HttpClient::create(std::move(options));
  std::vector<Result<FetchResponse>> responses;
  for (const std::string& url : urls) {
    for (int i = 0; i < 2; ++i) {
      auto response = co_await (*client)->fetch({.url = *Url::parse(url)});
      responses.push_back(std::move(response));
    }
  }
  co_return responses;
}

TEST_F(Nginx, PagesComeOverBothProtocols) {
  for (const std::string& base :
       {fmt::format("http://site.test:{}", http_port_), fmt::format("https://site.test:{}", https_port_)}) {
    EventLoop loop;
    const auto responses = run(loop, &fetch_twice, options(),
                               std::vector{base + "/page.html", base + "/small.txt", base + "/missing"});
    for (const auto& response : responses) ASSERT_TRUE(response) << base << ": " << response.error().message;
    EXPECT_EQ(responses[0]->headers.get("content-encoding"), "gzip");
    EXPECT_EQ(responses[0]->headers.get("transfer-encoding"), "chunked");
    EXPECT_EQ(responses[0]->body, std::string(30'000, 'x'));
    EXPECT_LT(responses[0]->wire_bytes, 2'000u);
    EXPECT_EQ(responses[2]->body, "small");
    EXPECT_EQ(responses[4]->status, 404);
    EXPECT_TRUE(responses[1]->reused_connection);
    EXPECT_TRUE(responses[2]->reused_connection);
    EXPECT_FALSE(responses[3]->reused_connection);
    EXPECT_TRUE(responses[4]->reused_connection);
  }
}

}  // namespace
}  // namespace gossamer
