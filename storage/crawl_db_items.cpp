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

Result<void> CrawlDb::use_items_file(const std::string& path) {
  const std::string name = relative_name(path, path_);
  auto known = meta("items_file");
  if (!known) return forward(known.error());
  const bool ours = *known == name;
  std::int64_t size = 0;
  std::int64_t last = 0;
  for (auto [key, value] : {std::pair{"items_size", &size}, {"items_last", &last}}) {
    auto stored = meta(key);
    if (!stored) return forward(stored.error());
    if (ours && *stored) *value = std::stoll(**stored);
  }
  auto file = ItemsFile::open(path, static_cast<std::uint64_t>(size), ours);
  if (!file) return forward(file.error());
  if (!ours) {
    // The file is this job's before it has content.
    auto seeding = begin_seeding();
    if (!seeding) return forward(seeding.error());
    if (auto ok = seeding->set_meta("items_file", name); !ok) return ok;
    if (auto ok = rows_->set_meta("items_size", std::int64_t{0}); !ok) return ok;
    if (auto ok = rows_->set_meta("items_last", std::int64_t{0}); !ok) return ok;
    if (auto ok = seeding->commit(); !ok) return ok;
  }
  items_.emplace(std::move(*file));
  return catch_up_items(last);
}

// Writes the items behind `last` that were committed while the job ran without this file.
Result<void> CrawlDb::catch_up_items(std::int64_t last) {
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
