#include "tests/storage/power_cut.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <span>

#include "tests/storage/fault_job.h"

namespace gossamer::testing {
namespace {

using Loss = PowerCutDisk::Loss;

// Longer runs: GOSSAMER_FAULT_STRIDE=1 cuts at every operation, GOSSAMER_FAULT_SEEDS=50 loses other sectors.
std::size_t setting(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Cut {
  Loss loss;
  std::uint64_t seed;
};

std::vector<Cut> cuts() {
  std::vector<Cut> all = {{Loss::none, 0}, {Loss::everything, 0}, {Loss::tail, 1}};
  for (std::uint64_t seed = 0; seed < setting("GOSSAMER_FAULT_SEEDS", 2); ++seed)
    all.push_back({Loss::anything, seed});
  return all;
}

// The first few things that were wrong, of all that was tried.
class Verdicts {
 public:
  void add(const std::string& problem, const std::string& where) {
    ++tried_;
    if (!problem.empty() && problems_.size() < 5) problems_.push_back(where + ": " + problem);
  }
  std::size_t tried() const { return tried_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::size_t tried_ = 0;
  std::vector<std::string> problems_;
};

// Cuts the power before every `stride`-th event and has `job` judge what is left.
template <class Try>
void cut_everywhere(std::span<const DiskEvent> events, std::size_t stride, Progress progress, Try attempt) {
  PowerCutDisk disk;
  bool started = false;  // what was there at the start is recorded up to the first sync_folder
  for (std::size_t n = 0; n < events.size(); ++n) {
    disk.apply(events[n]);
    started = started || events[n].kind == DiskEvent::Kind::sync_folder;
    if (!started) continue;
    if (events[n].kind == DiskEvent::Kind::note) FaultJob::take_note(events[n].offset, progress);
    if (n % stride != 0 && n + 1 != events.size()) continue;
    for (const auto& [loss, seed] : cuts()) {
      std::mt19937_64 random(n * 1000 + seed);
      attempt(disk.cut(loss, random), progress,
              fmt::format("cut after operation {} of {}, loss {} seed {}", n + 1, events.size(),
                          static_cast<int>(loss), seed));
    }
  }
}

std::vector<DiskEvent> record(const FaultJob& job, const std::string& folder, Progress progress = {},
                              std::optional<DiskUser> liar = {}) {
  FaultDisk disk(folder, {.liar = liar}, true);
  must(job.run(folder, progress));
  EXPECT_EQ(progress.committed, job.size());
  return disk.events();
}

TEST(PowerCut, LosesNothingThatWasToldToBeOnDisk) {
  const FaultJob job(40);
  MemoryDir dir;
  const auto events = record(job, dir.path());
  Verdicts verdicts;
  MemoryDir after;
  cut_everywhere(events, setting("GOSSAMER_FAULT_STRIDE", 4), {},
                 [&](const DiskImage& image, const Progress& progress, const std::string& where) {
                   write_image(image, after.path());
                   verdicts.add(job.judge(after.path(), progress), where);
                 });
  EXPECT_THAT(verdicts.problems(), ::testing::IsEmpty());
  EXPECT_GT(verdicts.tried(), events.size() / setting("GOSSAMER_FAULT_STRIDE", 4));
}

// A second cut while the first one is recovered from.
TEST(PowerCut, RecoveryMayBeCutToo) {
  const FaultJob job(18);
  MemoryDir dir;
  const auto events = record(job, dir.path());
  Verdicts verdicts;
  MemoryDir between;
  MemoryDir after;
  cut_everywhere(events, 13 * setting("GOSSAMER_FAULT_STRIDE", 4), {},
                 [&](const DiskImage& image, const Progress& progress, const std::string& where) {
                   write_image(image, between.path());
                   const auto again = record(job, between.path(), progress);
                   cut_everywhere(
                       again, 19 * setting("GOSSAMER_FAULT_STRIDE", 4), progress,
                       [&](const DiskImage& second, const Progress& now, const std::string& where_now) {
                         write_image(second, after.path());
                         verdicts.add(job.judge(after.path(), now), where + ", then " + where_now);
                       });
                 });
  EXPECT_THAT(verdicts.problems(), ::testing::IsEmpty());
  EXPECT_GT(verdicts.tried(), 50u);
}

// A sync fails, once or for good, and what was to be synced is lost in the power cut that follows the crawl.
TEST(PowerCut, FailedSyncLosesNothingThatWasToldToBeOnDisk) {
  const FaultJob job(30);
  Verdicts verdicts;
  MemoryDir after;
  for (const DiskUser user : {DiskUser::sqlite, DiskUser::storage}) {
    bool struck = true;
    for (std::uint64_t n = 1; struck; ++n) {
      for (const bool for_good : {false, true}) {
        MemoryDir dir;
        Progress progress;
        std::vector<DiskEvent> events;
        {
          FaultDisk disk(dir.path(), {.user = user, .op = DiskOp::sync, .n = n, .for_good = for_good}, true);
          (void)job.run(dir.path(), progress);
          struck = disk.struck();
          events = disk.events();
        }
        PowerCutDisk platter;
        for (const DiskEvent& event : events) platter.apply(event);
        for (const auto& [loss, seed] : cuts()) {
          if (loss == Loss::none) continue;  // a failed sync is not modelled for it
          std::mt19937_64 random(n * 1000 + seed);
          write_image(platter.cut(loss, random), after.path());
          verdicts.add(
              job.judge(after.path(), progress),
              fmt::format("{} sync {}, loss {} seed {}", to_string(user), n, static_cast<int>(loss), seed));
        }
      }
    }
  }
  EXPECT_THAT(verdicts.problems(), ::testing::IsEmpty());
  EXPECT_GT(verdicts.tried(), 100u);
}

// The checks can fail: a disk that only claims to have synced loses what was told to be on it.
TEST(PowerCut, DiskThatLiesAboutSyncIsNoticed) {
  const FaultJob job(18);
  for (const DiskUser liar : {DiskUser::sqlite, DiskUser::storage}) {
    MemoryDir dir;
    const auto events = record(job, dir.path(), {}, liar);
    Verdicts verdicts;
    MemoryDir after;
    cut_everywhere(events, 17, {},
                   [&](const DiskImage& image, const Progress& progress, const std::string& where) {
                     write_image(image, after.path());
                     verdicts.add(job.judge(after.path(), progress), where);
                   });
    EXPECT_THAT(verdicts.problems(), ::testing::Not(::testing::IsEmpty())) << to_string(liar);
  }
}

}  // namespace
}  // namespace gossamer::testing
