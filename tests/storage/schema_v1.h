#pragma once

namespace gossamer::testing {

// A crawl database of schema version 1, as that version made it, with rows of every kind: 1 and 2 are done
// pages (2 with body, items and a link), 3 is a redirect to 1, 4 failed, 5 and 6 are filtered, 7 is pending.
inline constexpr const char* kSchemaV1 = R"sql(
PRAGMA application_id = 1198486387; PRAGMA user_version = 1;
CREATE TABLE meta (            -- settings and counters of the job
  key          TEXT PRIMARY KEY,
  value        ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (           -- origins, the unit of politeness
  id            INTEGER PRIMARY KEY,
  origin        TEXT NOT NULL,     -- scheme://host[:port]
  seed          INTEGER NOT NULL,  -- 1: in scope as the host of a seed
  robots_at     INTEGER,           -- when robots.txt was fetched, microseconds since 1970 UTC
  robots_status INTEGER NOT NULL,  -- its HTTP status, 0: unreachable or not asked yet
  robots_body   TEXT NOT NULL
) STRICT;

CREATE TABLE urls (            -- every URL discovered
  id          INTEGER PRIMARY KEY, -- in the order of discovery
  host        INTEGER NOT NULL,    -- hosts.id
  state       TEXT NOT NULL,       -- pending, done, failed, filtered
  reason      TEXT,                -- of failed: the class; of filtered: the rule; else NULL
  status      INTEGER,             -- HTTP status of the last attempt, NULL: no response headers came
  depth       INTEGER NOT NULL,    -- links from a seed
  hops        INTEGER NOT NULL,    -- redirects since the last link
  via         TEXT NOT NULL,       -- seed, link, redirect, sitemap, spider
  parent      INTEGER,             -- urls.id of the page or redirect it was found on
  redirect_to INTEGER,             -- urls.id of the target of a redirect
  url         TEXT NOT NULL        -- canonical
) STRICT;

CREATE TABLE fetches (         -- every attempt to fetch a URL, in the order they were stored
  id           INTEGER PRIMARY KEY,
  url          INTEGER NOT NULL,   -- urls.id
  attempt      INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,   -- microseconds since 1970 UTC
  duration     INTEGER NOT NULL,   -- microseconds
  status       INTEGER,            -- HTTP status, NULL: no response headers came
  error        TEXT,               -- class, NULL: none
  phase        TEXT,               -- where the error happened
  message      TEXT,               -- of the error
  address      TEXT,               -- address:port of the server, NULL: never connected
  content_type TEXT,
  wire_bytes   INTEGER NOT NULL    -- received, head and body
) STRICT;

CREATE TABLE pages (           -- one row for each URL done with a 2xx
  url           INTEGER PRIMARY KEY, -- urls.id
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
  other_links   INTEGER NOT NULL   -- mailto:, javascript:, unparsable
) STRICT;

CREATE TABLE bodies (          -- with --store-bodies: decoded bodies of pages
  url          INTEGER PRIMARY KEY, -- pages.url
  body         BLOB NOT NULL
) STRICT;

CREATE TABLE items (           -- what parsers and spiders extracted
  id           INTEGER PRIMARY KEY,
  url          INTEGER NOT NULL,   -- urls.id of its page
  item         TEXT NOT NULL       -- a JSON object
) STRICT;

CREATE TABLE links (           -- with --store-links: every link of every page
  id           INTEGER PRIMARY KEY,
  from_url     INTEGER NOT NULL,   -- urls.id
  to_url       INTEGER NOT NULL,   -- urls.id
  tag          TEXT NOT NULL,
  text         TEXT NOT NULL,
  nofollow     INTEGER NOT NULL
) STRICT;
)sql";

inline constexpr const char* kRowsV1 = R"sql(
INSERT INTO meta VALUES ('created_at', '2025-01-31T12:00:00Z'), ('discovered', 7), ('options', '{}');
INSERT INTO hosts VALUES (1, 'http://example.test', 1, 1700000000000000, 200, 'User-agent: *'),
                         (2, 'https://other.test:8443', 0, NULL, 0, '');
INSERT INTO urls VALUES
  (1, 1, 'done', NULL, 200, 0, 0, 'seed', NULL, NULL, 'http://example.test/'),
  (2, 2, 'done', NULL, 200, 1, 0, 'link', 1, NULL, 'https://other.test:8443/2'),
  (3, 1, 'done', NULL, 301, 1, 0, 'link', 1, 1, 'http://example.test/3'),
  (4, 1, 'failed', 'http_4xx', 404, 1, 0, 'link', 1, NULL, 'http://example.test/4'),
  (5, 2, 'filtered', 'scope', NULL, 2, 0, 'link', 2, NULL, 'https://other.test:8443/5'),
  (6, 1, 'filtered', 'nofollow', NULL, 2, 0, 'link', 2, NULL, 'http://example.test/6'),
  (7, 1, 'pending', NULL, NULL, 2, 1, 'redirect', 3, NULL, 'http://example.test/7');
INSERT INTO fetches VALUES
  (1, 1, 1, 1700000000000000, 1500, 200, NULL, NULL, NULL, '192.0.2.1:80', 'text/html', 1000),
  (2, 2, 1, 1700000001000000, 1500, 503, 'http_5xx', 'headers', 'busy', '192.0.2.2:8443', NULL, 100),
  (3, 2, 2, 1700000002000000, 1500, 200, NULL, NULL, NULL, '192.0.2.2:8443', 'text/html', 1000),
  (4, 3, 1, 1700000003000000, 1500, 301, NULL, NULL, NULL, '192.0.2.1:80', NULL, 100),
  (5, 4, 1, 1700000004000000, 1500, 404, 'http_4xx', 'headers', 'not found', '192.0.2.1:80', NULL, 100);
INSERT INTO pages VALUES
  (1, 1700000000000000, 200, 'text/html', 'utf-8', 'One', 'en', '', 0, 900, 1,
   x'000102030405060708090a0b0c0d0e0f', 3, 0),
  (2, 1700000002000000, 200, 'text/html', 'utf-8', 'Two', '', '', 1, 4, 1,
   x'ff0102030405060708090a0b0c0d0eff', 1, 1);
INSERT INTO bodies VALUES (2, x'00ff0041');
INSERT INTO items VALUES (1, 2, '{"price":1}'), (2, 2, '{"price":2}');
INSERT INTO links VALUES (1, 2, 7, 'a', 'seven', 0);
)sql";

}  // namespace gossamer::testing
