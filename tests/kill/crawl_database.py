"""Reads a crawl database with nothing but SQL and docs/schema.md, and says how two of them differ."""
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections import Counter

PAGE_COLUMNS = ("status, content_type, encoding, title, language, canonical, noindex, body_bytes, body_complete, "
                "hex(digest), links, other_links, etag, last_modified, version")


class Snapshot:
    """One committed state. `exists` is False when there is no job in the file yet (or no file); then all is empty.

    urls: URL -> (state, reason). redirects: URL -> target URL. pages: URL -> columns. bodies: URL -> hash of its stored body.
    refreshing: a refresh has begun (or ended). changes: URL -> what it found. items: Counter of (URL, JSON). links: Counter of (page, target, tag, text, nofollow).
    `faults` lists what no state may show: a damaged file, an unbalanced ledger, two rows of one URL, rows that point nowhere.
    """

    def __init__(self, database=None):
        self.exists, self.refreshing, self.faults = database is not None, False, []
        self.urls, self.redirects, self.pages, self.bodies, self.changes = {}, {}, {}, {}, {}
        self.items, self.links, self.states, self.discovered = Counter(), Counter(), Counter(), 0
        if database is None:
            return
        integrity = [row[0] for row in database.execute("PRAGMA integrity_check")]
        if integrity != ["ok"]:
            self.faults.append(f"integrity_check: {integrity[:3]}")
        by_id = {}
        for number, url, state, reason in database.execute("SELECT id, url, state, reason FROM urls"):
            if url in self.urls:
                self.faults.append(f"two rows for {url}")
            by_id[number], self.urls[url] = url, (state, reason or "")
        self._read_rest(database, by_id)
        self._check_ledger(database)

    def _read_rest(self, database, by_id):
        for number, target in database.execute("SELECT id, redirect_to FROM urls WHERE redirect_to IS NOT NULL"):
            self.redirects[by_id[number]] = by_id.get(target, f"no URL has the id {target}")
        for number, *columns in database.execute(f"SELECT url, {PAGE_COLUMNS} FROM pages"):
            self.pages[by_id.get(number, f"id {number}")] = tuple(columns)
        for number, body in database.execute("SELECT url, body FROM bodies"):
            self.bodies[by_id.get(number, f"id {number}")] = hashlib.sha256(body).hexdigest()
        for number, change in database.execute("SELECT url, change FROM fetches WHERE change IS NOT NULL ORDER BY id"):
            if by_id[number] in self.changes:
                self.faults.append(f"refreshed twice: {by_id[number]}")
            self.changes[by_id[number]] = change
        self.items = Counter((by_id.get(number, f"id {number}"), item)
                             for number, item in database.execute("SELECT url, item FROM items"))
        self.links = Counter((by_id.get(source, f"id {source}"), by_id.get(target, f"id {target}"), *rest) for source, target, *rest
                             in database.execute("SELECT from_url, to_url, tag, text, nofollow FROM links"))

    def _check_ledger(self, database):
        def number(sql):
            return database.execute(sql).fetchone()[0]
        self.discovered = int(number("SELECT value FROM meta WHERE key = 'discovered'"))
        self.refreshing = number("SELECT count(*) FROM meta WHERE key = 'refresh_started'") == 1
        self.states = Counter(state for state, _ in self.urls.values())
        if self.discovered != sum(self.states.values()):
            self.faults.append(f"ledger: {self.discovered} discovered, rows: {dict(self.states)}")
        if set(self.states) - {"pending", "done", "failed", "filtered"}:
            self.faults.append(f"states {set(self.states)}")
        checks = {
            "URLs done with a 2xx without a page": "SELECT count(*) FROM urls LEFT JOIN pages ON pages.url = urls.id "
                                                   "WHERE state = 'done' AND urls.status BETWEEN 200 AND 299 AND pages.url IS NULL",
            "pages of URLs not done with a 2xx": "SELECT count(*) FROM pages LEFT JOIN urls ON pages.url = urls.id "
                                                 "WHERE state IS NOT 'done' OR urls.status NOT BETWEEN 200 AND 299",
            "done or failed URLs without a fetch": "SELECT count(*) FROM urls WHERE state IN ('done', 'failed') "
                                                   "AND id NOT IN (SELECT url FROM fetches WHERE kind = 'page')",
            "items of URLs that are not done": "SELECT count(*) FROM items LEFT JOIN urls ON items.url = urls.id "
                                               "WHERE state IS NOT 'done' AND items.url NOT IN (SELECT url FROM dropped_pages)",
            "failed or filtered URLs without a reason": "SELECT count(*) FROM urls "
                                                        "WHERE (state IN ('failed', 'filtered')) != (reason IS NOT NULL)",
            "parents that are no URL": "SELECT count(*) FROM urls WHERE parent IS NOT NULL AND parent NOT IN (SELECT id FROM urls)",
        }
        self.faults += [f"{count} {what}" for what, sql in checks.items() if (count := number(sql))]

    @property
    def settled(self):
        """URLs that need no further request."""
        return {url for url, (state, _) in self.urls.items() if state in ("done", "failed")}


def read(path):
    """The Snapshot of a database that nobody writes; works on a copy, so that not even a -shm file is left beside it."""
    with tempfile.TemporaryDirectory(prefix="gossamer-snapshot-") as folder:
        copy = os.path.join(folder, "copy.db")
        for suffix in ("", "-wal"):
            if os.path.exists(path + suffix):
                shutil.copyfile(path + suffix, copy + suffix)
        if not os.path.exists(copy):
            return Snapshot()
        database = sqlite3.connect(copy)
        try:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            return Snapshot(database if tables else None)
        finally:
            database.close()


def lines(path):
    """The lines of an --items file, counted; a last line without its end is marked."""
    if not os.path.exists(path):
        return Counter()
    with open(path, encoding="utf-8", newline="\n") as file:
        return Counter(line[:-1] if line.endswith("\n") else "UNFINISHED " + line for line in file)


def _differences(name, left, right, limit=4):
    keys = [key for key in left.keys() | right.keys() if left.get(key) != right.get(key)]
    shown = [f"{name}: {key}: {left.get(key)} != {right.get(key)}" for key in sorted(keys, key=str)[:limit]]
    return shown + ([f"{name}: {len(keys)} differences in all"] if len(keys) > limit else [])


def compare(reference, other):
    """What `other` has otherwise than `reference`, one line each; depth, order and times may differ."""
    return (other.faults + _differences("state", reference.urls, other.urls) +
            _differences("redirect", reference.redirects, other.redirects) +
            _differences("refresh", reference.changes, other.changes) +
            _differences("page", reference.pages, other.pages) + _differences("body", reference.bodies, other.bodies) +
            _differences("item", reference.items, other.items) + _differences("link", reference.links, other.links))


def compare_with_expected(expected, snapshot):
    """Differences between the site's expected outcome, URL -> (Expectation, change), and a finished crawl, grouped by the
    kind of resource."""
    wrong = {}
    for url in expected.keys() | snapshot.urls.keys():
        want, kind = None, "unknown to the site"
        if url in expected:
            outcome, change = expected[url]
            want, kind = (outcome.state, outcome.reason, change), outcome.kind or kind
        found = (*snapshot.urls[url], snapshot.changes.get(url, "")) if url in snapshot.urls else None
        if found != want:
            wrong.setdefault((kind, want, found), []).append(url)
    return [f"expected: {kind}: {len(urls)} URLs should be {want}, are {found}, e.g. {min(urls)}"
            for (kind, want, found), urls in sorted(wrong.items(), key=str)]
