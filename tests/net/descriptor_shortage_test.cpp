#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "net/http/http_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_server.h"

namespace gossamer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// While it lives the process can open no descriptor beyond those it has, but for closed ones.
class NoNewDescriptors {
 public:
  NoNewDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd lowest_free(::dup(STDERR_FILENO));
    const rlimit full{static_cast<rlim_t>(lowest_free.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &full);
  }
  NoNewDescriptors(const NoNewDescriptors&) = delete;
  NoNewDescriptors& operator=(const NoNewDescriptors&) = delete;
  ~NoNewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

Task<Result<FetchResponse>> fetch(HttpClient* client, std::string url) {
  return client->fetch({.url = *Url::parse(url)});
}

Task<> close_after(Duration pause, std::vector<Fd>* spare) {
  co_await sleep_for(pause);
  spare->clear();
}

struct Outcome {
  Result<FetchResponse> response = fail(ErrorClass::io, "not asked");
  std::size_t idle_before = 0;
  Duration elapsed{};
};

enum class Freed { idle_connection, later, never };

Task<Outcome> fetch_in_shortage(TaskGroup& group, Freed freed) {
  ScriptedServer first({{{kOk}}});
  ScriptedServer second({{{kOk}}});
  auto serving_first = group.create_task(&ScriptedServer::serve, &first);
  auto serving_second = group.create_task(&ScriptedServer::serve, &second);
  HttpClientOptions options;
  options.allow_private = true;
  options.timeouts.connect = seconds(1);
  auto client = HttpClient::create(options);
  Outcome outcome;
  std::vector<Fd> spare;
  for (int i = 0; i < 2; ++i) spare.emplace_back(::dup(STDERR_FILENO));  // for both ends of a connection
  if (freed == Freed::idle_connection) {
    outcome.response = co_await fetch(client->get(), first.url("/"));
  }
  outcome.idle_before = (*client)->idle_connections();
  const TimePoint start = EventLoop::current().now();
  {
    const NoNewDescriptors full;
    if (freed == Freed::later) group.create_task(&close_after, milliseconds(500), &spare);
    outcome.response = co_await fetch(client->get(), second.url("/"));
  }
  outcome.elapsed = EventLoop::current().now() - start;
  client->reset();
  serving_first.cancel();
  serving_second.cancel();
  co_await group.join();
  co_return outcome;
}

Task<Outcome> on_loop(Freed freed) { return with_task_group(&fetch_in_shortage, freed); }

Outcome fetch_when(Freed freed) {
  FakeClock clock(milliseconds(20));
  EventLoop loop(clock.loop_options());
  return run(loop, &on_loop, freed);
}

TEST(DescriptorShortage, AnIdleConnectionIsClosedForANewOne) {
  const Outcome outcome = fetch_when(Freed::idle_connection);
  EXPECT_EQ(outcome.idle_before, 1u);
  ASSERT_TRUE(outcome.response) << outcome.response.error().message;
  EXPECT_EQ(outcome.response->body, "ok");
  EXPECT_FALSE(outcome.response->reused_connection);
}

TEST(DescriptorShortage, AFetchWaitsForADescriptor) {
  const Outcome outcome = fetch_when(Freed::later);
  ASSERT_TRUE(outcome.response) << outcome.response.error().message;
  EXPECT_GE(outcome.elapsed, milliseconds(500));
}

TEST(DescriptorShortage, TheWaitEndsAtTheDeadline) {
  const Outcome outcome = fetch_when(Freed::never);
  ASSERT_FALSE(outcome.response);
  EXPECT_EQ(outcome.response.error().error_class, ErrorClass::connect);
  EXPECT_THAT(outcome.response.error().message, testing::HasSubstr("socket: Too many open files"));
  EXPECT_EQ(outcome.elapsed, seconds(1));
}

}  // namespace
}  // namespace gossamer
