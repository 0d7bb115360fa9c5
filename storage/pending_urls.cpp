#include "storage/pending_urls.h"

namespace gossamer {

Result<PendingUrls> PendingUrls::open(const std::string& path) {
  auto db = CrawlDb::open_read_only(path);
  if (!db) return std::unexpected(std::move(db.error()));
  return PendingUrls(std::move(*db));
}

Result<std::vector<std::pair<UrlId, std::string>>> PendingUrls::next(std::size_t most,
                                                                     const Matches& matches) {
  std::vector<std::pair<UrlId, std::string>> found;
  // Each piece is a statement of its own: a long read would keep the write-ahead log from being emptied.
  auto statement =
      db_.database().prepare("SELECT id, url FROM urls WHERE id > ? AND state = 'pending' ORDER BY id");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, static_cast<std::int64_t>(last_));
  while (found.size() < most) {
    auto row = statement->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) break;
    last_ = static_cast<UrlId>(statement->integer(0));
    if (matches(statement->text(1))) found.emplace_back(last_, statement->text(1));
  }
  return found;
}

}  // namespace gossamer
