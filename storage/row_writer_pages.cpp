#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "net/base/utf8.h"
#include "storage/row_binding.h"
#include "storage/row_writer.h"

// The rows of RowWriter that hold what a site sent. It is stored as valid UTF-8 whatever it is, so that
// exports are; but cookies as they came, for so they are sent back.

namespace gossamer {

Result<void> RowWriter::write(const FetchRow& row) {
  std::string message;
  std::string content_type;
  Statement& sql = statement(fetch)
                       .bind(1, static_cast<std::int64_t>(row.url))
                       .bind(2, row.attempt)
                       .bind(3, row.started_at.time_since_epoch().count())
                       .bind(4, row.duration.count())
                       .bind(11, static_cast<std::int64_t>(row.wire_bytes))
                       .bind(12, row.host)
                       .bind(13, to_string(row.kind));
  bind_status(sql, 5, row.status);
  bind_or_null(sql, 6, row.error ? to_string(*row.error) : "");
  bind_or_null(sql, 7, to_string(row.phase));
  bind_or_null(sql, 8, valid_utf8(row.message, message));
  bind_or_null(sql, 9, row.address);
  bind_or_null(sql, 10, valid_utf8(row.content_type, content_type));
  bind_duration(sql, 14, row.rest);
  bind_or_null(sql, 15, row.change ? to_string(*row.change) : "");
  bind_duration(sql, 16, row.retry_after);
  return sql.run();
}

Result<void> RowWriter::write(const PageRow& row, const Outcome& outcome) {
  auto version = next_version(row);
  if (!version) return std::unexpected(std::move(version.error()));
  std::array<char, 16> digest;
  for (std::size_t i = 0; i < 8; ++i) {
    digest[i] = static_cast<char>(row.digest_high >> (56 - 8 * i));
    digest[8 + i] = static_cast<char>(row.digest_low >> (56 - 8 * i));
  }
  std::array<std::string, 7> copies;
  const auto id = static_cast<std::int64_t>(row.url);
  if (*version > 1) {
    if (auto ok = remove_version(id); !ok) return ok;
    versions_[row.url] = *version;
  }
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
                       .bind(14, row.other_links)
                       .bind(17, *version)
                       .bind_optional(18, row.twin_of)
                       .bind_optional(19, row.simhash);
  const FetchRow* attempt = last_fetch(outcome, row.url);
  bind_time(sql, 2, attempt ? std::optional(attempt->started_at) : std::nullopt);
  bind_or_null(sql, 15, valid_utf8(row.etag, copies[5]));
  bind_or_null(sql, 16, valid_utf8(row.last_modified, copies[6]));
  auto ok = sql.run();
  if (ok && row.body) ok = statement(body).bind(1, id).bind_blob(2, *row.body).run();
  return ok;
}

Result<void> RowWriter::write(const ValidatorsRow& row) {
  if (auto ok = index_pages(); !ok) return ok;
  std::array<std::string, 2> copies;
  Statement& sql = statement(revalidate).bind(1, static_cast<std::int64_t>(row.url));
  bind_or_null(sql, 2, valid_utf8(row.etag, copies[0]));
  bind_or_null(sql, 3, valid_utf8(row.last_modified, copies[1]));
  return sql.run();
}

// The version of `row`: what it says, but above that of a page of the URL that was dropped.
Result<std::uint32_t> RowWriter::next_version(const PageRow& row) {
  if (!has_dropped_) return row.version;
  Statement& sql = statement(revive).bind(1, static_cast<std::int64_t>(row.url));
  auto dropped = sql.step();
  if (!dropped) return std::unexpected(std::move(dropped.error()));
  const auto last = *dropped ? static_cast<std::uint32_t>(sql.integer(0)) : 0;
  sql.reset();
  return std::max(row.version, last + 1);
}

Result<void> RowWriter::remove_page(UrlId id) {
  has_dropped_ = true;
  auto ok = index_pages();
  if (ok) ok = statement(note_dropped).bind(1, static_cast<std::int64_t>(id)).run();
  if (ok) ok = remove_version(static_cast<std::int64_t>(id));
  return ok ? remove_links(id) : ok;
}

// The row and the body of the last version of a page.
Result<void> RowWriter::remove_version(std::int64_t page) {
  auto ok = index_pages();
  if (ok) ok = statement(drop_page).bind(1, page).run();
  if (ok) ok = statement(drop_body).bind(1, page).run();
  return ok;
}

// Pages and links are in the order they were stored, so what a refresh replaces is anywhere. The first time
// makes the index that a job which is never refreshed does without.
Result<void> RowWriter::create_index(std::string_view name_and_column, bool& exists) {
  if (exists) return {};
  auto ok = database_->execute(fmt::format("CREATE INDEX IF NOT EXISTS {}", name_and_column));
  exists = ok.has_value();
  return ok;
}

Result<void> RowWriter::index_pages() { return create_index("pages_url ON pages (url)", has_page_index_); }

Result<void> RowWriter::remove_links(UrlId page) {
  if (!has_links_) return {};
  if (auto ok = create_index("links_from ON links (from_url)", has_link_index_); !ok) return ok;
  return statement(drop_links).bind(1, static_cast<std::int64_t>(page)).run();
}

Result<void> RowWriter::write_items(const Outcome& outcome) {
  const auto known = versions_.find(outcome.item_url);
  const std::uint32_t version = known != versions_.end() ? known->second : 1;
  const auto id = static_cast<std::int64_t>(outcome.item_url);
  for (const std::string& row : outcome.items) {
    if (auto ok = statement(item).bind(1, id).bind(2, row).bind(3, version).run(); !ok) return ok;
  }
  return {};
}

Result<void> RowWriter::write(const LinkRow& row) {
  has_links_ = true;
  std::string text;
  return statement(link)
      .bind(1, static_cast<std::int64_t>(row.from))
      .bind(2, static_cast<std::int64_t>(row.to))
      .bind(3, row.tag)
      .bind(4, valid_utf8(row.text, text))
      .bind(5, row.nofollow)
      .run();
}

Result<void> RowWriter::write(const CookieRow& row) {
  Statement& sql = statement(row.removed ? drop_cookie : cookie);
  sql.bind(1, row.domain).bind(2, row.path).bind(3, row.name);
  if (row.removed) return sql.run();
  sql.bind(4, row.value)
      .bind(5, row.host_only)
      .bind(6, row.secure)
      .bind(7, row.http_only)
      .bind(9, row.created_at.time_since_epoch().count());
  bind_time(sql, 8, row.expires);
  return sql.run();
}

}  // namespace gossamer
