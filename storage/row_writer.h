#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "storage/rows.h"
#include "storage/sqlite.h"

namespace gossamer {

// Turns rows into statements, prepared once and reused, inside a transaction the caller holds. Every write is
// an append or goes by rowid: nothing searches. Does not outlive the Database.
class RowWriter {
 public:
  // The schema must exist. Errors: storage.
  static Result<std::unique_ptr<RowWriter>> prepare(Database& database);

  // hosts, urls, changes, fetches, page, items, links, in this order.
  Result<void> write(const Outcome& outcome);
  Result<void> write(const HostRow& host);
  Result<void> write(const UrlRow& url);
  Result<void> set_meta(std::string_view key, std::string_view value);
  Result<void> set_meta(std::string_view key, std::int64_t value);

  // Adds the URL rows written since the last call to `discovered`; last in every transaction.
  Result<void> count_discovered();
  // A transaction that was rolled back has written nothing.
  void forget_discovered() { discovered_ = 0; }

 private:
  enum Sql {
    host,
    url,
    settle,
    amend,
    reopen,
    relink,
    fetch,
    page,
    body,
    item,
    link,
    meta,
    discovered,
    kSqlCount
  };

  explicit RowWriter(Database& database) : database_(&database) {}
  Result<void> write(const UrlChange& change, const Outcome& outcome);
  Result<void> write(const FetchRow& fetch);
  Result<void> write(const PageRow& page, const Outcome& outcome);
  Result<void> run_on_one_row(Statement& statement, UrlId id);
  Statement& statement(Sql sql) { return statements_[sql]; }

  Database* database_;
  std::vector<Statement> statements_;  // indexed by Sql
  std::int64_t discovered_ = 0;
};

}  // namespace gossamer
