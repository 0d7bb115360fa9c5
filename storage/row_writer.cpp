#include "storage/row_writer.h"

#include <fmt/core.h>
#include <optional>
#include <utility>

#include "net/base/utf8.h"
#include "storage/row_binding.h"

namespace gossamer {
namespace {

std::string_view reason_word(const std::optional<FilterReason>& reason,
                             const std::optional<ErrorClass>& failure) {
  if (failure) return to_string(*failure);
  if (reason) return to_string(*reason);
  return {};
}

// The attempt that decides about the status of `id`, or null: there was none, or it told nothing.
const FetchRow* deciding_fetch(const Outcome& outcome, UrlId id) {
  const FetchRow* fetch = last_fetch(outcome, id);
  const bool tells = fetch && fetch->change != PageChange::unchanged && fetch->change != PageChange::kept;
  return tells ? fetch : nullptr;
}

}  // namespace

constexpr std::array<std::string_view, RowWriter::kSqlCount> RowWriter::kSql = {
    // host
    "INSERT INTO hosts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET seed = ?3, "
    "robots_at = coalesce(?4, robots_at), robots_status = iif(?4 IS NULL, robots_status, ?5), "
    "robots_body = iif(?4 IS NULL, robots_body, ?6), address = coalesce(?7, address), "
    "rest_until = coalesce(?8, rest_until)",
    // rule
    "INSERT INTO rules VALUES (?1, ?2, ?3)",
    // url
    "INSERT INTO urls VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    // settle
    "UPDATE urls SET state = ?2, reason = ?3, rule = ?4, redirect_to = coalesce(?5, redirect_to), status = "
    "?6 WHERE id = ?1 AND NOT (?7 AND state = 'done' AND status BETWEEN 200 AND 299)",
    // amend
    "UPDATE urls SET state = ?2, reason = ?3, rule = ?4, redirect_to = coalesce(?5, redirect_to) WHERE id = "
    "?1",
    // reopen
    "UPDATE urls SET state = ?2, reason = NULL, rule = NULL, status = NULL, redirect_to = NULL WHERE id = ?1",
    // relink
    "UPDATE urls SET parent = ?2, via = ?3, depth = ?4, hops = ?5, twins = ?6, score = coalesce(?7, score), "
    "nofollow = 0 WHERE id = ?1",
    // fetch
    "INSERT INTO fetches VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
    "?16)",
    // page
    "INSERT INTO pages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
    "?18, ?19)",
    // revalidate
    "UPDATE pages SET etag = ?2, last_modified = ?3 WHERE url = ?1",
    // body
    "INSERT INTO bodies VALUES (?1, ?2)",
    // drop_body
    "DELETE FROM bodies WHERE url = ?1",
    // note_dropped
    "REPLACE INTO dropped_pages SELECT url, version FROM pages WHERE url = ?1",
    // drop_page
    "DELETE FROM pages WHERE url = ?1",
    // revive
    "DELETE FROM dropped_pages WHERE url = ?1 RETURNING version",
    // item
    "INSERT INTO items VALUES (NULL, ?1, ?2, ?3)",
    // link
    "INSERT INTO links VALUES (NULL, ?1, ?2, ?3, ?4, ?5)",
    // drop_links
    "DELETE FROM links WHERE from_url = ?1",
    // retry
    "REPLACE INTO retries VALUES (?1, ?2, ?3)",
    // drop_retry
    "DELETE FROM retries WHERE url = ?1",
    // cookie
    "REPLACE INTO cookies VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    // drop_cookie
    "DELETE FROM cookies WHERE domain = ?1 AND path = ?2 AND name = ?3",
    // meta
    "REPLACE INTO meta VALUES (?1, ?2)",
    // discovered
    "UPDATE meta SET value = value + ?1 WHERE key = 'discovered'",
};

Result<std::unique_ptr<RowWriter>> RowWriter::prepare(Database& database) {
  std::unique_ptr<RowWriter> writer(new RowWriter(database));
  for (const std::string_view sql : kSql) {
    auto statement = database.prepare(sql);
    if (!statement) return std::unexpected(std::move(statement.error()));
    writer->statements_.push_back(std::move(*statement));
  }
  for (const auto& [table, has_rows] :
       {std::pair("retries", &writer->has_retries_), std::pair("dropped_pages", &writer->has_dropped_),
        std::pair("links", &writer->has_links_)}) {
    auto found = database.query_integer(fmt::format("SELECT EXISTS (SELECT 1 FROM {})", table));
    if (!found) return std::unexpected(std::move(found.error()));
    *has_rows = *found != 0;
  }
  return writer;
}

Result<void> RowWriter::write(const Outcome& outcome) {
  Result<void> ok;
  const auto write_all = [&](const auto& rows) {
    for (auto row = rows.begin(); ok && row != rows.end(); ++row) ok = write(*row);
  };
  write_all(outcome.hosts);
  write_all(outcome.rules);
  write_all(outcome.urls);
  for (auto row = outcome.changes.begin(); ok && row != outcome.changes.end(); ++row)
    ok = write(*row, outcome);
  write_all(outcome.fetches);
  if (ok && outcome.page) ok = write(*outcome.page, outcome);
  if (ok && !outcome.items.empty()) ok = write_items(outcome);
  if (ok && outcome.drop_links_of != 0) ok = remove_links(outcome.drop_links_of);
  write_all(outcome.links);
  write_all(outcome.retries);
  write_all(outcome.validators);
  write_all(outcome.cookies);
  return ok;
}

Result<void> RowWriter::write(const HostRow& row) {
  Statement& sql = statement(host).bind(1, row.id).bind(2, row.origin).bind(3, row.seed);
  bind_time(sql, 4, row.robots_fetched_at);
  sql.bind(5, row.robots_status).bind(6, row.robots_body);
  bind_or_null(sql, 7, row.address);
  bind_time(sql, 8, row.rest_until);
  return sql.run();
}

Result<void> RowWriter::write(const RuleRow& row) {
  std::string text;
  return statement(rule)
      .bind(1, row.id)
      .bind(2, to_string(row.reason))
      .bind(3, valid_utf8(row.rule, text))
      .run();
}

Result<void> RowWriter::write(const UrlRow& row) {
  Statement& sql = statement(url)
                       .bind(1, static_cast<std::int64_t>(row.id))
                       .bind(2, row.host)
                       .bind(3, to_string(row.state))
                       .bind(5, row.depth)
                       .bind(6, row.hops)
                       .bind(7, to_string(row.via))
                       .bind_optional(8, row.parent)
                       .bind_optional(9, row.redirect_to)
                       .bind(10, row.url)
                       .bind_optional(11, row.rule)
                       .bind_optional(12, row.score)
                       .bind(13, row.twins)
                       .bind(14, row.nofollow);
  bind_or_null(sql, 4, reason_word(row.reason, row.failure));
  auto ok = sql.run();
  if (ok) ++discovered_;
  return ok;
}

Result<void> RowWriter::write(const UrlChange& change, const Outcome& outcome) {
  auto ok = change.link_only ? Result<void>() : write_state(change, outcome);
  if (!ok || !change.better_link) return ok;
  const auto& better = *change.better_link;
  Statement& sql = statement(relink)
                       .bind(1, static_cast<std::int64_t>(change.id))
                       .bind_optional(2, better.parent)
                       .bind(3, to_string(better.via))
                       .bind(4, better.depth)
                       .bind(5, better.hops)
                       .bind(6, better.twins)
                       .bind_optional(7, better.score);
  return run_on_one_row(sql, change.id);
}

Result<void> RowWriter::write_state(const UrlChange& change, const Outcome& outcome) {
  const auto id = static_cast<std::int64_t>(change.id);
  const FetchRow* attempt = deciding_fetch(outcome, change.id);
  const bool pending = change.state == UrlState::pending;
  Statement& sql = statement(pending ? reopen : attempt ? settle : amend);
  sql.bind(1, id).bind(2, to_string(change.state));
  if (!pending) {
    bind_or_null(sql, 3, reason_word(change.reason, change.failure));
    sql.bind_optional(4, change.rule).bind_optional(5, change.redirect_to);
    if (attempt) {
      // It must not have a page already: `pages` has no key that would refuse another.
      const bool first_page = outcome.page && outcome.page->url == change.id && outcome.page->version == 1;
      bind_status(sql.bind(7, first_page), 6, attempt->status);
    }
  }
  auto ok = run_on_one_row(sql, change.id);
  if (ok && change.drop_page) ok = remove_page(change.id);
  if (ok && has_retries_ && !pending) ok = statement(drop_retry).bind(1, id).run();
  return ok;
}

Result<void> RowWriter::write(const RetryRow& row) {
  has_retries_ = true;
  Statement& sql = statement(retry).bind(1, static_cast<std::int64_t>(row.url)).bind(2, row.attempts);
  bind_time(sql, 3, row.not_before);
  return sql.run();
}

Result<void> RowWriter::run_on_one_row(Statement& sql, UrlId id) {
  auto ok = sql.run();
  if (ok && database_->changes() != 1) {
    return fail(ErrorClass::storage, Phase::store,
                fmt::format("{}: URL {} has no row, or a page already", database_->path(), id));
  }
  return ok;
}

Result<void> RowWriter::set_meta(std::string_view key, std::string_view value) {
  return statement(meta).bind(1, key).bind(2, value).run();
}

Result<void> RowWriter::set_meta(std::string_view key, std::int64_t value) {
  return statement(meta).bind(1, key).bind(2, value).run();
}

Result<void> RowWriter::end_transaction() {
  Result<void> ok;
  if (discovered_ > 0) ok = statement(discovered).bind(1, discovered_).run();
  if (ok) forget_transaction();
  return ok;
}

void RowWriter::forget_transaction() {
  discovered_ = 0;
  versions_.clear();
  has_page_index_ = has_link_index_ = false;  // they may have gone with the transaction
}

}  // namespace gossamer
