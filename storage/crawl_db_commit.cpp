#include <fmt/core.h>
#include <sys/stat.h>
#include <utility>

#include "storage/crawl_db.h"

namespace gossamer {
namespace {

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

std::uint64_t file_size(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

Result<void> CrawlDb::write(std::span<const Outcome> outcomes) {
  if (outcomes.empty()) return {};
  if (rows_ == nullptr) {
    return fail(ErrorClass::storage, Phase::store,
                fmt::format("{}: the job has not been created yet", path_));
  }
  if (in_doubt_) {
    return fail(ErrorClass::storage, Phase::store,
                fmt::format("{}: its disk failed during a commit; see to the disk, and run again", path_));
  }
  if (!transaction_) {
    if (auto ok = cap_wal(); !ok) return ok;
    auto transaction = Transaction::begin(*database_, Transaction::Kind::write);
    if (!transaction) return forward(transaction.error());
    transaction_.emplace(std::move(*transaction));
    items_before_ = items_ ? items_->size() : 0;
  }
  auto ok = write_rows(outcomes);
  if (!ok) roll_back();
  return ok;
}

Result<void> CrawlDb::write_rows(std::span<const Outcome> outcomes) {
  std::string lines;
  for (const Outcome& outcome : outcomes) {
    if (auto ok = rows_->write(outcome); !ok) return ok;
    if (outcome.partial) {
      unfinished_.insert(outcome.part_of);
    } else {
      unfinished_.erase(outcome.part_of);
    }
    if (!items_) continue;
    for (const std::string& item : outcome.items) (lines += item) += '\n';
  }
  if (lines.empty()) return {};
  auto last = database_->query_integer("SELECT max(id) FROM items");
  if (!last) return forward(last.error());
  if (auto ok = items_->append(lines); !ok) return ok;
  if (auto ok = rows_->set_meta("items_size", static_cast<std::int64_t>(items_->size())); !ok) return ok;
  return rows_->set_meta("items_last", *last);
}

Result<void> CrawlDb::commit() {
  if (!transaction_ || !unfinished_.empty()) return {};
  auto ok = rows_->end_transaction();
  if (ok) {
    ok = transaction_->commit();
    // Of itself SQLite rolls back only when the disk fails; then the log may hold the whole transaction.
    in_doubt_ = !ok && !database_->in_transaction();
  }
  if (!ok) {
    roll_back();
  } else {
    transaction_.reset();
  }
  return ok;
}

Result<void> CrawlDb::commit(std::span<const Outcome> outcomes) {
  if (auto ok = write(outcomes); !ok) return ok;
  return commit();
}

void CrawlDb::roll_back() {
  if (!transaction_) return;
  transaction_.reset();
  unfinished_.clear();
  rows_->forget_transaction();
  // In doubt, the lines stay: the next opening may find the transaction that counts on them.
  if (items_ && !in_doubt_) items_->truncate(items_before_);
}

Result<void> CrawlDb::cap_wal() {
  if (file_size(path_ + "-wal") < wal_limit_.bytes) return {};
  const auto deadline = std::chrono::steady_clock::now() + wal_limit_.patience;
  do {
    auto emptied = database_->checkpoint_and_truncate();  // waits for the reader, up to kBusyTimeout
    if (!emptied) return forward(emptied.error());
    if (*emptied) return {};
  } while (std::chrono::steady_clock::now() < deadline);
  return fail(
      ErrorClass::storage, Phase::store,
      fmt::format(
          "{}-wal has reached {} bytes, because another program keeps reading; close it, and run again",
          path_, wal_limit_.bytes));
}

}  // namespace gossamer
