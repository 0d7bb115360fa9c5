#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/crawl_db.h"

namespace gossamer {

// The one thread that writes while a crawl runs: collects outcomes and commits them in batches, one
// transaction each. Outcomes are committed in the order of submit().
class CrawlWriter {
 public:
  // A batch is committed when it has this many outcomes or about this many bytes, or when its first outcome
  // has waited for `linger`; what arrived during a commit joins the next batch.
  struct Options {
    std::size_t max_batch = 256;
    std::size_t max_batch_bytes = std::size_t{4} << 20;
    std::chrono::milliseconds linger{100};
  };

  // Tells what became of the oldest `count` outcomes not told of yet: on disk, or, with an error, not stored:
  // after the first error everything later is given back with it. (If the disk fails in the last step of a
  // commit, the next opening may find that batch stored after all, whole.) Called on the writer's thread;
  // must not call the writer.
  using OnCommit = std::function<void(std::size_t count, const Result<void>& result)>;

  CrawlWriter(CrawlDb db, Options options, OnCommit on_commit);
  CrawlWriter(const CrawlWriter&) = delete;
  CrawlWriter& operator=(const CrawlWriter&) = delete;
  ~CrawlWriter();  // as close()

  // Any thread; never waits for the disk and never refuses: the caller bounds what it has submitted and not
  // heard of.
  void submit(Outcome outcome);

  // Commits the rest, joins the thread and gives the database back, or the error that stopped the writer.
  // No submit() after or during it; once only.
  Result<CrawlDb> close();

 private:
  bool full() const;  // a batch waits; holds mutex_
  void run();
  std::vector<Outcome> next_batch();  // empty: closing and nothing left
  void stop();

  const Options options_;
  const OnCommit on_commit_;
  std::optional<CrawlDb> db_;  // the thread's until joined
  Result<void> result_;        // the first error; the thread's until joined

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::vector<Outcome> queue_;
  std::size_t queue_bytes_ = 0;
  bool closing_ = false;

  std::thread thread_;
};

}  // namespace gossamer
