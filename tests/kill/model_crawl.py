#!/usr/bin/python3
"""A crawler of one page at a time with the command line and the database of a run_spider program: what the harness's own
test kills. The environment variable MODEL_FAULT makes it wrong in one way, which the harness must report: split (a page
is committed before the URLs it found), forget_loops (a redirect loop that spans a kill is not closed), keep_lines (the
item file keeps what a crash left), ask_again (a resumed crawl repeats a page), drop_page (some pages are not followed),
double_item (an item is stored twice), forget_cookies (they are not in the database), refresh_again (a resumed refresh
starts over), old_items (a changed page keeps its old items only)."""
import argparse
import html
import http.client
import json
import os
import re
import sqlite3
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support/site"))
from expected import robots_allow  # noqa: E402
from generated_site import ROBOTS, Site  # noqa: E402
from naive_client import Jar, Links, decode, fetch  # noqa: E402
from spelling import normalise  # noqa: E402

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value);
CREATE TABLE urls (id INTEGER PRIMARY KEY, state, reason, status, hops, parent, redirect_to, url);
CREATE TABLE fetches (id INTEGER PRIMARY KEY, url, kind, change);
CREATE TABLE pages (url INTEGER PRIMARY KEY, status, content_type, encoding, title, language, canonical, noindex,
                    body_bytes, body_complete, digest, links, other_links, etag, last_modified, version);
CREATE TABLE dropped_pages (url INTEGER PRIMARY KEY, version);
CREATE TABLE cookies (host, path, name, value);
CREATE TABLE bodies (url INTEGER PRIMARY KEY, body);
CREATE TABLE items (id INTEGER PRIMARY KEY, url, item);
CREATE TABLE links (id INTEGER PRIMARY KEY, from_url, to_url, tag, text, nofollow);
"""
SCOPE = {"a.test", "b.test", "c.test", "old.test", "new.test"}
PRODUCT = re.compile('class=product data-sku="([^"]*)"><h2>(.*?)</h2><span class=price>(.*?)</span>')


class Crawl:
    def __init__(self, options, fault):
        self.options, self.fault = options, fault
        self.db = sqlite3.connect(options.output, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.ids = {url: number for number, url in self.db.execute("SELECT id, url FROM urls")} if self._exists() else {}
        if not self.ids:
            self.db.execute("BEGIN")
            for statement in SCHEMA.split(";"):
                self.db.execute(statement)
            self.db.execute("INSERT INTO meta VALUES ('discovered', 0), ('items_size', 0)")
            with open(options.seeds) as seeds:
                for seed in seeds:
                    self.enter(seed.strip(), True, 0)
            self.db.execute("COMMIT")
        if options.refresh:
            self.db.execute("INSERT INTO meta VALUES ('refresh_started', 0)")
        self.refreshing = self.db.execute("SELECT count(*) FROM meta WHERE key = 'refresh_started'").fetchone()[0]
        self.redirects = {} if fault == "forget_loops" else dict(self.db.execute(
            "SELECT id, redirect_to FROM urls WHERE redirect_to IS NOT NULL"))
        self.jar = Jar(((host, path, name), value) for host, path, name, value in self.db.execute("SELECT * FROM cookies"))
        self.lines = open(options.items, "ab")
        if fault != "keep_lines":
            self.lines.truncate(self.db.execute("SELECT value FROM meta WHERE key = 'items_size'").fetchone()[0])

    def _exists(self):
        return self.db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] > 0

    def enter(self, url, follow, hops):
        if url is None:
            return None
        host, path = Site.key(url)
        reason = ("scope" if host not in SCOPE else "nofollow" if not follow
                  else "robots" if not robots_allow(ROBOTS.get(host), path) else None)
        state = "filtered" if reason else "pending"
        if url in self.ids:
            if follow:
                self.db.execute("UPDATE urls SET state = ?, reason = ? WHERE id = ? AND reason = 'nofollow'",
                                (state, reason, self.ids[url]))
            return self.ids[url]
        self.ids[url] = len(self.ids) + 1
        self.db.execute("INSERT INTO urls VALUES (?, ?, ?, NULL, ?, NULL, NULL, ?)", (self.ids[url], state, reason, hops, url))
        self.db.execute("UPDATE meta SET value = value + 1 WHERE key = 'discovered'")
        return self.ids[url]

    def settle(self, number, state, reason, status=None, change=None):
        self.db.execute("UPDATE urls SET state = ?, reason = ?, status = ? WHERE id = ?", (state, reason, status, number))
        self.db.execute("INSERT INTO fetches VALUES (NULL, ?, 'page', ?)", (number, change))

    def page(self, number, url, hops, answer):
        old = self.db.execute("SELECT version, digest FROM pages WHERE url = ?", (number,)).fetchone()
        if isinstance(answer, Exception):
            reason = ("truncated" if isinstance(answer, (ConnectionError, http.client.IncompleteRead)) else
                      "protocol" if isinstance(answer, http.client.HTTPException) else "decode")
            return self.settle(number, "failed", reason)
        response, body = answer
        status, content_type, digest = response.status, response.getheader("Content-Type") or "", zlib.crc32(body).to_bytes(4, "big")
        if old and (status == 304 or (status == 200 and digest == old[1])):
            return self.settle(number, "done", None, 200, "unchanged")
        if old:
            self.db.execute("DELETE FROM pages WHERE url = ?", (number,))
        if old and status != 200:
            self.db.execute("INSERT INTO dropped_pages VALUES (?, ?)", (number, old[0]))
        if 300 <= status < 400:
            return self.redirect(number, url, hops, status, response.getheader("Location"), "changed" if old else None)
        if status >= 400:
            return self.settle(number, "failed", f"http_{status // 100}xx", status, "gone" if old else None)
        self.settle(number, "done", None, status, "changed" if old else "new" if self.refreshing else None)
        self.db.execute("INSERT INTO pages VALUES (?, ?, ?, '', '', '', '', 0, ?, 1, ?, 0, 0, ?, ?, ?)",
                        (number, status, content_type, len(body), digest, response.getheader("ETag"),
                         response.getheader("Last-Modified"), old[0] + 1 if old else 1))
        if self.fault == "split":
            self.db.execute("COMMIT")
            self.db.execute("BEGIN")
        if content_type.startswith("text/html"):
            text = decode(body, content_type)
            if self.fault != "drop_page" or number % 5:
                for link, nofollow in Links(url, text).found:
                    self.enter(link, not nofollow, 0)
            if not old or self.fault != "old_items":
                self.items(number, text)

    def items(self, number, text):
        for sku, name, price in PRODUCT.findall(text):
            for _ in range(2 if self.fault == "double_item" and sku.endswith("-0") else 1):
                item = json.dumps({"sku": sku, "name": html.unescape(name), "price": price}, separators=(",", ":"))
                self.db.execute("INSERT INTO items VALUES (NULL, ?, ?)", (number, item))
                self.lines.write(item.encode() + b"\n")
        self.lines.flush()
        self.db.execute("UPDATE meta SET value = ? WHERE key = 'items_size'", (self.lines.tell(),))

    def redirect(self, number, url, hops, status, location, change):
        if hops >= 10:
            return self.settle(number, "failed", "redirect", status)
        target = self.redirects[number] = self.enter(normalise(location, url), True, hops + 1)
        self.settle(number, "done", None, status, change)
        self.db.execute("UPDATE urls SET redirect_to = ? WHERE id = ?", (target, number))
        loop = [number]
        while target in self.redirects and target not in loop:
            loop.append(target)
            target = self.redirects[target]
        if target == number:
            self.db.executemany("UPDATE urls SET state = 'failed', reason = 'redirect' WHERE id = ?", [(n,) for n in loop])

    def due(self):
        """A batch of what is to be asked: (id, url, hops, validators)."""
        batch = self.db.execute("SELECT id, url, hops, NULL, NULL FROM urls WHERE state = 'pending' LIMIT 7").fetchall()
        if not batch and self.refreshing:
            batch = self.db.execute("SELECT id, urls.url, hops, etag, last_modified FROM urls JOIN pages ON pages.url = id WHERE id NOT IN "
                                    "(SELECT url FROM fetches WHERE change IS NOT NULL) LIMIT 7").fetchall()
        return [(number, url, hops, {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", date)) if value})
                for number, url, hops, etag, date in batch]

    def run(self):
        connections = {}
        port = int(self.options.resolve[0].split(":")[1])
        if self.fault == "ask_again":
            self.db.execute("UPDATE urls SET state = 'pending' WHERE id = 3 AND state = 'done'")
            self.db.execute("DELETE FROM pages WHERE url = 3")
        if self.fault == "refresh_again":
            self.db.execute("UPDATE fetches SET change = NULL WHERE url < 9")
        while batch := self.due():
            self.db.execute("BEGIN")
            for number, url, hops, validators in batch:
                try:
                    answer = fetch(connections, port, *Site.key(url), self.jar, validators)
                except (OSError, EOFError, zlib.error, http.client.HTTPException) as error:
                    answer = error
                self.page(number, url, hops, answer)
            if self.fault != "forget_cookies":
                self.db.execute("DELETE FROM cookies")
                self.db.executemany("INSERT INTO cookies VALUES (?, ?, ?, ?)", [(*key, value) for key, value in self.jar.rows.items()])
            self.db.execute("COMMIT")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="?")
    parser.add_argument("-o", dest="output")
    parser.add_argument("--items", default=os.devnull)
    parser.add_argument("--resolve", action="append")
    parser.add_argument("--refresh", action="store_true")
    Crawl(parser.parse_known_args()[0], os.environ.get("MODEL_FAULT", "")).run()
