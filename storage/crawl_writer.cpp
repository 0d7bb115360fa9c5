#include "storage/crawl_writer.h"

#include <utility>

namespace gossamer {
namespace {

// About what the outcome holds in memory.
std::size_t weigh(const Outcome& outcome) {
  std::size_t bytes = sizeof(Outcome);
  for (const UrlRow& row : outcome.urls) bytes += sizeof(row) + row.url.size();
  for (const LinkRow& row : outcome.links) bytes += sizeof(row) + row.text.size();
  for (const HostRow& row : outcome.hosts) bytes += sizeof(row) + row.robots_body.size();
  for (const std::string& item : outcome.items) bytes += item.size();
  if (outcome.page && outcome.page->body) bytes += outcome.page->body->size();
  return bytes;
}

}  // namespace

CrawlWriter::CrawlWriter(CrawlDb db, Options options, OnCommit on_commit)
    : options_(options), on_commit_(std::move(on_commit)), db_(std::move(db)), thread_([this] { run(); }) {}

CrawlWriter::~CrawlWriter() { stop(); }

void CrawlWriter::submit(Outcome outcome) {
  const std::size_t bytes = weigh(outcome);
  bool wake = false;
  {
    const std::scoped_lock lock(mutex_);
    const bool was_empty = queue_.empty();
    const bool was_full = full();
    queue_.push_back(std::move(outcome));
    queue_bytes_ += bytes;
    wake = was_empty || (full() && !was_full);
  }
  if (wake) wake_.notify_one();
}

Result<CrawlDb> CrawlWriter::close() {
  stop();
  if (!result_) return std::unexpected(result_.error());
  return std::move(*db_);
}

void CrawlWriter::stop() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool CrawlWriter::full() const {
  return queue_.size() >= options_.max_batch || queue_bytes_ >= options_.max_batch_bytes;
}

void CrawlWriter::run() {
  for (auto batch = next_batch(); !batch.empty(); batch = next_batch()) {
    if (result_) result_ = db_->commit(batch);
    on_commit_(batch.size(), result_);
  }
}

std::vector<Outcome> CrawlWriter::next_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
  wake_.wait_for(lock, options_.linger, [this] { return closing_ || full(); });
  queue_bytes_ = 0;
  return std::exchange(queue_, {});
}

}  // namespace gossamer
