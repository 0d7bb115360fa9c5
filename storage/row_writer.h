#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/rows.h"
#include "storage/sqlite.h"

namespace gossamer {

// Turns rows into statements, prepared once and reused, inside a transaction the caller holds. Every write is
// an append or goes by rowid (but for cookies, which are few, and for pages that a refresh finds changed, and
// their links, which have an index from then on): nothing searches. Does not outlive the Database.
class RowWriter {
 public:
  // The schema must exist. Errors: storage.
  static Result<std::unique_ptr<RowWriter>> prepare(Database& database);

  // hosts, rules, urls, changes, fetches, page, items, links, retries, validators, cookies, in this order.
  Result<void> write(const Outcome& outcome);
  Result<void> write(const HostRow& host);
  Result<void> write(const RuleRow& rule);
  Result<void> write(const UrlRow& url);
  Result<void> write(const CookieRow& cookie);
  // Pages can be found by their URL from now on.
  Result<void> index_pages();
  Result<void> set_meta(std::string_view key, std::string_view value);
  Result<void> set_meta(std::string_view key, std::int64_t value);

  // Adds the URL rows written in this transaction to `discovered`; the last call before its commit.
  Result<void> end_transaction();
  // A transaction that was rolled back has written nothing.
  void forget_transaction();

 private:
  enum Sql {
    host,
    rule,
    url,
    settle,
    amend,
    reopen,
    relink,
    fetch,
    page,
    revalidate,
    body,
    drop_body,
    note_dropped,
    drop_page,
    revive,
    item,
    link,
    drop_links,
    retry,
    drop_retry,
    cookie,
    drop_cookie,
    meta,
    discovered,
    kSqlCount
  };
  static const std::array<std::string_view, kSqlCount> kSql;

  explicit RowWriter(Database& database) : database_(&database) {}
  Result<void> write(const UrlChange& change, const Outcome& outcome);
  Result<void> write_state(const UrlChange& change, const Outcome& outcome);
  Result<void> write(const FetchRow& fetch);
  Result<void> write(const PageRow& page, const Outcome& outcome);
  Result<void> write(const LinkRow& link);
  Result<void> write(const RetryRow& retry);
  Result<void> write(const ValidatorsRow& validators);
  Result<void> write_items(const Outcome& outcome);
  Result<void> create_index(std::string_view name_and_column, bool& exists);
  Result<void> remove_page(UrlId id);
  Result<void> remove_version(std::int64_t page);
  Result<void> remove_links(UrlId page);
  Result<std::uint32_t> next_version(const PageRow& page);
  Result<void> run_on_one_row(Statement& statement, UrlId id);
  Statement& statement(Sql sql) { return statements_[sql]; }

  Database* database_;
  std::vector<Statement> statements_;  // indexed by Sql
  // Of this transaction:
  std::int64_t discovered_ = 0;
  std::unordered_map<UrlId, std::uint32_t> versions_;  // of pages written, where it is not 1
  // False: the table is empty, and need not be searched.
  bool has_retries_ = false;
  bool has_dropped_ = false;
  bool has_links_ = false;
  // False also: not known.
  bool has_page_index_ = false;
  bool has_link_index_ = false;
};

}  // namespace gossamer
