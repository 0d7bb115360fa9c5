#include "storage/schema.h"

namespace gossamer {

// No index: uniqueness of URLs is the crawl's seen set, and a random index would cost several times the row.
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

}  // namespace gossamer
