#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/crawl_db.h"

namespace gossamer {

// Searches the pending URLs of a crawl database piece by piece, also while the crawl runs, on a connection of
// its own. One thread at a time.
class PendingUrls {
 public:
  static Result<PendingUrls> open(const std::string& path);

  // The next pending URLs that `matches`, in the order of their ids, as they are committed now; at most
  // `most` of them. Empty: there are no more.
  using Matches = std::function<bool(std::string_view url)>;
  Result<std::vector<std::pair<UrlId, std::string>>> next(std::size_t most, const Matches& matches);

 private:
  explicit PendingUrls(CrawlDb db) : db_(std::move(db)) {}

  CrawlDb db_;
  UrlId last_ = 0;
};

}  // namespace gossamer
