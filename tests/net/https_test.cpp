#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/coro/run.h"
#include "net/http/http_client.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/tls_server.h"

namespace gossamer {
namespace {

using ::testing::HasSubstr;
using Ending = TlsTestServer::Ending;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Task<std::vector<Result<FetchResponse>>> fetch_all(HttpClientOptions options, std::string url, int times) {
  auto client = HttpClient::create(std::move(options));
  if (!client) throw std::runtime_error(client.error().message);
  std::vector<Result<FetchResponse>> responses;
  for (int i = 0; i < times; ++i) {
    auto response = co_await (*client)->fetch({.url = *Url::parse(url)});
    responses.push_back(std::move(response));
  }
  co_return responses;
}

// One private CA; fetches go to a server on this machine whatever host their URL names.
class Https : public ::testing::Test {
 protected:
  std::vector<Result<FetchResponse>> fetch(const TlsTestServer& server, const std::string& host,
                                           int times = 1) {
    HttpClientOptions options = options_;
    options.allow_private = true;
    const std::string port = std::to_string(server.port());
    options.resolve_overrides = {*ResolveOverride::parse("good.test:" + port + ":127.0.0.1")};
    EventLoop loop;
    return run(loop, &fetch_all, std::move(options), "https://" + host + ":" + port + "/", times);
  }

  std::string error_of(const TlsTestServer& server, const std::string& host = "good.test") {
    const auto response = std::move(fetch(server, host)[0]);
    if (response) return "no error";
    return std::string(to_string(response.error().error_class)) + ": " + response.error().message;
  }

  TestAuthority authority_;
  TemporaryDirectory directory_;
  HttpClientOptions options_{.ca_file = directory_.write("ca.pem", authority_.certificate())};
};

TEST_F(Https, PrivateAuthorityIsTrustedWhenGiven) {
  TlsTestServer server(authority_.issue({"DNS:good.test"}), kOk, Ending::keep_alive);
  const auto responses = fetch(server, "good.test", 2);
  ASSERT_TRUE(responses[0]) << responses[0].error().message;
  EXPECT_EQ(responses[0]->body, "ok");
  EXPECT_GT(responses[0]->timings.tls, Duration::zero());
  EXPECT_TRUE(responses[1]->reused_connection);
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(server.server_name(), "good.test");
}

TEST_F(Https, AddressesAreVerifiedAndSendNoServerName) {
  TlsTestServer server(authority_.issue({"IP:127.0.0.1"}), kOk, Ending::keep_alive);
  EXPECT_EQ(error_of(server, "127.0.0.1"), "no error");
  EXPECT_EQ(server.server_name(), "");
}

TEST_F(Https, UnknownAuthorityIsRefused) {
  const TestAuthority stranger;
  TlsTestServer server(stranger.issue({"DNS:good.test"}), kOk, Ending::keep_alive);
  EXPECT_THAT(error_of(server),
              HasSubstr("tls: the certificate of good.test is not trusted: unable to get local issuer "
                        "certificate (127.0.0.1:"));
  EXPECT_EQ(server.requests(), 0);
}

TEST_F(Https, ExpiredCertificateIsRefused) {
  TlsTestServer server(authority_.issue({"DNS:good.test"}, -1), kOk, Ending::keep_alive);
  EXPECT_THAT(error_of(server),
              HasSubstr("tls: the certificate of good.test is not trusted: certificate has expired"));
}

TEST_F(Https, WrongNameIsRefused) {
  TlsTestServer server(authority_.issue({"DNS:other.test", "DNS:*.more.test"}), kOk, Ending::keep_alive);
  EXPECT_THAT(error_of(server),
              HasSubstr("tls: the certificate is not for good.test, but for other.test, *.more.test"));
  EXPECT_THAT(error_of(server, "127.0.0.1"), HasSubstr("tls: the certificate is not for 127.0.0.1"));
  EXPECT_EQ(server.requests(), 0);
}

TEST_F(Https, InsecureTakesAnyCertificate) {
  options_.insecure = true;
  options_.ca_file = "";
  TlsTestServer server(authority_.issue({"DNS:other.test"}, -1), kOk, Ending::keep_alive);
  EXPECT_EQ(error_of(server), "no error");
}

TEST_F(Https, CutConnectionIsNoEndOfTheBody) {
  const TestCertificate certificate = authority_.issue({"DNS:good.test"});
  const std::string until_close = "HTTP/1.1 200 OK\r\n\r\nall of it?";
  TlsTestServer ended(certificate, until_close, Ending::close_notify);
  EXPECT_EQ(error_of(ended), "no error");
  TlsTestServer cut(certificate, until_close, Ending::cut);
  EXPECT_THAT(error_of(cut), HasSubstr("truncated: connection closed without TLS close_notify"));
  TlsTestServer delimited(certificate, kOk, Ending::cut);
  EXPECT_EQ(error_of(delimited), "no error");
}

TEST_F(Https, LargeBodyComesWhole) {
  const std::string body(5'000'000, 'x');
  TlsTestServer server(authority_.issue({"DNS:good.test"}),
                       "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + body, Ending::keep_alive);
  const auto responses = fetch(server, "good.test", 2);
  ASSERT_TRUE(responses[1]) << responses[1].error().message;
  EXPECT_EQ(responses[1]->body, body);
}

TEST_F(Https, UnusableAuthorityFileIsABadOption) {
  const auto create = [](std::string file) -> Task<std::string> {
    const auto client = HttpClient::create({.ca_file = std::move(file)});
    co_return client ? "no error" : client.error().message;
  };
  EventLoop loop;
  EXPECT_THAT(run(loop, create, directory_.write("bad.pem", "no certificate")), HasSubstr("bad.pem"));
  EXPECT_THAT(run(loop, create, std::string("/nonexistent.pem")),
              HasSubstr("cannot use the CA file /nonexistent.pem"));
}

}  // namespace
}  // namespace gossamer
