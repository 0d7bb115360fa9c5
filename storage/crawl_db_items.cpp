#include <filesystem>
#include <utility>

#include "storage/crawl_db.h"

namespace gossamer {
namespace {

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

// How the database names its items file: both may be moved together, and the working directory may change.
std::string relative_name(const std::string& items, const std::string& database) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path folder = fs::absolute(database, ignored).parent_path();
  return fs::absolute(items, ignored).lexically_relative(folder).lexically_normal().string();
}

}  // namespace

Result<void> SeedTransaction::use_items_file(const std::string& path) {
  const std::string name = relative_name(path, db_->path_);
  const auto known = db_->meta("items_file");
  if (!known) return std::unexpected(known.error());
  const bool ours = *known == name;
  const auto size = db_->meta("items_size");
  if (!size) return std::unexpected(size.error());
  auto file = ItemsFile::open(path, ours && *size ? std::stoull(**size) : 0, ours);
  if (!file) return forward(file.error());
  if (!ours) {
    // The file is this job's before it has content.
    if (auto ok = set_meta("items_file", name); !ok) return ok;
    if (auto ok = db_->rows_->set_meta("items_size", std::int64_t{0}); !ok) return ok;
    if (auto ok = db_->rows_->set_meta("items_last", std::int64_t{0}); !ok) return ok;
  }
  db_->items_.emplace(std::move(*file));
  return {};
}

// Writes the items that were committed while the job ran without this file.
Result<void> CrawlDb::catch_up_items() {
  const auto stored = meta("items_last");
  if (!stored) return std::unexpected(stored.error());
  std::int64_t last = *stored ? std::stoll(**stored) : 0;
  constexpr std::size_t kChunk = std::size_t{4} << 20;
  while (true) {
    auto transaction = Transaction::begin(*database_, Transaction::Kind::write);
    if (!transaction) return forward(transaction.error());
    auto sql = database_->prepare("SELECT id, item FROM items WHERE id > ?1 ORDER BY id");
    if (!sql) return forward(sql.error());
    sql->bind(1, last);
    std::string lines;
    while (lines.size() < kChunk) {
      auto row = sql->step();
      if (!row) return forward(row.error());
      if (!*row) break;
      last = sql->integer(0);
      (lines += sql->text(1)) += '\n';
    }
    sql->reset();
    if (lines.empty()) return {};
    if (auto ok = items_->append(lines); !ok) return ok;
    if (auto ok = rows_->set_meta("items_size", static_cast<std::int64_t>(items_->size())); !ok) return ok;
    if (auto ok = rows_->set_meta("items_last", last); !ok) return ok;
    if (auto ok = transaction->commit(); !ok) return ok;
  }
}

}  // namespace gossamer
