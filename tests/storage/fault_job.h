#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "storage/crawl_writer.h"
#include "tests/storage/fault_disk.h"
#include "tests/storage/job.h"

namespace gossamer::testing {

// What a run of a FaultJob was told is on disk.
struct Progress {
  bool seeded = false;
  std::size_t committed = 0;  // outcomes, the first ones of the job
};

// In memory where the system has such a folder: thousands of databases are opened here, and none needs a
// disk.
class MemoryDir : public TempDir {
 public:
  MemoryDir() : TempDir(std::filesystem::exists("/dev/shm") ? "/dev/shm/" : ::testing::TempDir()) {}
};

// Every row of every table, but what is not the same in every run: the time of the creation, and what is
// known of the items file.
std::string dump(Database& database);

// A job that does all that a crawl does to its files, always the same, and what its database and its items
// file look like after each of its outcomes. It runs on a good disk or on a FaultDisk, goes on where an
// earlier run ended, and judges what such a run has left behind.
class FaultJob {
 public:
  explicit FaultJob(std::size_t outcomes);

  std::size_t size() const { return first_part_.size() - 1; }

  // Opens or creates `folder`/crawl.db, seeds it, uses items.jsonl, commits the outcomes through a
  // CrawlWriter with few in a batch and a log that is emptied often, closes and opens again half-way, and
  // closes. The first error ends it. Progress is noted in the active FaultDisk too (seeded: 0, outcomes:
  // their number).
  Result<void> run(const std::string& folder, Progress& progress) const;
  static void take_note(std::uint64_t value, Progress& progress);

  // What is wrong with what a run has left, "" if nothing: the database opens, is whole, balances, holds
  // exactly the effects of the first k outcomes, k >= progress.committed, and nothing else; the items file
  // agrees; the rest of the job can be done. A job that was never seeded is a new one. Leaves the job done.
  std::string judge(const std::string& folder, const Progress& progress) const;

 private:
  Result<void> run_part(const std::string& folder, std::size_t until, Progress& progress) const;

  std::vector<Outcome> parts_;           // of all outcomes, most of them whole
  std::vector<std::size_t> first_part_;  // of each outcome, and the end
  std::vector<std::string> states_;      // dump() after so many outcomes
  std::vector<std::string> lines_;       // the items file after so many
};

}  // namespace gossamer::testing
