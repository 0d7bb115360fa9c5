// Which addresses a client connects to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/coro/run.h"
#include "tests/net/http_play.h"

namespace gossamer {
namespace {

using ::testing::HasSubstr;

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
