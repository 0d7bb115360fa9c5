#include "storage/row_writer.h"

#include <array>
#include <fmt/core.h>
#include <optional>

#include "net/base/utf8.h"

namespace gossamer {
namespace {

std::optional<std::string_view> reason_word(const std::optional<FilterReason>& reason,
                                            const std::optional<ErrorClass>& failure) {
  if (failure) return to_string(*failure);
  if (reason) return to_string(*reason);
  return std::nullopt;
}

void bind_or_null(Statement& statement, int parameter, std::string_view text) {
  if (text.empty()) {
    statement.bind_null(parameter);
  } else {
    statement.bind(parameter, text);
  }
}

void bind_status(Statement& statement, int parameter, int status) {
  if (status == 0) {
    statement.bind_null(parameter);
  } else {
    statement.bind(parameter, status);
  }
}

// The last attempt of `id` among the outcome's, or null.
const FetchRow* last_fetch(const Outcome& outcome, UrlId id) {
  for (auto fetch = outcome.fetches.rbegin(); fetch != outcome.fetches.rend(); ++fetch) {
    if (fetch->url == id) return &*fetch;
  }
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<RowWriter>> RowWriter::prepare(Database& database) {
  static constexpr std::array<std::string_view, kSqlCount> kSql = {
      "INSERT INTO hosts VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL) ON CONFLICT (id) DO UPDATE SET seed = "
      "?3, "
      "robots_at = coalesce(?4, robots_at), robots_status = iif(?4 IS NULL, robots_status, ?5), "
      "robots_body = iif(?4 IS NULL, robots_body, ?6)",
      "INSERT INTO urls VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL, 0)",
      "UPDATE urls SET state = ?2, reason = ?3, status = ?4, redirect_to = coalesce(?5, redirect_to) WHERE "
      "id = ?1",
      "UPDATE urls SET state = ?2, reason = ?3, redirect_to = coalesce(?4, redirect_to) WHERE id = ?1",
      "UPDATE urls SET state = ?2, reason = NULL, status = NULL, redirect_to = NULL WHERE id = ?1",
      "UPDATE urls SET parent = ?2, via = ?3, depth = ?4, hops = ?5 WHERE id = ?1",
      "INSERT INTO fetches VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 'page', NULL, "
      "NULL)",
      "INSERT INTO pages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, NULL, NULL, 1, "
      "NULL, NULL)",
      "INSERT INTO bodies VALUES (?1, ?2)",
      "INSERT INTO items VALUES (NULL, ?1, ?2, 1)",
      "INSERT INTO links VALUES (NULL, ?1, ?2, ?3, ?4, ?5)",
      "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
      "UPDATE meta SET value = value + ?1 WHERE key = 'discovered'",
  };
  std::unique_ptr<RowWriter> writer(new RowWriter(database));
  for (const std::string_view sql : kSql) {
    auto statement = database.prepare(sql);
    if (!statement) return std::unexpected(std::move(statement.error()));
    writer->statements_.push_back(std::move(*statement));
  }
  return writer;
}

Result<void> RowWriter::write(const Outcome& outcome) {
  Result<void> ok;
  for (const HostRow& row : outcome.hosts) {
    if (ok = write(row); !ok) return ok;
  }
  for (const UrlRow& row : outcome.urls) {
    if (ok = write(row); !ok) return ok;
  }
  for (const UrlChange& row : outcome.changes) {
    if (ok = write(row, outcome); !ok) return ok;
  }
  for (const FetchRow& row : outcome.fetches) {
    if (ok = write(row); !ok) return ok;
  }
  if (outcome.page) {
    if (ok = write(*outcome.page, outcome); !ok) return ok;
  }
  const auto item_url = static_cast<std::int64_t>(outcome.item_url);
  for (const std::string& row : outcome.items) {
    if (ok = statement(item).bind(1, item_url).bind(2, row).run(); !ok) return ok;
  }
  std::string text;
  for (const LinkRow& row : outcome.links) {
    ok = statement(link)
             .bind(1, static_cast<std::int64_t>(row.from))
             .bind(2, static_cast<std::int64_t>(row.to))
             .bind(3, row.tag)
             .bind(4, valid_utf8(row.text, text))
             .bind(5, row.nofollow)
             .run();
    if (!ok) return ok;
  }
  return ok;
}

Result<void> RowWriter::write(const HostRow& row) {
  Statement& sql = statement(host).bind(1, row.id).bind(2, row.origin).bind(3, row.seed);
  if (row.robots_fetched_at) {
    sql.bind(4, row.robots_fetched_at->time_since_epoch().count());
  } else {
    sql.bind_null(4);
  }
  return sql.bind(5, row.robots_status).bind(6, row.robots_body).run();
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
                       .bind(10, row.url);
  bind_or_null(sql, 4, reason_word(row.reason, row.failure).value_or(""));
  auto ok = sql.run();
  if (ok) ++discovered_;
  return ok;
}

Result<void> RowWriter::write(const UrlChange& change, const Outcome& outcome) {
  const auto id = static_cast<std::int64_t>(change.id);
  const std::string_view reason = reason_word(change.reason, change.failure).value_or("");
  Statement* sql = nullptr;
  if (change.state == UrlState::pending) {
    sql = &statement(reopen);
  } else if (const FetchRow* attempt = last_fetch(outcome, change.id)) {
    sql = &statement(settle);
    bind_or_null(*sql, 3, reason);
    bind_status(*sql, 4, attempt->status);
    sql->bind_optional(5, change.redirect_to);
  } else {
    sql = &statement(amend);
    bind_or_null(*sql, 3, reason);
    sql->bind_optional(4, change.redirect_to);
  }
  sql->bind(1, id).bind(2, to_string(change.state));
  if (auto ok = run_on_one_row(*sql, change.id); !ok || !change.better_link) return ok;

  const auto& better = *change.better_link;
  Statement& link_sql = statement(relink)
                            .bind(1, id)
                            .bind_optional(2, better.parent)
                            .bind(3, to_string(better.via))
                            .bind(4, better.depth)
                            .bind(5, better.hops);
  return run_on_one_row(link_sql, change.id);
}

// What a site sent is stored as valid UTF-8 whatever it is, so that exports are.
Result<void> RowWriter::write(const FetchRow& row) {
  std::string message;
  std::string content_type;
  Statement& sql = statement(fetch)
                       .bind(1, static_cast<std::int64_t>(row.url))
                       .bind(2, row.attempt)
                       .bind(3, row.started_at.time_since_epoch().count())
                       .bind(4, row.duration.count())
                       .bind(11, static_cast<std::int64_t>(row.wire_bytes));
  bind_status(sql, 5, row.status);
  bind_or_null(sql, 6, row.error ? to_string(*row.error) : "");
  bind_or_null(sql, 7, to_string(row.phase));
  bind_or_null(sql, 8, valid_utf8(row.message, message));
  bind_or_null(sql, 9, row.address);
  bind_or_null(sql, 10, valid_utf8(row.content_type, content_type));
  return sql.run();
}

Result<void> RowWriter::write(const PageRow& row, const Outcome& outcome) {
  std::array<char, 16> digest;
  for (std::size_t i = 0; i < 8; ++i) {
    digest[i] = static_cast<char>(row.digest_high >> (56 - 8 * i));
    digest[8 + i] = static_cast<char>(row.digest_low >> (56 - 8 * i));
  }
  std::array<std::string, 5> copies;
  const auto id = static_cast<std::int64_t>(row.url);
  Statement& sql = statement(page)
                       .bind(1, id)
                       .bind(3, row.status)
                       .bind(4, valid_utf8(row.content_type, copies[0]))
                       .bind(5, valid_utf8(row.encoding, copies[1]))
                       .bind(6, valid_utf8(row.title, copies[2]))
                       .bind(7, valid_utf8(row.language, copies[3]))
                       .bind(8, valid_utf8(row.canonical, copies[4]))
                       .bind(9, row.noindex)
                       .bind(10, static_cast<std::int64_t>(row.body_bytes))
                       .bind(11, row.body_complete)
                       .bind_blob(12, std::string_view(digest.data(), digest.size()))
                       .bind(13, row.links)
                       .bind(14, row.other_links);
  if (const FetchRow* attempt = last_fetch(outcome, row.url)) {
    sql.bind(2, attempt->started_at.time_since_epoch().count());
  } else {
    sql.bind_null(2);
  }
  auto ok = sql.run();
  if (ok && row.body) ok = statement(body).bind(1, id).bind_blob(2, *row.body).run();
  return ok;
}

Result<void> RowWriter::run_on_one_row(Statement& sql, UrlId id) {
  auto ok = sql.run();
  if (ok && database_->changes() != 1) {
    return fail(ErrorClass::storage, Phase::store,
                fmt::format("{}: no URL row has the id {}", database_->path(), id));
  }
  return ok;
}

Result<void> RowWriter::set_meta(std::string_view key, std::string_view value) {
  return statement(meta).bind(1, key).bind(2, value).run();
}

Result<void> RowWriter::set_meta(std::string_view key, std::int64_t value) {
  return statement(meta).bind(1, key).bind(2, value).run();
}

Result<void> RowWriter::count_discovered() {
  if (discovered_ == 0) return {};
  auto ok = statement(discovered).bind(1, discovered_).run();
  if (ok) discovered_ = 0;
  return ok;
}

}  // namespace gossamer
