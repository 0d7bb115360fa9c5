#include "storage/crawl_writer.h"

#include <utility>

namespace gossamer {
namespace {

// About what the outcome holds in memory.
std::size_t weigh(const Outcome& outcome) {
  std::size_t bytes = sizeof(Outcome) + outcome.changes.size() * sizeof(UrlChange) +
                      outcome.retries.size() * sizeof(RetryRow) +
                      outcome.validators.size() * sizeof(ValidatorsRow);
  for (const FetchRow& row : outcome.fetches) bytes += sizeof(row) + row.message.size();
  for (const UrlRow& row : outcome.urls) bytes += sizeof(row) + row.url.size();
  for (const LinkRow& row : outcome.links) bytes += sizeof(row) + row.text.size();
  for (const HostRow& row : outcome.hosts) bytes += sizeof(row) + row.robots_body.size();
  for (const std::string& item : outcome.items) bytes += sizeof(item) + item.size();
  for (const CookieRow& row : outcome.cookies) bytes += sizeof(row) + row.value.size();
  if (outcome.page && outcome.page->body) bytes += outcome.page->body->size();
  return bytes;
}

}  // namespace

CrawlWriter::CrawlWriter(CrawlDb db, Options options, OnCommit on_commit, OnWritten on_written)
    : options_(options),
      on_commit_(std::move(on_commit)),
      on_written_(std::move(on_written)),
      db_(std::move(db)),
      thread_([this] { run(); }) {}

CrawlWriter::~CrawlWriter() { stop(); }

std::size_t CrawlWriter::submit(Outcome outcome, bool soon) {
  const std::size_t bytes = weigh(outcome);
  bool wake = false;
  {
    const std::scoped_lock lock(mutex_);
    const bool was_empty = queue_.empty();
    const bool was_full = full();
    soon_ |= soon || outcome.partial;
    queue_.push_back(std::move(outcome));
    queue_bytes_ += bytes;
    wake = was_empty || (full() && !was_full);
  }
  if (wake) wake_.notify_one();
  return bytes;
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
  return soon_ || queue_.size() >= options_.max_batch || queue_bytes_ >= options_.max_batch_bytes;
}

void CrawlWriter::run() {
  std::size_t untold = 0;  // outcomes written, not yet committed
  for (Batch batch = next_batch(); !batch.outcomes.empty(); batch = next_batch()) {
    untold += batch.outcomes.size();
    if (result_) result_ = db_->write(batch.outcomes);
    batch.outcomes.clear();
    if (on_written_) on_written_(batch.bytes);
    if (result_) result_ = db_->commit();
    if (result_ && db_->in_transaction()) continue;
    on_commit_(std::exchange(untold, 0), result_);
  }
  if (untold == 0) return;
  db_->roll_back();
  result_ = fail(ErrorClass::storage, Phase::store,
                 db_->path() + ": an outcome was left unfinished; it and what came after it is not stored");
  on_commit_(untold, result_);
}

CrawlWriter::Batch CrawlWriter::next_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
  wake_.wait_for(lock, options_.linger, [this] { return closing_ || full(); });
  soon_ = false;
  return {std::exchange(queue_, {}), std::exchange(queue_bytes_, 0)};
}

}  // namespace gossamer
