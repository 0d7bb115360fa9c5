#include "tests/net/http_play.h"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "net/coro/run.h"
#include "tests/support/fake_clock.h"

namespace gossamer {
namespace {

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

}  // namespace

HttpClientOptions local_options() {
  HttpClientOptions options;
  options.allow_private = true;
  return options;
}

Played play(std::vector<Script> scripts, std::vector<Ask> asks, HttpClientOptions options) {
  FakeClock clock(std::chrono::milliseconds(20));
  EventLoop loop(clock.loop_options());
  return run(loop, &play_on_loop, std::move(scripts), std::move(asks), std::move(options));
}

std::string error_of(const Result<FetchResponse>& response) {
  if (response) return "no error";
  return std::string(to_string(response.error().error_class)) + "/" +
         std::string(to_string(response.error().phase)) + ": " + response.error().message;
}

}  // namespace gossamer
