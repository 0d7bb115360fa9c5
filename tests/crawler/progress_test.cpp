#include "crawler/progress.h"

#include <gtest/gtest.h>
#include <string>

namespace gossamer {
namespace {

using namespace std::chrono_literals;

ProgressCounters counters(std::uint64_t pages, std::chrono::milliseconds elapsed) {
  return {.pages = pages,
          .in_flight = 12,
          .pending = 890,
          .failed = 3,
          .bytes = 4'560'000,
          .elapsed = elapsed,
          .max_pages = {}};
}

TEST(Progress, OneLineOfEverything) {
  Progress progress;
  EXPECT_EQ(progress.line(), "");
  progress.add(counters(0, 0s));
  progress.add(counters(1234, 10s));
  EXPECT_EQ(progress.line(), "1,234 pages  123/s  12 in flight  890 pending  3 failed  4.56 MB  10s");
}

TEST(Progress, TheRateIsThatOfTheLastSeconds) {
  Progress progress;
  for (int second = 0; second <= 100; ++second)
    progress.add(counters(static_cast<std::uint64_t>(second) * 1000, second * 1s));
  for (int second = 101; second <= 110; ++second) progress.add(counters(100'000, second * 1s));
  EXPECT_EQ(progress.pages_per_second(), 0) << "nothing came in the last ten";
  progress.add(counters(100'100, 111s));
  EXPECT_DOUBLE_EQ(progress.pages_per_second(), 10);
}

TEST(Progress, NoRateBeforeTimeHasPassed) {
  Progress progress;
  progress.add(counters(500, 0s));
  EXPECT_EQ(progress.pages_per_second(), 0);
  progress.add(counters(500, 0s));
  EXPECT_EQ(progress.pages_per_second(), 0);
}

TEST(Progress, EtaOnlyWhereTheEndIsKnown) {
  Progress progress;
  auto now = counters(0, 0s);
  now.max_pages = 1000;
  progress.add(now);
  EXPECT_EQ(progress.line().find("ETA"), std::string::npos) << "no rate yet";
  now = counters(100, 1s);
  now.max_pages = 1000;
  progress.add(now);
  EXPECT_TRUE(progress.line().ends_with("  ETA 9.0s")) << progress.line();
  now = counters(1000, 2s);
  now.max_pages = 1000;
  progress.add(now);
  EXPECT_EQ(progress.line().find("ETA"), std::string::npos);
}

TEST(Progress, FitsEveryWidth) {
  Progress progress;
  progress.add(counters(0, 0s));
  progress.add(counters(1234, 10s));
  for (std::size_t width = 0; width < 120; ++width) EXPECT_LE(progress.line(width).size(), width);
  EXPECT_EQ(progress.line(20), "1,234 pages  123/s");
  EXPECT_EQ(progress.redrawn(21), "\r1,234 pages  123/s\x1b[K");
}

TEST(Progress, SummaryIsTheLedger) {
  LedgerCounts ledger;
  ledger.discovered = 5100;
  ledger.done = 4600;
  ledger.pages = 4500;
  ledger.failed = {{ErrorClass::timeout, 1}, {ErrorClass::http_4xx, 99}};
  ledger.filtered = {{FilterReason::robots, 400}};
  ledger.bytes = 12'345'678;
  ledger.fetches = 4701;
  ledger.hosts = 2;
  EXPECT_EQ(format_summary(ledger, 65s, "crawl.db"),
            "discovered        5,100\n"
            "done              4,600  (4,500 pages)\n"
            "failed              100  (timeout 1, http_4xx 99)\n"
            "filtered            400  (robots 400)\n"
            "pending               0\n"
            "12.3 MB received in 4,701 fetches of 2 hosts; this run took 1m05s\n"
            "the data is in crawl.db\n");
}

}  // namespace
}  // namespace gossamer
