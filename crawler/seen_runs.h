#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "crawler/seen_run.h"
#include "crawler/seen_table.h"
#include "net/base/error.h"

namespace gossamer {

// The runs of a seen set and the thread that writes and merges them. A table is given to it whole and becomes
// one run; whenever the younger runs have together grown to the size of the next older one, they are merged
// with it: of n tables there are about log2(n) runs, and an entry is rewritten about log2(n) times. A table
// that waits is written before a merge goes on.
//
// Owned by the crawl loop, whose thread calls everything; nothing here waits for the disk.
class SeenRuns {
 public:
  // What is on disk at some moment. Constant; any thread may search it.
  struct View {
    std::vector<std::shared_ptr<const SeenRun>> runs;  // oldest first
    std::uint64_t tables = 0;                          // how many tables are in them
  };

  // The filters of all runs together take `filter_bytes` at most; when they would not fit they say less, in
  // the end nothing.
  SeenRuns(std::string directory, std::size_t filter_bytes);
  SeenRuns(const SeenRuns&) = delete;
  SeenRuns& operator=(const SeenRuns&) = delete;
  ~SeenRuns();  // a merge is given up

  // Not before the last one is in a view.
  void write(std::shared_ptr<const SeenTable> table);
  // Tries again to write a table that could not be written.
  void retry();

  bool changed() const { return changed_.load(std::memory_order_acquire); }
  std::shared_ptr<const View> view();  // the newest
  // What the newest view replaces dies on the other thread: to free much memory or a large file takes long.
  void bury(std::shared_ptr<const View> view, std::shared_ptr<const SeenTable> table);

  // Why the table that was given last is not on disk, or the runs are not merged.
  std::optional<Error> trouble() const;

  std::size_t memory_bytes() const { return memory_bytes_.load(std::memory_order_relaxed); }
  std::uint64_t disk_bytes() const { return disk_bytes_.load(std::memory_order_relaxed); }

 private:
  void work_until_stopped();
  void write_waiting();
  void merge();
  Result<std::shared_ptr<const SeenRun>> write_run(const SeenTable& table);
  Result<std::shared_ptr<const SeenRun>> merged(std::vector<std::shared_ptr<const SeenRun>> inputs);
  double filter_bits(std::uint64_t keys) const;
  void publish();
  void set_trouble(std::optional<Error> trouble);

  const std::string directory_;
  const std::size_t filter_bytes_;

  // The thread's own.
  std::vector<std::shared_ptr<const SeenRun>> runs_;
  std::uint64_t tables_ = 0;
  std::size_t growing_filter_ = 0;  // of a merge that is interrupted

  std::atomic<bool> changed_ = false;
  std::atomic<bool> urgent_ = false;  // a table waits, or stopping
  std::atomic<std::size_t> memory_bytes_ = 0;
  std::atomic<std::uint64_t> disk_bytes_ = 0;
  mutable std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::shared_ptr<const SeenTable> waiting_;
  bool try_now_ = false;
  bool stopping_ = false;
  std::shared_ptr<const View> view_ = std::make_shared<View>();
  std::vector<std::shared_ptr<const void>> dying_;
  std::optional<Error> trouble_;

  std::thread thread_;
};

}  // namespace gossamer
