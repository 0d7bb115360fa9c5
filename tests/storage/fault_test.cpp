#include <gmock/gmock.h>

#include "tests/storage/fault_job.h"

namespace gossamer::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// GOSSAMER_FAULT_STRIDE=1 lets every single operation fail.
std::uint64_t stride() {
  const char* text = std::getenv("GOSSAMER_FAULT_STRIDE");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 4;
}

std::string describe(const DiskFault& fault) {
  return fmt::format("{} of {} number {}{}{}", to_string(fault.op), to_string(fault.user), fault.n,
                     fault.for_good ? " and later ones fail" : " fails", fault.torn ? ", torn" : "");
}

class FaultTest : public ::testing::Test {
 protected:
  // The operations of the job on a good disk.
  static std::uint64_t operations(DiskUser user, DiskOp op) {
    MemoryDir dir;
    FaultDisk disk(dir.path());
    Progress progress;
    must(job().run(dir.path(), progress));
    return disk.count(user, op);
  }

  static const FaultJob& job() {
    static const FaultJob job(30);
    return job;
  }

  // Runs the job on a disk with that fault and judges what is left. True: the fault was reached.
  static bool strike(const DiskFault& fault) {
    SCOPED_TRACE(describe(fault));
    MemoryDir dir;
    Progress progress;
    bool struck = false;
    Result<void> result;
    {
      FaultDisk disk(dir.path(), fault);
      result = job().run(dir.path(), progress);
      struck = disk.struck();
    }
    if (!result) {
      EXPECT_TRUE(struck);
      EXPECT_EQ(result.error().error_class, ErrorClass::storage) << result.error().message;
      EXPECT_THAT(result.error().message, HasSubstr(dir.path()));
      EXPECT_THAT(result.error().message, Not(HasSubstr("\n")));
    } else {
      EXPECT_EQ(progress.committed, job().size());
    }
    EXPECT_EQ(job().judge(dir.path(), progress), "") << (result ? "no error" : result.error().message);
    return struck;
  }

  static void sweep(DiskUser user, DiskOp op, std::uint64_t step = 1) {
    const std::uint64_t last = operations(user, op);
    ASSERT_GT(last, 0u) << "the job has no such operation";
    for (std::uint64_t n = 1; n <= last && !HasFailure(); n += step) {
      for (const bool for_good : {false, true}) {
        EXPECT_TRUE(strike({.user = user, .op = op, .n = n, .for_good = for_good}));
        if (op == DiskOp::write) strike({.user = user, .op = op, .n = n, .for_good = for_good, .torn = true});
      }
    }
  }
};

TEST_F(FaultTest, Write) { sweep(DiskUser::sqlite, DiskOp::write, stride()); }
TEST_F(FaultTest, Sync) { sweep(DiskUser::sqlite, DiskOp::sync); }
TEST_F(FaultTest, Open) { sweep(DiskUser::sqlite, DiskOp::open); }
TEST_F(FaultTest, Read) { sweep(DiskUser::sqlite, DiskOp::read, stride()); }
TEST_F(FaultTest, Truncate) { sweep(DiskUser::sqlite, DiskOp::truncate); }
TEST_F(FaultTest, Remove) { sweep(DiskUser::sqlite, DiskOp::remove); }
TEST_F(FaultTest, MapSharedMemory) { sweep(DiskUser::sqlite, DiskOp::map_shared); }
TEST_F(FaultTest, WriteOfItems) { sweep(DiskUser::storage, DiskOp::write); }
TEST_F(FaultTest, SyncOfItems) { sweep(DiskUser::storage, DiskOp::sync); }
TEST_F(FaultTest, OpenOfItemsAndLock) { sweep(DiskUser::storage, DiskOp::open); }
TEST_F(FaultTest, TruncateOfItemsAndLock) { sweep(DiskUser::storage, DiskOp::truncate); }
TEST_F(FaultTest, RemoveOfLock) { sweep(DiskUser::storage, DiskOp::remove); }

}  // namespace
}  // namespace gossamer::testing
