// Each fetcher of examples/evolution brings the same pages from a real server.
#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <map>
#include <ostream>
#include <thread>

#include "net/coro/event.h"
#include "net/coro/run.h"
#include "net/coro/timeout.h"
#include "net/http/http_server.h"

#include "examples/evolution/fetchers.h"

namespace gossamer {
namespace {

// An HTTP server on a thread of its own, which counts how many requests it answers at once.
class Site {
 public:
  explicit Site(std::map<std::string, std::string> pages) : pages_(std::move(pages)) {
    std::latch started(1);
    thread_ = std::thread([this, &started] { run(loop_, &Site::serve, this, &started); });
    started.wait();
  }
  ~Site() {
    loop_.post([this] { stop_.set(); });
    thread_.join();
  }
  SocketAddress address() const { return address_; }
  int most_at_once() const { return most_at_once_; }  // after the fetches

 private:
  static Task<> serve(Site* self, std::latch* started) {
    auto server = HttpServer::listen({*IpAddress::parse("127.0.0.1"), 0}, [self](const HttpRequest& request) {
      return answer(self, request.head.target);
    });
    self->address_ = (*server)->address();
    started->count_down();
    co_await with_task_group(
        [](TaskGroup& group, Site* site, HttpServer* http) -> Task<> {
          group.create_task([](HttpServer* s) -> Task<> { (void)co_await s->serve(); }, http);
          co_await site->stop_.wait();
          group.cancel();
        },
        self, server->get());
  }

  static Task<HttpResponse> answer(Site* self, std::string path) {
    self->most_at_once_ = std::max(self->most_at_once_.load(), ++self->at_once_);
    co_await sleep_for(std::chrono::milliseconds(5));
    --self->at_once_;
    co_return HttpResponse{.body = self->pages_.at(path)};
  }

  std::map<std::string, std::string> pages_;
  EventLoop loop_;
  Event stop_;
  SocketAddress address_;
  int at_once_ = 0;
  std::atomic<int> most_at_once_ = 0;
  std::thread thread_;
};

struct Way {
  const char* name;
  Pages (*fetch)(const SocketAddress& server, const Paths& paths);
  bool at_once;
};

void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

class EvolutionTest : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(, EvolutionTest,
                         testing::Values(Way{"blocking", fetch_blocking, false},
                                         Way{"select_callbacks", fetch_select_callbacks, true},
                                         Way{"epoll_callbacks", fetch_epoll_callbacks, true},
                                         Way{"generators", fetch_generators, true},
                                         Way{"co_await", fetch_co_await, true}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(EvolutionTest, BringsTheSamePages) {
  std::map<std::string, std::string> site_pages;
  Paths paths;
  Pages expected;
  for (int i = 0; i < 40; ++i) {
    const std::string path = "/page" + std::to_string(i);
    // From nothing to a megabyte, so that some come at once and some in many pieces.
    std::string page(i % 10 == 0 ? static_cast<std::size_t>(i) * 30'000 : static_cast<std::size_t>(i) * 100,
                     'a');
    for (std::size_t k = 0; k < page.size(); ++k)
      page[k] = static_cast<char>('a' + (k * 7 + static_cast<std::size_t>(i)) % 26);
    site_pages[path] = page;
    paths.push_back(path);
    expected.push_back(page);
  }
  Site site(std::move(site_pages));
  const Pages pages = GetParam().fetch(site.address(), paths);
  ASSERT_EQ(pages.size(), expected.size());
  for (std::size_t i = 0; i < pages.size(); ++i) EXPECT_TRUE(pages[i] == expected[i]) << "page " << i;
  EXPECT_EQ(site.most_at_once() > 1, GetParam().at_once);
}

TEST_P(EvolutionTest, BringsNothingWhenNothingIsAsked) {
  Site site({});
  EXPECT_TRUE(GetParam().fetch(site.address(), {}).empty());
}

}  // namespace
}  // namespace gossamer
