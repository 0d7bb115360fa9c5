#include "storage/schema_migrations.h"

#include <array>
#include <fmt/core.h>
#include <string>
#include <string_view>

#include "storage/schema.h"
#include "storage/sqlite.h"

namespace gossamer {
namespace {

// The step at index i leads from version i + 1 to the next. A step is never changed once it was released; the
// comments come with the columns, as in kSchema. New columns are appended, for SQLite can add them nowhere
// else.
constexpr std::array<std::string_view, kSchemaVersion - 1> kSteps = {
    R"sql(
ALTER TABLE hosts ADD COLUMN address TEXT /* IP it was last reached at */;
ALTER TABLE hosts ADD COLUMN rest_until INTEGER /* it asked not to be asked before, microseconds since 1970 UTC */;
ALTER TABLE urls ADD COLUMN rule INTEGER /* rules.id, of filtered by scope, pattern or trap */;
ALTER TABLE urls ADD COLUMN score INTEGER /* a spider's, for the order best-first */;
ALTER TABLE urls ADD COLUMN twins INTEGER NOT NULL DEFAULT 0 /* links of a chain of pages with the same content that led here */;
CREATE TABLE rules (           -- rules that filtered URLs
  id          INTEGER PRIMARY KEY,
  reason      TEXT NOT NULL,       -- scope, pattern, trap
  rule        TEXT NOT NULL        -- as a user knows it: --exclude \.pdf$
) STRICT;
CREATE TABLE retries (         -- pending URLs that were tried already
  url         INTEGER PRIMARY KEY, -- urls.id
  attempts    INTEGER NOT NULL,
  not_before  INTEGER              -- the next attempt, microseconds since 1970 UTC
) STRICT;
ALTER TABLE fetches ADD COLUMN host INTEGER NOT NULL DEFAULT 0 /* hosts.id */;
ALTER TABLE fetches ADD COLUMN kind TEXT NOT NULL DEFAULT 'page' /* page, robots, spider */;
ALTER TABLE fetches ADD COLUMN rest INTEGER /* microseconds its host was then left alone, by Retry-After or back-off */;
ALTER TABLE fetches ADD COLUMN change TEXT /* of a refresh: new, changed, unchanged, gone, kept */;
UPDATE fetches SET host = coalesce((SELECT host FROM urls WHERE id = fetches.url), 0);
ALTER TABLE pages ADD COLUMN etag TEXT /* as sent */;
ALTER TABLE pages ADD COLUMN last_modified TEXT /* as sent */;
ALTER TABLE pages ADD COLUMN version INTEGER NOT NULL DEFAULT 1 /* grows when a refresh finds a change */;
ALTER TABLE pages ADD COLUMN twin_of INTEGER /* urls.id of the first page with the same digest */;
ALTER TABLE pages ADD COLUMN simhash INTEGER /* of the text, 64 bits */;
CREATE TABLE dropped_pages (   -- pages that are gone or have moved, found by a refresh
  url           INTEGER PRIMARY KEY, -- urls.id
  version       INTEGER NOT NULL   -- the last one
) STRICT;
ALTER TABLE items ADD COLUMN version INTEGER NOT NULL DEFAULT 1 /* of the page it is from */;
CREATE TABLE cookies (         -- the cookie jar
  domain       TEXT NOT NULL,
  path         TEXT NOT NULL,
  name         TEXT NOT NULL,
  value        TEXT NOT NULL,
  host_only    INTEGER NOT NULL,   -- 1: not for subdomains
  secure       INTEGER NOT NULL,   -- 1: https only
  http_only    INTEGER NOT NULL,
  expires      INTEGER,            -- microseconds since 1970 UTC, NULL: lasts as long as the job
  created_at   INTEGER NOT NULL,   -- microseconds since 1970 UTC
  PRIMARY KEY (domain, path, name)
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('urls_without_rule', (SELECT coalesce(max(id), 0) FROM urls));
)sql",
    R"sql(
ALTER TABLE urls ADD COLUMN nofollow INTEGER NOT NULL DEFAULT 0 /* 1: every link to it so far says nofollow */;
UPDATE urls SET nofollow = 1 WHERE state = 'filtered' AND reason = 'nofollow';
)sql",
    R"sql(
ALTER TABLE fetches ADD COLUMN retry_after INTEGER /* microseconds that its Retry-After asked for, NULL: none was sent */;
)sql",
    // `url` was the key. Without legacy_alter_table a view of the user's would follow the old table and
    // break.
    R"sql(
PRAGMA legacy_alter_table = ON;
ALTER TABLE pages RENAME TO keyed_pages;
PRAGMA legacy_alter_table = OFF;
CREATE TABLE pages (           -- one row for each URL done with a 2xx, in the order they were stored
  url           INTEGER NOT NULL,  -- urls.id
  fetched_at    INTEGER,             -- microseconds since 1970 UTC
  status        INTEGER NOT NULL,
  content_type  TEXT NOT NULL,
  encoding      TEXT NOT NULL,
  title         TEXT NOT NULL,
  language      TEXT NOT NULL,
  canonical     TEXT NOT NULL,     -- <link rel=canonical>, absolute
  noindex       INTEGER NOT NULL,
  body_bytes    INTEGER NOT NULL,  -- decoded
  body_complete INTEGER NOT NULL,  -- 0: cut off after the headers
  digest        BLOB NOT NULL,     -- XXH3-128 of the decoded body, 16 bytes, big-endian
  links         INTEGER NOT NULL,  -- http(s) links, duplicates counted
  other_links   INTEGER NOT NULL,  -- mailto:, javascript:, unparsable
  etag          TEXT,              -- as sent
  last_modified TEXT,              -- as sent
  version       INTEGER NOT NULL DEFAULT 1, -- grows when a refresh finds a change
  twin_of       INTEGER,           -- urls.id of the first page with the same digest
  simhash       INTEGER            -- of the text, 64 bits
) STRICT;
INSERT INTO pages SELECT * FROM keyed_pages ORDER BY url;
DROP TABLE keyed_pages;
)sql",
};

}  // namespace

Result<void> migrate_schema(Database& database, int from) {
  auto transaction = Transaction::begin(database, Transaction::Kind::write);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  for (int version = from; version < kSchemaVersion; ++version) {
    if (auto ok = database.execute(std::string(kSteps[static_cast<std::size_t>(version - 1)])); !ok)
      return ok;
  }
  if (auto ok = database.execute(fmt::format("PRAGMA user_version = {}", kSchemaVersion)); !ok) return ok;
  return transaction->commit();
}

}  // namespace gossamer
