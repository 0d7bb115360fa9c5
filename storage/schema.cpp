#include "storage/schema.h"

namespace gossamer {

// No index: uniqueness of URLs is the crawl's seen set, and a random index would cost several times the row.
// (RowWriter adds pages_url and links_from to the jobs that need them.) What a crawl writes once for each
// page is appended, for a page fetched is seldom a neighbour of the one before. A column that came with a
// later version is the last of its table, where the migration puts it too.
const std::string_view kSchema = R"sql(
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
  robots_body   TEXT NOT NULL,
  address       TEXT,              -- IP it was last reached at
  rest_until    INTEGER            -- it asked not to be asked before, microseconds since 1970 UTC
) STRICT;

CREATE TABLE urls (            -- every URL discovered
  id          INTEGER PRIMARY KEY, -- in the order of discovery
  host        INTEGER NOT NULL,    -- hosts.id
  state       TEXT NOT NULL,       -- pending, done, failed, filtered
  reason      TEXT,                -- of failed: the class; of filtered: the rule; else NULL
  status      INTEGER,             -- HTTP status it was settled by, NULL: no response headers came
  depth       INTEGER NOT NULL,    -- links from a seed
  hops        INTEGER NOT NULL,    -- redirects since the last link
  via         TEXT NOT NULL,       -- seed, link, redirect, sitemap, spider
  parent      INTEGER,             -- urls.id of the page or redirect it was found on
  redirect_to INTEGER,             -- urls.id of the target of a redirect
  url         TEXT NOT NULL,       -- canonical
  rule        INTEGER,             -- rules.id, of filtered by scope, pattern or trap
  score       INTEGER,             -- a spider's, for the order best-first
  twins       INTEGER NOT NULL DEFAULT 0, -- links of a chain of pages with the same content that led here
  nofollow    INTEGER NOT NULL DEFAULT 0 -- 1: every link to it so far says nofollow
) STRICT;

CREATE TABLE rules (           -- rules that filtered URLs
  id          INTEGER PRIMARY KEY,
  reason      TEXT NOT NULL,       -- scope, pattern, trap
  rule        TEXT NOT NULL        -- as a user knows it: --exclude \.pdf$
) STRICT;

CREATE TABLE retries (         -- pending URLs tried already; done ones (attempts 0) to be asked again as sitemaps
  url         INTEGER PRIMARY KEY, -- urls.id
  attempts    INTEGER NOT NULL,
  not_before  INTEGER              -- the next attempt, microseconds since 1970 UTC
) STRICT;

CREATE TABLE fetches (         -- every request, in the order they were stored
  id           INTEGER PRIMARY KEY,
  url          INTEGER NOT NULL,   -- urls.id, 0: not of the kind page
  attempt      INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,   -- microseconds since 1970 UTC
  duration     INTEGER NOT NULL,   -- microseconds
  status       INTEGER,            -- HTTP status, NULL: no response headers came
  error        TEXT,               -- class, NULL: none
  phase        TEXT,               -- where the error happened
  message      TEXT,               -- of the error
  address      TEXT,               -- address:port of the server, NULL: never connected
  content_type TEXT,
  wire_bytes   INTEGER NOT NULL,   -- received, head and body
  host         INTEGER NOT NULL DEFAULT 0, -- hosts.id
  kind         TEXT NOT NULL DEFAULT 'page', -- page, robots, spider
  rest         INTEGER,            -- microseconds its host was then left alone, by Retry-After or back-off
  change       TEXT,               -- of a refresh: new, changed, unchanged, gone, kept
  retry_after  INTEGER             -- microseconds that its Retry-After asked for, NULL: none was sent
) STRICT;

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

CREATE TABLE dropped_pages (   -- pages that are gone or have moved, found by a refresh
  url           INTEGER PRIMARY KEY, -- urls.id
  version       INTEGER NOT NULL   -- the last one
) STRICT;

CREATE TABLE bodies (          -- with --store-bodies: decoded bodies of pages
  url          INTEGER PRIMARY KEY, -- pages.url
  body         BLOB NOT NULL
) STRICT;

CREATE TABLE items (           -- what parsers and spiders extracted
  id           INTEGER PRIMARY KEY,
  url          INTEGER NOT NULL,   -- urls.id of its page
  item         TEXT NOT NULL,      -- a JSON object
  version      INTEGER NOT NULL DEFAULT 1 -- of the page it is from
) STRICT;

CREATE TABLE links (           -- with --store-links: every link of every page
  id           INTEGER PRIMARY KEY,
  from_url     INTEGER NOT NULL,   -- urls.id
  to_url       INTEGER NOT NULL,   -- urls.id
  tag          TEXT NOT NULL,
  text         TEXT NOT NULL,
  nofollow     INTEGER NOT NULL
) STRICT;

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
)sql";

}  // namespace gossamer
