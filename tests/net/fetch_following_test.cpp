#include "net/http/fetch_following.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/coro/run.h"
#include "net/http/http_server.h"

namespace gossamer {
namespace {

using ::testing::HasSubstr;

HttpResponse redirect(int status, std::string_view location) {
  return {.status = status, .headers = {{"Location", location}}, .body = "moved"};
}

// Two servers, each sending to the other; every final page says which credentials came with the request.
Task<HttpResponse> site(std::string other, const HttpRequest& request) {
  const std::string_view target = request.head.target;
  if (target == "/once") co_return redirect(301, "end");
  if (target == "/across") co_return redirect(302, other + "/end");
  if (target == "/loop") co_return redirect(303, "/loop2");
  if (target == "/loop2") co_return redirect(307, "/loop");
  if (target == "/bad") co_return redirect(308, "http://[");
  if (target == "/mail") co_return redirect(302, "mailto:a@b");
  if (target == "/no-location") co_return HttpResponse{.status = 302, .body = "stay"};
  if (target.starts_with("/down/")) co_return redirect(302, "/down/" + std::string(target.substr(6)) + "x");
  const Headers& headers = request.head.headers;
  co_return text_response(200, "auth=" + std::string(headers.get("authorization").value_or("none")) +
                                   " extra=" + std::string(headers.get("x-extra").value_or("none")));
}

Task<> serve(HttpServer* server) { (void)co_await server->serve(); }

Task<FollowedFetch> follow_in_group(TaskGroup& group, std::string path) {
  const SocketAddress any(*IpAddress::parse("127.0.0.1"), 0);
  const auto second = HttpServer::listen(any, [](const HttpRequest& request) { return site("", request); });
  const std::string other = "http://" + (*second)->address().to_string();
  const auto first =
      HttpServer::listen(any, [other](const HttpRequest& request) { return site(other, request); });
  auto serving_first = group.create_task(&serve, first->get());
  auto serving_second = group.create_task(&serve, second->get());
  auto client = HttpClient::create({.allow_private = true});
  auto followed = co_await fetch_following(
      **client, {.url = *Url::parse("http://" + (*first)->address().to_string() + path),
                 .headers = {{"Authorization", "secret"}, {"X-Extra", "kept"}}});
  serving_first.cancel();
  serving_second.cancel();
  co_await group.join();
  co_return followed;
}

Task<FollowedFetch> follow_on_loop(std::string path) {
  return with_task_group(&follow_in_group, std::move(path));
}

FollowedFetch follow(std::string path) {
  EventLoop loop;
  return run(loop, &follow_on_loop, std::move(path));
}

TEST(FetchFollowing, ReportsTheChain) {
  const FollowedFetch followed = follow("/once#part");
  ASSERT_TRUE(followed.response);
  EXPECT_EQ(followed.response->body, "auth=secret extra=kept\n");
  ASSERT_EQ(followed.hops.size(), 1u);
  EXPECT_EQ(followed.hops[0].response.status, 301);
  EXPECT_EQ(followed.hops[0].response.body, "");
  EXPECT_THAT(std::string(followed.url.href()), HasSubstr("/end#part"));
}

TEST(FetchFollowing, CredentialsStayWithTheirOrigin) {
  const FollowedFetch followed = follow("/across");
  ASSERT_TRUE(followed.response);
  EXPECT_EQ(followed.response->body, "auth=none extra=kept\n");
}

TEST(FetchFollowing, LoopsAndLongChainsAreErrors) {
  const FollowedFetch loop = follow("/loop");
  EXPECT_EQ(loop.response.error().error_class, ErrorClass::redirect);
  EXPECT_THAT(loop.response.error().message, HasSubstr("redirect loop"));
  EXPECT_EQ(loop.hops.size(), 2u);
  const FollowedFetch down = follow("/down/");
  EXPECT_EQ(down.response.error().message, "more than 10 redirects");
}

TEST(FetchFollowing, TargetsMustBeHttpUrls) {
  EXPECT_EQ(follow("/bad").response.error().error_class, ErrorClass::redirect);
  EXPECT_EQ(follow("/mail").response.error().error_class, ErrorClass::redirect);
}

TEST(FetchFollowing, BytesOfALocationStayThoseOfTheServer) {
  const Url page = *Url::parse("http://h.example/dir/page");
  const auto target = [&](std::string_view location) {
    const auto url = location_url(location, page);
    return url ? std::string(url->href()) : "none";
  };
  EXPECT_EQ(target("caf\xE9?q=\xE9"), "http://h.example/dir/caf%E9?q=%E9");
  EXPECT_EQ(target("/caf\xC3\xA9"), "http://h.example/caf%C3%A9");
  EXPECT_EQ(target("http://b\xC3\xBC.example/"), "http://xn--b-eha.example/");
  EXPECT_EQ(target("http://b\xFC.example/"), "none");
}

TEST(FetchFollowing, RedirectWithoutTargetIsFinal) {
  const FollowedFetch followed = follow("/no-location");
  ASSERT_TRUE(followed.response);
  EXPECT_EQ(followed.response->status, 302);
  EXPECT_EQ(followed.response->body, "stay");
}

}  // namespace
}  // namespace gossamer
