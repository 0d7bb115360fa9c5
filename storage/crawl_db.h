#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "net/base/error.h"
#include "storage/items_file.h"
#include "storage/ledger.h"
#include "storage/lock_file.h"
#include "storage/row_writer.h"
#include "storage/rows.h"
#include "storage/schema.h"
#include "storage/sqlite.h"

namespace gossamer {

class CrawlDb;

// Seeds and settings that enter the database together or not at all. For a new job it creates the schema too,
// so a job exists exactly when its first SeedTransaction has committed. The CrawlDb must stay where it is,
// and do nothing but read, while one is open. Destroyed without commit(), it rolls back.
class SeedTransaction {
 public:
  Result<void> add(const HostRow& host);  // new or changed
  Result<void> add(const UrlRow& url);    // ids ascend; counted as discovered
  Result<void> add(const Outcome& rows);  // of any kind, changes to known URLs too
  Result<void> set_meta(std::string_view key, std::string_view value);
  Result<void> reopen_failed();  // failed URLs are pending again
  Result<void> index_pages();    // for a refresh, which finds them by their URL

  // From the commit on every committed item is also a line of this file, which always holds the items table
  // up to its last committed item: a rest behind that (of a crash) is cut off now, and commit() writes the
  // items missing in it. Errors: invalid_input when the file is missing or shorter than what was committed,
  // has content that is not this job's, or is no regular file; refused when another crawl writes to it.
  Result<void> use_items_file(const std::string& path);

  // An error in writing the missing items leaves what was committed: the next opening writes them.
  Result<void> commit();

  SeedTransaction(SeedTransaction&& other) noexcept;
  SeedTransaction& operator=(SeedTransaction&&) = delete;
  ~SeedTransaction();

 private:
  friend class CrawlDb;
  SeedTransaction(CrawlDb& db, Transaction transaction) : db_(&db), transaction_(std::move(transaction)) {}

  CrawlDb* db_;  // null: committed or moved from
  Transaction transaction_;
};

// One crawl database (docs/schema.md): the whole job in one SQLite file. One thread at a time; may move
// between threads. Errors are ErrorClass::storage unless said otherwise, invalid_input wherever the file
// turns out to be damaged, and one line that names the file.
class CrawlDb {
 public:
  // For the one process that crawls: holds flock on `<path>.lock` until destroyed. A missing or empty file,
  // or one whose first SeedTransaction never committed, is a new job; if it stays so, the file is removed
  // again. Errors: refused when another process has it (names the pid), invalid_input when the file is not a
  // crawl database or of a newer schema version; it is then left as it was. One of an older version is
  // brought up to date, in a transaction of its own.
  static Result<CrawlDb> open_for_crawl(const std::string& path);

  // For readers, also while a crawl runs. Errors: not_found; invalid_input as above, and for an older schema
  // version.
  static Result<CrawlDb> open_read_only(const std::string& path);

  CrawlDb(CrawlDb&&) noexcept = default;
  CrawlDb& operator=(CrawlDb&& other) noexcept;  // swaps
  ~CrawlDb();

  bool is_new() const { return new_; }
  const std::string& path() const { return path_; }

  Result<SeedTransaction> begin_seeding();

  // Writes the outcomes into the open transaction, which the first of them opens; the caller need not keep
  // them. An error, here or in commit(), rolls all of the transaction back.
  Result<void> write(std::span<const Outcome> outcomes);
  // Ends the transaction: all of it or nothing. When it succeeds, it is on disk. When it fails, it is not,
  // unless the disk failed in the last step: then only the next opening finds out, and later calls fail.
  // While an outcome is unfinished (the last part that came of it was `partial`) it does nothing, and the
  // transaction stays open.
  Result<void> commit();
  // Undoes what was written since the last commit.
  void roll_back();
  bool in_transaction() const { return transaction_.has_value(); }

  // write() and commit().
  Result<void> commit(std::span<const Outcome> outcomes);

  // The write-ahead log is emptied into the database at about 16 MiB, but a reader that keeps an old state
  // open stops that. From `bytes` on a commit waits for the reader, and fails after `patience`.
  struct WalLimit {
    std::uint64_t bytes = std::uint64_t{256} << 20;
    std::chrono::seconds patience{60};
  };
  void limit_wal(WalLimit limit) { wal_limit_ = limit; }

  // Of the database's pages that are kept in memory; 16 MiB unless this is called.
  Result<void> limit_cache(std::uint64_t bytes);

  Result<bool> has_pages();

  // A setting or counter of the job; nullopt if never set.
  Result<std::optional<std::string>> meta(std::string_view key);

  // The greatest id of a URL, of which nearly all have a row; 0: there are none.
  Result<UrlId> last_url();

  // Every row, in ascending order of ids (cookies: oldest first). The callbacks must not use the CrawlDb.
  Result<void> for_each_host(const std::function<void(const HostRow&)>& callback);
  struct UrlRange {
    UrlId after = 0;            // the ids behind it
    std::optional<UrlId> last;  // up to this one
    std::size_t digests = 0;    // of so many of the last pages stored the digest too; each takes 40 bytes
    // Of a URL that is done and no seed (depth > 0) via, hops, score, twins and nofollow are not read: it
    // says that a link led there, and the defaults.
    bool brief = false;
  };
  Result<void> for_each_url(const std::function<void(const UrlView&)>& callback, const UrlRange& range);
  Result<void> for_each_url(const std::function<void(const UrlView&)>& callback) {
    return for_each_url(callback, UrlRange());
  }
  Result<void> for_each_rule(const std::function<void(const RuleRow&)>& callback);
  Result<void> for_each_cookie(const std::function<void(const CookieRow&)>& callback);
  Result<std::unordered_set<UrlId>> dropped_pages();
  // Whose robots.txt was asked for before `time` and has never been read.
  Result<std::unordered_set<HostId>> hosts_without_robots_since(WallTime time);
  // The requests that began at `time` or later; a pass over all of them.
  Result<void> for_each_fetch_since(WallTime time, const std::function<void(const FetchView&)>& callback);

  // Counted from the rows of one snapshot; two passes over the URLs and fetches.
  Result<LedgerCounts> ledger();

  // ledger(), and an error that names the numbers if they do not agree.
  Result<void> check();
  // The same of counts that ledger() gave.
  Result<void> check(const LedgerCounts& counts) const;

  // For queries of the other files of this folder.
  Database& database() { return *database_; }

 private:
  friend class SeedTransaction;
  CrawlDb(std::string path, std::optional<LockFile> lock, std::unique_ptr<Database> database);

  Result<void> identify();
  Result<void> migrate();
  Result<void> configure_for_writing();
  Result<void> create_schema();
  Result<void> prepare_rows();
  Result<void> cap_wal();
  Result<void> write_rows(std::span<const Outcome> outcomes);
  Result<void> catch_up_items();
  Result<void> for_each_row(std::string_view sql,
                            const std::function<Result<void>(const Statement&)>& callback);
  std::unexpected<Error> damaged(std::string_view table, std::int64_t id) const;

  std::string path_;
  std::optional<LockFile> lock_;  // released last
  std::unique_ptr<Database> database_;
  std::unique_ptr<RowWriter> rows_;  // its statements die before the database
  std::optional<ItemsFile> items_;
  std::optional<Transaction> transaction_;
  std::set<UrlId> unfinished_;      // outcomes in the open transaction of which more follows
  std::uint64_t items_before_ = 0;  // size of the items file when the transaction began
  WalLimit wal_limit_;
  bool in_doubt_ = false;  // whether the last transaction is on disk
  bool new_ = false;
  int version_ = kSchemaVersion;
  bool created_ = false;  // the file did not exist before
};

}  // namespace gossamer
