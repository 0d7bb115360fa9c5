#include "storage/ledger.h"

#include <fmt/core.h>
#include <optional>
#include <utility>

#include "storage/sqlite.h"

namespace gossamer {
namespace {

// Counts offences of one kind and remembers the first.
class Offence {
 public:
  void add(std::int64_t url) {
    if (count_++ == 0) first_ = url;
  }
  void report(std::string_view what, std::vector<std::string>& mismatches) const {
    if (count_ > 0) mismatches.push_back(fmt::format("{} {} (the first: URL {})", count_, what, first_));
  }

 private:
  std::uint64_t count_ = 0;
  std::int64_t first_ = 0;
};

// Which URLs have a fetch row: a bit a URL.
class FetchedUrls {
 public:
  explicit FetchedUrls(std::int64_t last_url) : bits_(static_cast<std::size_t>(last_url) + 1) {}
  // False: there is no such URL.
  bool insert(std::int64_t url) {
    if (!covers(url)) return false;
    bits_[static_cast<std::size_t>(url)] = true;
    return true;
  }
  bool contains(std::int64_t url) const { return covers(url) && bits_[static_cast<std::size_t>(url)]; }

 private:
  bool covers(std::int64_t url) const { return url > 0 && static_cast<std::size_t>(url) < bits_.size(); }
  std::vector<bool> bits_;
};

// The ids of the page rows, ascending, asked for in ascending order.
class PageIds {
 public:
  explicit PageIds(Statement rows) : rows_(std::move(rows)) {}

  // Whether `url` has a page row; page rows passed over belong to no URL that was asked for.
  Result<bool> contains(std::int64_t url, Offence& unexpected) {
    while (!current_ || *current_ < url) {
      if (current_) unexpected.add(*current_);
      if (auto more = next(); !more || !*more) return more;
    }
    if (*current_ != url) return false;
    current_.reset();
    return true;
  }
  std::uint64_t count() const { return count_; }

 private:
  Result<bool> next() {
    current_.reset();
    if (ended_) return false;
    auto row = rows_.step();
    if (!row) return row;
    ended_ = !*row;
    if (ended_) return false;
    ++count_;
    current_ = rows_.integer(0);
    return true;
  }

  Statement rows_;
  std::optional<std::int64_t> current_;
  std::uint64_t count_ = 0;
  bool ended_ = false;
};

bool count_url(LedgerCounts& counts, UrlState state, std::string_view reason) {
  switch (state) {
    case UrlState::pending:
      ++counts.pending;
      return true;
    case UrlState::done:
      ++counts.done;
      return true;
    case UrlState::failed:
      if (const auto failure = parse_failure(reason)) return ++counts.failed[*failure] > 0;
      return false;
    case UrlState::filtered:
      if (const auto rule = parse_filter_reason(reason)) return ++counts.filtered[*rule] > 0;
      return false;
  }
  return false;
}

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

Result<void> count_fetches(Database& database, FetchedUrls& fetched, LedgerCounts& counts) {
  auto rows = database.prepare("SELECT url, wire_bytes FROM fetches");
  if (!rows) return forward(rows.error());
  Offence strays;
  while (true) {
    auto row = rows->step();
    if (!row) return forward(row.error());
    if (!*row) break;
    ++counts.fetches;
    counts.bytes += static_cast<std::uint64_t>(rows->integer(1));
    if (!fetched.insert(rows->integer(0))) strays.add(rows->integer(0));
  }
  strays.report("fetch rows belong to no URL", counts.mismatches);
  return {};
}

Result<void> count_urls(Database& database, const FetchedUrls& fetched, LedgerCounts& counts) {
  auto rows = database.prepare("SELECT id, state, reason, status FROM urls ORDER BY id");
  if (!rows) return forward(rows.error());
  auto page_rows = database.prepare("SELECT url FROM pages ORDER BY url");
  if (!page_rows) return forward(page_rows.error());
  PageIds pages(std::move(*page_rows));
  Offence unknown;
  Offence unfetched;
  Offence pageless;
  Offence stray_pages;
  while (true) {
    auto row = rows->step();
    if (!row) return forward(row.error());
    if (!*row) break;
    const std::int64_t id = rows->integer(0);
    const auto state = parse_url_state(rows->text(1));
    if (!state || !count_url(counts, *state, rows->text(2))) {
      unknown.add(id);
      continue;
    }
    if (*state != UrlState::done && *state != UrlState::failed) continue;
    if (!fetched.contains(id)) unfetched.add(id);
    const auto status = static_cast<int>(rows->integer(3));
    if (status != 0) ++counts.status[status];
    if (*state != UrlState::done || status < 200 || status > 299) continue;
    auto page = pages.contains(id, stray_pages);
    if (!page) return forward(page.error());
    if (!*page) pageless.add(id);
  }
  if (auto rest = pages.contains(INT64_MAX, stray_pages); !rest) return forward(rest.error());
  counts.pages = pages.count();
  unknown.report("URL rows have an unknown state or reason", counts.mismatches);
  unfetched.report("done or failed URLs have no fetch row", counts.mismatches);
  pageless.report("URLs done with a 2xx have no page row", counts.mismatches);
  stray_pages.report("page rows belong to no URL done with a 2xx", counts.mismatches);
  return {};
}

template <class Key>
std::uint64_t total(const std::map<Key, std::uint64_t>& counts) {
  std::uint64_t sum = 0;
  for (const auto& [key, count] : counts) sum += count;
  return sum;
}

}  // namespace

std::uint64_t LedgerCounts::failed_total() const { return total(failed); }
std::uint64_t LedgerCounts::filtered_total() const { return total(filtered); }

Result<LedgerCounts> count_ledger(Database& database) {
  auto snapshot = Transaction::begin(database, Transaction::Kind::read);
  if (!snapshot) return forward(snapshot.error());
  LedgerCounts counts;
  for (auto [sql, target] : {std::pair{"SELECT value FROM meta WHERE key = 'discovered'", &counts.discovered},
                             {"SELECT count(*) FROM hosts", &counts.hosts},
                             {"SELECT count(*) FROM items", &counts.items}}) {
    auto value = database.query_integer(sql);
    if (!value) return forward(value.error());
    *target = static_cast<std::uint64_t>(*value);
  }
  auto last_url = database.query_integer("SELECT max(id) FROM urls");
  if (!last_url) return forward(last_url.error());
  if (*last_url < 0 || *last_url > std::int64_t{1} << 36) {
    return fail(
        ErrorClass::storage, Phase::store,
        fmt::format("{}: URL {} cannot be a row of ours; the file is damaged", database.path(), *last_url));
  }
  FetchedUrls fetched(*last_url);
  if (auto ok = count_fetches(database, fetched, counts); !ok) return forward(ok.error());
  if (auto ok = count_urls(database, fetched, counts); !ok) return forward(ok.error());

  const std::uint64_t sum = counts.done + counts.failed_total() + counts.filtered_total() + counts.pending;
  if (counts.discovered != sum) {
    counts.mismatches.insert(
        counts.mismatches.begin(),
        fmt::format("{} discovered, but {} done + {} failed + {} filtered + {} pending = {}",
                    counts.discovered, counts.done, counts.failed_total(), counts.filtered_total(),
                    counts.pending, sum));
  }
  return counts;
}

}  // namespace gossamer
