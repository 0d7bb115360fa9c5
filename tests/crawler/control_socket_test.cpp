#include "crawler/control_socket.h"

#include <array>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <sys/stat.h>
#include <vector>

#include "tests/support/fake_time.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

class RecordingControl final : public CrawlControl {
 public:
  void pause() override { mode_ = CrawlState::Mode::paused; }
  void resume() override { mode_ = CrawlState::Mode::running; }
  Result<std::size_t> pause_host(std::string host) override { return note("pause-host " + host); }
  Result<std::size_t> resume_host(std::string host) override { return note("resume-host " + host); }
  Task<Result<DropReport>> drop(std::string pattern) override {
    calls.push_back("drop " + pattern);
    if (pattern == "(") co_return fail(ErrorClass::invalid_input, "\"(\" is no pattern");
    co_return DropReport{.dropped = 7, .in_flight = 1};
  }
  void stop() override { mode_ = CrawlState::Mode::stopping; }
  Task<CrawlState> state() override {
    CrawlState state;
    state.mode = mode_;
    state.pending = 12;
    co_return state;
  }

  std::vector<std::string> calls;

 private:
  Result<std::size_t> note(std::string call) {
    calls.push_back(std::move(call));
    return 2;
  }
  CrawlState::Mode mode_ = CrawlState::Mode::running;
};

// Sends `text`, tells that no more will come, and reads to the end.
Task<std::string> converse(std::string path, std::string text) {
  auto stream = UnixStream::connect(path);
  if (!stream) co_return stream.error().message;
  const auto sent = co_await (*stream)->write_all(text, kNoDeadline);
  if (!sent) co_return sent.error().message;
  (*stream)->shutdown_write();
  std::string all;
  std::array<char, 4096> buffer;
  while (true) {
    const auto count = co_await (*stream)->read_some(buffer, kNoDeadline);
    if (!count) co_return all + "! " + count.error().message;
    if (*count == 0) co_return all;
    all.append(buffer.data(), *count);
  }
}

class ControlSocketTest : public testing::Test {
 public:
  using Body = Task<> (*)(ControlSocketTest*);

  void with_socket(Body body, ControlSocket::Options options = {}) {
    const auto whole = [this, body, options](TaskGroup& group) -> Task<> {
      auto socket = ControlSocket::open(database_, control_, options);
      EXPECT_TRUE(socket) << socket.error().message;
      auto serving = group.create_task([](ControlSocket* s) { return s->serve(); }, socket->get());
      co_await body(this);
      serving.cancel();
      co_await group.join();
    };
    FakeClock clock(20ms);
    EventLoop loop(clock.loop_options());
    run(loop, [&whole] { return with_task_group(whole); });
  }

  std::string path() const { return control_path(database_); }
  Task<std::string> ask(std::string text) { return converse(path(), std::move(text)); }

  TemporaryDirectory directory_;
  std::string database_ = directory_.path() / "crawl.db";
  RecordingControl control_;
};

TEST_F(ControlSocketTest, StandsBesideTheDatabaseForItsUserAloneWhileTheCrawlRuns) {
  with_socket([](ControlSocketTest* test) -> Task<> {
    struct stat file{};
    EXPECT_EQ(::stat(test->path().c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 07777, 0600U);
    co_return;
  });
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ControlSocketTest, AnswersEachLineWithOne) {
  with_socket([](ControlSocketTest* test) -> Task<> {
    const auto answers = co_await test->ask(
        "{\"command\":\"pause\"}\n"
        "{\"command\":\"pause-host\",\"argument\":\"example.com\"}\n"
        "{\"command\":\"resume\"}\n"
        "{\"command\":\"stop\"}\n");
    EXPECT_EQ(answers,
              "{\"in_flight\":0,\"pending\":12,\"state\":\"paused\"}\n"
              "{\"host\":\"example.com\",\"origins\":2,\"state\":\"paused\"}\n"
              "{\"in_flight\":0,\"pending\":12,\"state\":\"running\"}\n"
              "{\"state\":\"stopping\"}\n");
  });
  EXPECT_EQ(control_.calls, std::vector<std::string>{"pause-host example.com"});
}

TEST_F(ControlSocketTest, DropTellsTheRuleAndTheNumbers) {
  with_socket([](ControlSocketTest* test) -> Task<> {
    const auto answer = co_await test->ask("{\"command\":\"drop\",\"argument\":\"\\\\.pdf$\"}\n");
    EXPECT_EQ(answer, "{\"dropped\":7,\"in_flight\":1,\"rule\":\"ctl drop \\\\.pdf$\"}\n");
    const auto bad = co_await test->ask("{\"command\":\"drop\",\"argument\":\"(\"}\n");
    EXPECT_EQ(bad, "{\"error\":\"\\\"(\\\" is no pattern\",\"usage\":true}\n");
  });
}

TEST_F(ControlSocketTest, SaysWhatIsWrongAndGoesOn) {
  with_socket([](ControlSocketTest* test) -> Task<> {
    for (const std::string request : {"nonsense", "[]", "{}", "{\"command\":1}", "{\"command\":\"fly\"}",
                                      "{\"command\":\"drop\"}", "\xff"}) {
      const auto answer = co_await test->ask(request + "\n{\"command\":\"stop\"}\n");
      EXPECT_TRUE(answer.starts_with("{\"error\":\"")) << request << ": " << answer;
      EXPECT_TRUE(answer.ends_with("{\"state\":\"stopping\"}\n")) << request << ": " << answer;
    }
  });
}

TEST_F(ControlSocketTest, ARequestTooLongEndsTheConnection) {
  with_socket(
      [](ControlSocketTest* test) -> Task<> {
        const auto answer = co_await test->ask(std::string(200, 'x'));
        EXPECT_EQ(answer, "{\"error\":\"a request has at most 100 bytes\",\"usage\":false}\n");
      },
      {.max_request = 100});
}

TEST_F(ControlSocketTest, ASilentClientIsLeftAndItsPlaceGivenToTheNext) {
  with_socket(
      [](ControlSocketTest* test) -> Task<> {
        const auto silent = UnixStream::connect(test->path());
        const TimePoint start = EventLoop::current().now();
        const auto answer = co_await test->ask("{\"command\":\"stop\"}\n");
        EXPECT_EQ(answer, "{\"state\":\"stopping\"}\n");
        EXPECT_GE(EventLoop::current().now() - start, 10s);
      },
      {.max_clients = 1});
}

TEST_F(ControlSocketTest, ReplacesTheSocketOfAKilledCrawl) {
  with_socket([](ControlSocketTest* test) -> Task<> {
    const auto next = ControlSocket::open(test->database_, test->control_);
    EXPECT_TRUE(next) << next.error().message;
    co_return;
  });
}

}  // namespace
}  // namespace gossamer
