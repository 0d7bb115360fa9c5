// What is on disk and what in memory, and what happens when the disk is full.

#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <random>
#include <sys/resource.h>

#include "crawler/frontier.h"
#include "tests/crawler/frontier_support.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMiB = std::size_t{1} << 20;

// AddressSanitizer keeps freed memory for a while.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kMeasured = false;
#else
constexpr bool kMeasured = true;
#endif

Frontier::Options on_disk(std::size_t memory) {
  return {.throttle = 0, .memory = memory, .scratch_directory = testing::TempDir()};
}

// Files of this process cannot grow past `bytes` while it lives.
class DiskFull {
 public:
  explicit DiskFull(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~DiskFull() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(FrontierMemory, AMillionUrlsOfOneHost) {
  constexpr UrlId kUrls = 1'000'000;
  Frontier frontier(on_disk(2 * kMiB));
  const std::size_t before = resident();
  for (UrlId id = 1; id <= kUrls; ++id) frontier.add(entry(id, 1));
  EXPECT_LE(frontier.memory_bytes(), 2 * kMiB);
  EXPECT_GT(frontier.disk_bytes(), kUrls * 50);
  EXPECT_LT(frontier.disk_bytes(), kUrls * 70);
  if (kMeasured) EXPECT_LT(resident(), before + 8 * kMiB);
  for (UrlId id = 1; id <= kUrls; ++id) {
    const auto next = frontier.pop(kStart);
    ASSERT_TRUE(next);
    ASSERT_EQ(next->id, id);
    ASSERT_EQ(next->url, entry(id, 1).url);
    frontier.release(1, kStart, 0us);
  }
  EXPECT_EQ(frontier.disk_bytes(), 0U);
  EXPECT_EQ(frontier.active_hosts(), 0U);
}

TEST(FrontierMemory, ManySmallHosts) {
  constexpr HostId kHosts = 300'000;
  Frontier frontier(on_disk(48 * kMiB));
  const std::size_t before = resident();
  UrlId id = 0;
  for (int round = 0; round < 3; ++round) {
    for (HostId host = 1; host <= kHosts; ++host)
      frontier.add(entry(++id, host, static_cast<std::uint16_t>(round)));
  }
  EXPECT_EQ(frontier.active_hosts(), kHosts);
  EXPECT_LE(frontier.memory_bytes(), 48 * kMiB);
  EXPECT_LT(frontier.disk_bytes(), std::uint64_t{kHosts} * 256);
  if (kMeasured) EXPECT_LT(resident(), before + 80 * kMiB);
  EXPECT_EQ(drain(frontier, kStart).size(), id);
  EXPECT_EQ(frontier.disk_bytes(), 0U);
}

TEST(FrontierMemory, HalfAMillionWaitingRetries) {
  constexpr UrlId kUrls = 500'000;
  Frontier frontier(on_disk(4 * kMiB));
  std::mt19937 random(3);
  for (UrlId id = 1; id <= kUrls; ++id) {
    frontier.add_retry(entry(id, static_cast<HostId>(id % 100)),
                       kStart + std::chrono::milliseconds(random() % 100'000));
  }
  EXPECT_EQ(frontier.pending(), kUrls);
  EXPECT_LE(frontier.memory_bytes(), 4 * kMiB);
  std::size_t given = 0;
  TimePoint now = kStart;
  while (given < kUrls) {
    given += drain(frontier, now).size();
    EXPECT_LE(frontier.memory_bytes(), 5 * kMiB);
    if (given == kUrls) break;
    const auto next = frontier.next_ready();
    ASSERT_TRUE(next);
    ASSERT_GT(*next, now);
    now = std::max(*next, now + 1s);
  }
  EXPECT_EQ(frontier.disk_bytes(), 0U);
}

TEST(FrontierMemory, SpaceOnDiskIsUsedAgain) {
  constexpr UrlId kUrls = 50'000;
  Frontier frontier(on_disk(kMiB));
  std::mt19937 random(5);
  UrlId id = 0;
  const auto add = [&] {
    auto e = entry(++id, 1);
    e.priority = static_cast<std::uint16_t>(random());
    frontier.add(e);
  };
  while (id < kUrls) add();
  const auto full = frontier.disk_bytes();
  for (UrlId step = 0; step < 4 * kUrls; ++step) {
    ASSERT_TRUE(frontier.pop(kStart));
    frontier.release(1, kStart, 0us);
    add();
  }
  EXPECT_LT(frontier.disk_bytes(), 2 * full);
  int last = 0;
  for (UrlId left = kUrls; left > 0; --left) {
    const auto next = frontier.pop(kStart);
    ASSERT_TRUE(next);
    ASSERT_GE(next->priority, last);
    last = next->priority;
    frontier.release(1, kStart, 0us);
  }
  EXPECT_EQ(frontier.disk_bytes(), 0U);
}

TEST(FrontierMemory, WithoutADirectoryEverythingStaysInMemory) {
  Frontier frontier({.throttle = 0, .memory = 1});
  for (UrlId id = 1; id <= 10'000; ++id) frontier.add(entry(id, 1));
  EXPECT_EQ(frontier.disk_bytes(), 0U);
  EXPECT_EQ(frontier.scratch_error(), std::nullopt);
  EXPECT_EQ(drain(frontier, kStart).size(), 10'000U);
}

TEST(FrontierMemory, AFullDiskLosesNothing) {
  constexpr UrlId kUrls = 100'000;
  Frontier frontier(on_disk(kMiB));
  {
    const DiskFull full(2 * kMiB);
    for (UrlId id = 1; id <= kUrls; ++id) frontier.add(entry(id, static_cast<HostId>(id % 7)));
    ASSERT_TRUE(frontier.scratch_error());
    EXPECT_EQ(frontier.scratch_error()->error_class, ErrorClass::io);
    EXPECT_NE(frontier.scratch_error()->message.find(testing::TempDir()), std::string::npos)
        << frontier.scratch_error()->message;
    EXPECT_GT(frontier.memory_bytes(), kMiB) << "what finds no room on disk stays in memory";
    EXPECT_LE(frontier.disk_bytes(), 2 * kMiB + 65536);
    EXPECT_EQ(frontier.pending(), kUrls);
  }
  for (UrlId id = kUrls + 1; id <= kUrls + 20'000; ++id) frontier.add(entry(id, static_cast<HostId>(id % 7)));
  EXPECT_EQ(frontier.scratch_error(), std::nullopt) << "there is room again";
  EXPECT_LE(frontier.memory_bytes(), kMiB);
  std::vector<UrlId> ids = drain(frontier, kStart);
  std::ranges::sort(ids);
  ASSERT_EQ(ids.size(), kUrls + 20'000);
  for (UrlId id = 1; id <= ids.size(); ++id) ASSERT_EQ(ids[id - 1], id);
}

TEST(FrontierMemory, ADirectoryThatIsNotThereLosesNothing) {
  Frontier frontier(
      {.throttle = 0, .memory = 1, .scratch_directory = testing::TempDir() + "/no/such/folder"});
  for (UrlId id = 1; id <= 1000; ++id) frontier.add(entry(id, 1));
  ASSERT_TRUE(frontier.scratch_error());
  EXPECT_EQ(drain(frontier, kStart).size(), 1000U);
}

}  // namespace
}  // namespace gossamer
