// C10K: one thread holds thousands of HTTP connections open to a server that answers slowly, while 64 healthy
// ones go on fetching. What do the slow ones take from the healthy, and how much memory is each? Usage: c10k
// [SLOW=9500]
//
// The server is a process of its own. Of the slow requests one in twenty is never answered and must end at
// its deadline; a thousand timers tick beside, and each tick is counted. Ends with 1 if one of them is
// missing.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "net/base/fatal.h"
#include "net/coro/event.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "net/http/http_client.h"
#include "net/http/http_server.h"

using namespace gossamer;
using namespace std::chrono_literals;

namespace {

constexpr int kHealthy = 64;
constexpr int kTickers = 1000;
constexpr Duration kTick = 50ms;
constexpr Duration kMeasured = 3s;
constexpr std::chrono::seconds kNoAnswer = 25s;  // the deadline of requests that are never answered

// ---- the server ----

Task<HttpResponse> answer(const HttpRequest& request, Event* release) {
  if (request.head.target == "/slow") co_await release->wait();
  if (request.head.target == "/never") co_await sleep_for(1h);
  if (request.head.target == "/release") release->set();
  co_return text_response(200, std::string(1000, 'x'));
}

Task<> serve(int port_to) {
  Event release;
  HttpServer::Options options;
  options.max_connections = 20'000;
  options.idle_timeout = 10min;
  auto server = HttpServer::listen(
      {*IpAddress::parse("127.0.0.1"), 0},
      [&release](const HttpRequest& request) { return answer(request, &release); }, options);
  if (!server) fatal(server.error().message);
  const std::uint16_t port = (*server)->address().port();
  if (::write(port_to, &port, sizeof port) != sizeof port) fatal("write", errno);
  (void)co_await (*server)->serve();
}

// ---- the client ----

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  statm >> pages >> pages;  // the second
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Of the whole system: both ends of the connections are here.
std::size_t kernel_bytes() {
  std::ifstream meminfo("/proc/meminfo");
  std::string name;
  for (std::size_t kibibytes = 0; meminfo >> name >> kibibytes; meminfo.ignore(16, '\n')) {
    if (name == "Slab:") return kibibytes * 1024;
  }
  return 0;
}

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

struct Tally {
  std::string site;  // "http://127.0.0.1:PORT"
  int answered = 0;
  int timed_out = 0;
  int failed = 0;
  Duration latest_deadline{};  // by how much the worst came too late
  std::uint64_t fetched = 0;   // by the healthy ones
  std::uint64_t ticks = 0;
  Duration latest_tick{};
};

FetchRequest request_for(const Tally& tally, std::string_view path) {
  return {.url = Url::parse(tally.site + std::string(path)).value()};
}

Task<> fetch_slowly(HttpClient* client, Tally* tally, const char* path) {
  const TimePoint start = EventLoop::current().now();
  const auto page = co_await client->fetch(request_for(*tally, path));
  if (page) {
    ++tally->answered;
  } else if (page.error().error_class == ErrorClass::timeout) {
    ++tally->timed_out;
    const Duration late = EventLoop::current().now() - start - kNoAnswer;
    tally->latest_deadline = std::max(tally->latest_deadline, late);
  } else {
    if (tally->failed++ == 0) fmt::print(stderr, "a slow request failed: {}\n", page.error().message);
  }
}

Task<> keep_fetching(HttpClient* client, Tally* tally) {
  while (true) {
    const auto page = co_await client->fetch(request_for(*tally, "/page"));
    if (!page) fatal(page.error().message);
    ++tally->fetched;
  }
}

Task<> tick(Tally* tally, TimePoint start, int count) {
  for (int i = 1; i <= count; ++i) {
    const TimePoint due = start + i * kTick;
    co_await sleep_until(due);
    ++tally->ticks;
    tally->latest_tick = std::max<Duration>(tally->latest_tick, EventLoop::current().now() - due);
  }
}

struct Rate {
  double pages_per_second;
  double cpu_us_per_page;
};

Task<Rate> measure(Tally* tally) {
  const TimePoint start = EventLoop::current().now();
  const std::uint64_t fetched = tally->fetched;
  const double cpu = cpu_seconds();
  co_await sleep_for(kMeasured);
  const auto pages = static_cast<double>(tally->fetched - fetched);
  const double seconds = std::chrono::duration<double>(EventLoop::current().now() - start).count();
  co_return Rate{pages / seconds, (cpu_seconds() - cpu) * 1e6 / pages};
}

void print(const char* what, const Rate& rate) {
  fmt::print("{:<28} {:>8.0f} pages/s, {:.1f} us of CPU a page\n", what, rate.pages_per_second,
             rate.cpu_us_per_page);
}

Task<bool> client(TaskGroup& group, std::uint16_t port, int slow) {
  Tally tally{.site = fmt::format("http://127.0.0.1:{}", port)};
  HttpClientOptions options;
  options.allow_private = true;
  options.timeouts = HttpTimeouts::of(10min);
  const auto patient = HttpClient::create(options).value();
  const auto healthy = HttpClient::create(options).value();
  options.timeouts.headers = kNoAnswer;
  const auto strict = HttpClient::create(options).value();

  std::vector<TaskHandle<>> fetchers;
  for (int i = 0; i < kHealthy; ++i) {
    fetchers.push_back(group.create_task(keep_fetching, healthy.get(), &tally));
  }
  co_await measure(&tally);  // to warm up
  const Rate alone_before = co_await measure(&tally);

  const std::size_t before = resident_bytes();
  const std::size_t kernel_before = kernel_bytes();
  std::vector<TaskHandle<>> waiting;
  const int never = slow / 20;
  for (int i = 0; i < slow; ++i) {
    waiting.push_back(i < never ? group.create_task(fetch_slowly, strict.get(), &tally, "/never")
                                : group.create_task(fetch_slowly, patient.get(), &tally, "/slow"));
    if (i % 100 == 99) co_await sleep_for(10ms);  // no more than the listen queue holds
  }
  co_await sleep_for(1s);
  const double bytes_each = (static_cast<double>(resident_bytes()) - static_cast<double>(before)) / slow;
  const double kernel_each =
      (static_cast<double>(kernel_bytes()) - static_cast<double>(kernel_before)) / slow / 2;

  const TimePoint start = EventLoop::current().now();
  constexpr int kTicks = static_cast<int>(kMeasured / kTick);
  for (int i = 0; i < kTickers; ++i) waiting.push_back(group.create_task(tick, &tally, start, kTicks));
  const Rate beside = co_await measure(&tally);

  (void)co_await healthy->fetch(request_for(tally, "/release"));
  for (const TaskHandle<>& task : waiting) co_await task.wait();
  const Rate alone_after = co_await measure(&tally);
  for (TaskHandle<>& task : fetchers) task.cancel();

  print("64 healthy, alone", alone_before);
  print(fmt::format("beside {} slow ones", slow).c_str(), beside);
  print("alone again", alone_after);
  const double alone = (alone_before.pages_per_second + alone_after.pages_per_second) / 2;
  const double alone_cpu = (alone_before.cpu_us_per_page + alone_after.cpu_us_per_page) / 2;
  fmt::print("rate kept: {:.0f} %; CPU a page: {:.2f} of alone\n", 100 * beside.pages_per_second / alone,
             beside.cpu_us_per_page / alone_cpu);
  fmt::print("memory: {:.0f} bytes a slow connection, and {:.0f} of the kernel an end\n", bytes_each,
             kernel_each);
  const auto milliseconds = [](Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  };
  fmt::print("slow requests: {} answered, {} ended at their deadline (the worst {:.1f} ms late), {} failed\n",
             tally.answered, tally.timed_out, milliseconds(tally.latest_deadline), tally.failed);
  fmt::print("timers: {} ticks of {} (the worst {:.1f} ms late)\n", tally.ticks, kTickers * kTicks,
             milliseconds(tally.latest_tick));
  co_return tally.answered == slow - never&& tally.timed_out == never&& tally.ticks ==
      std::uint64_t{kTickers} * kTicks;
}

}  // namespace

int main(int argc, char** argv) {
  const int slow = argc > 1 ? std::atoi(argv[1]) : 9500;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  int port_pipe[2];
  if (::pipe(port_pipe) != 0) fatal("pipe", errno);
  const pid_t server = ::fork();
  if (server == 0) {
    EventLoop loop;
    run(loop, serve, port_pipe[1]);
    return 0;
  }
  std::uint16_t port = 0;
  if (::read(port_pipe[0], &port, sizeof port) != sizeof port) fatal("read", errno);
  EventLoop loop;
  const bool held = run_until_complete(loop, with_task_group(client, port, slow));
  ::kill(server, SIGTERM);
  ::waitpid(server, nullptr, 0);
  return held ? 0 : 1;
}
