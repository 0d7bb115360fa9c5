#include "storage/export.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "storage/crawl_db.h"

namespace gossamer {
namespace {

enum class Kind { text, integer, boolean, json };

struct Column {
  std::string_view name;
  Kind kind;
};

// `sql` selects the rows behind the key ?1, which is column 0; `columns` are the others.
struct Source {
  std::string_view sql;
  std::span<const Column> columns;
};

constexpr Column kPageColumns[] = {
    {"url", Kind::text},          {"fetched_at", Kind::text},    {"status", Kind::integer},
    {"content_type", Kind::text}, {"encoding", Kind::text},      {"title", Kind::text},
    {"language", Kind::text},     {"canonical", Kind::text},     {"noindex", Kind::boolean},
    {"depth", Kind::integer},     {"body_bytes", Kind::integer}, {"body_complete", Kind::boolean},
    {"digest", Kind::text},       {"links", Kind::integer},      {"other_links", Kind::integer},
    {"etag", Kind::text},         {"last_modified", Kind::text}, {"version", Kind::integer},
    {"twin_of", Kind::text},      {"simhash", Kind::text},
};

constexpr Column kItemColumns[] = {{"url", Kind::text}, {"item", Kind::json}, {"version", Kind::integer}};

constexpr Column kUrlColumns[] = {
    {"url", Kind::text},      {"state", Kind::text},    {"reason", Kind::text},   {"status", Kind::integer},
    {"depth", Kind::integer}, {"via", Kind::text},      {"parent", Kind::text},   {"redirect_to", Kind::text},
    {"rule", Kind::text},     {"score", Kind::integer}, {"twins", Kind::integer},
};

// CROSS JOIN keeps SQLite's loops in the order written: the table itself, then its URL by id.
Source source_of(ExportTable table) {
  switch (table) {
    case ExportTable::pages:
      return {
          "SELECT p.rowid, u.url, strftime('%Y-%m-%dT%H:%M:%fZ', p.fetched_at / 1e6, 'unixepoch'), p.status,"
          " p.content_type, p.encoding, p.title, p.language, p.canonical, p.noindex, u.depth, p.body_bytes,"
          " p.body_complete, lower(hex(p.digest)), p.links, p.other_links,"
          " p.etag, p.last_modified, p.version, t.url, iif(p.simhash IS NULL, NULL, printf('%016x', "
          "p.simhash))"
          " FROM pages p CROSS JOIN urls u ON u.id = p.url LEFT JOIN urls t ON t.id = p.twin_of"
          " WHERE p.rowid > ?1 ORDER BY p.rowid",
          kPageColumns};
    case ExportTable::items:
      return {
          "SELECT i.id, u.url, i.item, i.version FROM items i CROSS JOIN urls u ON u.id = i.url"
          " WHERE i.id > ?1 ORDER BY i.id",
          kItemColumns};
    case ExportTable::urls:
      break;
  }
  return {
      "SELECT u.id, u.url, u.state, u.reason, u.status, u.depth, u.via, p.url, r.url,"
      " f.rule, u.score, u.twins FROM urls u"
      " LEFT JOIN urls p ON p.id = u.parent LEFT JOIN urls r ON r.id = u.redirect_to"
      " LEFT JOIN rules f ON f.id = u.rule"
      " WHERE u.id > ?1 ORDER BY u.id",
      kUrlColumns};
}

// Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_json(std::string& out, const Statement& row, std::span<const Column> columns) {
  char separator = '{';
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int field = static_cast<int>(i) + 1;
    out += std::exchange(separator, ',');
    ((out += '"') += columns[i].name) += "\":";
    if (row.is_null(field)) {
      out += "null";
      continue;
    }
    switch (columns[i].kind) {
      case Kind::text:
        out += json_string(row.text(field));
        break;
      case Kind::integer:
        out += std::to_string(row.integer(field));
        break;
      case Kind::boolean:
        out += row.integer(field) != 0 ? "true" : "false";
        break;
      case Kind::json:
        out += row.text(field);
        break;
    }
  }
  out += "}\n";
}

void append_csv_field(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char byte : text) {
    if (byte == '"') out += '"';
    out += byte;
  }
  out += '"';
}

void append_csv(std::string& out, const Statement& row, std::span<const Column> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int field = static_cast<int>(i) + 1;
    if (i > 0) out += ',';
    if (row.is_null(field)) continue;
    if (columns[i].kind == Kind::boolean) {
      out += row.integer(field) != 0 ? "true" : "false";
    } else {
      append_csv_field(out, row.text(field));
    }
  }
  out += "\r\n";
}

void append_csv_header(std::string& out, std::span<const Column> columns) {
  for (const Column& column : columns) {
    if (!out.empty()) out += ',';
    out += column.name;
  }
  out += "\r\n";
}

}  // namespace

std::optional<ExportTable> parse_export_table(std::string_view word) {
  if (word == "pages") return ExportTable::pages;
  if (word == "items") return ExportTable::items;
  if (word == "urls") return ExportTable::urls;
  return std::nullopt;
}

std::optional<ExportFormat> parse_export_format(std::string_view word) {
  if (word == "jsonl") return ExportFormat::jsonl;
  if (word == "csv") return ExportFormat::csv;
  return std::nullopt;
}

Result<void> export_table(CrawlDb& db, ExportTable table, ExportFormat format,
                          const std::function<Result<void>(std::string_view)>& write) {
  constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
  const Source source = source_of(table);
  auto rows = db.database().prepare(source.sql);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::string chunk;
  if (format == ExportFormat::csv) append_csv_header(chunk, source.columns);
  std::int64_t last = 0;
  bool more = true;
  while (more) {
    rows->bind(1, last);
    while (chunk.size() < kChunkBytes) {
      auto row = rows->step();
      if (!row) return std::unexpected(std::move(row.error()));
      more = *row;
      if (!more) break;
      last = rows->integer(0);
      if (format == ExportFormat::csv) {
        append_csv(chunk, *rows, source.columns);
      } else {
        append_json(chunk, *rows, source.columns);
      }
    }
    rows->reset();
    if (auto ok = write(chunk); !ok) return ok;
    chunk.clear();
  }
  return {};
}

}  // namespace gossamer
