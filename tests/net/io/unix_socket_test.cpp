#include "net/io/unix_socket.h"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/fake_time.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

Task<> exchange_over(std::string path) {
  const auto listener = UnixListener::listen(path);
  EXPECT_TRUE(listener) << listener.error().message;
  struct stat file{};
  EXPECT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600U);
  auto client = UnixStream::connect(path);
  EXPECT_TRUE(client) << client.error().message;
  auto server = co_await (*listener)->accept();
  const auto written = co_await (*client)->write_all("ask", kNoDeadline);
  EXPECT_TRUE(written);
  std::array<char, 16> buffer{};
  const auto count = co_await (*server)->read_some(buffer, kNoDeadline);
  EXPECT_EQ(std::string_view(buffer.data(), count.value()), "ask");
  EXPECT_EQ((*server)->peer_user().value(), ::geteuid());
  (*server)->shutdown_write();
  const auto end = co_await (*client)->read_some(buffer, kNoDeadline);
  EXPECT_EQ(end.value(), 0U);
}

TEST(UnixSocket, CarriesBytesAndIsItsOwnersAlone) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "socket";
  run_in_fake_time(exchange_over, path);
  EXPECT_TRUE(fs::is_empty(directory.path())) << "the listener removes its file";
}

TEST(UnixSocket, TakesPathsLongerThanAnAddress) {
  const TemporaryDirectory directory;
  fs::path deep = directory.path();
  for (int i = 0; i < 5; ++i) deep /= std::string(200, 'd');
  fs::create_directories(deep);
  run_in_fake_time(exchange_over, std::string(deep / std::string(255, 'n')));
  EXPECT_TRUE(fs::is_empty(deep));
}

TEST(UnixSocket, TakesAPathInTheWorkingDirectory) {
  const TemporaryDirectory directory;
  const fs::path before = fs::current_path();
  fs::current_path(directory.path());
  run_in_fake_time(exchange_over, std::string("socket"));
  fs::current_path(before);
}

Task<> listen_twice(std::string path) {
  auto killed = UnixListener::listen(path);
  EXPECT_TRUE(killed);
  auto next = UnixListener::listen(path);  // as if the first had been killed
  EXPECT_TRUE(next);
  killed->reset();  // removes only a file of its own
  EXPECT_TRUE(fs::exists(path));
  auto client = UnixStream::connect(path);
  EXPECT_TRUE(client) << client.error().message;
  co_return;
}

TEST(UnixSocket, ReplacesAStaleFile) {
  const TemporaryDirectory directory;
  run_in_fake_time(listen_twice, std::string(directory.path() / "socket"));
}

Task<> refuse(std::string directory) {
  const std::string path = directory + "/file";
  const auto missing = UnixStream::connect(path);
  EXPECT_EQ(missing.error().error_class, ErrorClass::not_found);
  std::ofstream(path) << "data";
  const auto in_the_way = UnixListener::listen(path);
  EXPECT_EQ(in_the_way.error().error_class, ErrorClass::refused);
  EXPECT_TRUE(fs::is_regular_file(path));
  const auto no_socket = UnixStream::connect(path);
  EXPECT_EQ(no_socket.error().error_class, ErrorClass::refused);
  const auto nowhere = UnixListener::listen(directory + "/none/socket");
  EXPECT_EQ(nowhere.error().error_class, ErrorClass::io);
  co_return;
}

TEST(UnixSocket, RefusesWhatIsNoSocket) {
  const TemporaryDirectory directory;
  run_in_fake_time(refuse, std::string(directory.path()));
}

}  // namespace
}  // namespace gossamer
