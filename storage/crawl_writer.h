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
// transaction each. Outcomes are committed in the order of submit(). A batch with an outcome of which more
// follows (Outcome::partial) is only written: its transaction takes in the next batches too, and is committed
// when no outcome in it is unfinished. So the caller should have few such outcomes under way at a time, and
// submit their parts without waiting for a commit; waiting for OnWritten is what bounds the memory.
class CrawlWriter {
 public:
  // A batch is committed when it has this many outcomes or about this many bytes, or when its first outcome
  // has waited for `linger`; what arrived during a commit joins the next batch.
  struct Options {
    std::size_t max_batch = 1024;
    std::size_t max_batch_bytes = std::size_t{4} << 20;
    std::chrono::milliseconds linger{100};
  };

  // Tells what became of the oldest `count` outcomes not told of yet: on disk, or, with an error, not stored:
  // after the first error everything later is given back with it. (If the disk fails in the last step of a
  // commit, the next opening may find that batch stored after all, whole.) Called on the writer's thread;
  // must not call the writer.
  using OnCommit = std::function<void(std::size_t count, const Result<void>& result)>;

  // Tells that outcomes of `bytes` in all, as submit() counted them, have been written or given up: their
  // memory is free again. Comes before the OnCommit that has to do with them. Called as OnCommit is.
  using OnWritten = std::function<void(std::size_t bytes)>;

  CrawlWriter(CrawlDb db, Options options, OnCommit on_commit, OnWritten on_written = nullptr);
  CrawlWriter(const CrawlWriter&) = delete;
  CrawlWriter& operator=(const CrawlWriter&) = delete;
  ~CrawlWriter();  // as close()

  // Any thread; never waits for the disk and never refuses: the caller bounds what it has submitted and not
  // heard of. The bytes of memory that the outcome holds, about. `soon`: its batch need not linger, for
  // somebody waits for that memory.
  std::size_t submit(Outcome outcome, bool soon = false);

  // Commits the rest, joins the thread and gives the database back, or the error that stopped the writer: an
  // unfinished outcome is one, and undoes its transaction. No submit() after or during it; once only.
  Result<CrawlDb> close();

 private:
  bool full() const;  // a batch waits; holds mutex_
  void run();
  struct Batch {
    std::vector<Outcome> outcomes;  // empty: closing and nothing left
    std::size_t bytes = 0;
  };
  Batch next_batch();
  void stop();

  const Options options_;
  const OnCommit on_commit_;
  const OnWritten on_written_;
  std::optional<CrawlDb> db_;  // the thread's until joined
  Result<void> result_;        // the first error; the thread's until joined

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::vector<Outcome> queue_;
  std::size_t queue_bytes_ = 0;
  bool soon_ = false;  // somebody waits for the memory of what is in the queue
  bool closing_ = false;

  std::thread thread_;
};

}  // namespace gossamer
