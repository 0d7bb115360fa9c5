#!/usr/bin/python3
"""The command sitemap from outside: files, standard input and URLs, whole and damaged, an index followed, a dialogue over
--batch, and a crawl that is given a sitemap."""
import contextlib
import gzip
import http.server
import json
import pathlib
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BINARY = sys.argv.pop(1)

URLSET = """<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> http://h.example/1?a&amp;b </loc><lastmod>2024-05-17T08:30:00+02:00</lastmod><changefreq>daily</changefreq>
<priority>0.8</priority></url>
<url><loc>/2</loc><lastmod>today</lastmod></url>
</urlset>
"""


def run(*arguments, stdin=b""):
    result = subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, timeout=120)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def sitemap(*arguments, stdin=b""):
    return run("sitemap", *arguments, stdin=stdin)


def entry(loc, lastmod=None, modified=None, priority=None, changefreq=None, type="url"):
    return {"loc": loc, "lastmod": lastmod, "modified": modified, "priority": priority, "changefreq": changefreq, "type": type}


class Site:
    """A server of the given files, on a port of its own. Of those whose name begins with /cut more is promised than comes,
    and what begins with /coded has a content coding, gzip."""

    def __init__(self, files):
        self.requests = requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                requests.append(self.path)
                body = files.get(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "text/plain" if self.path.endswith(".txt") else "application/xml")
                self.send_header("Content-Length", str(len(body or b"") + (100 if self.path.startswith("/cut") else 0)))
                if self.path.startswith("/coded"):
                    self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                with contextlib.suppress(OSError):  # the crawler was killed
                    self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.url

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class SitemapCommand(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = pathlib.Path(self.folder.name) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def test_urls_a_line_of_a_file_packed_or_not_and_of_standard_input(self):
        expected = (0, "http://h.example/1?a&b\nhttp://h.example/2\n", "")
        base = ("--base", "http://h.example/")
        self.assertEqual(sitemap(self.file("s.xml", URLSET), *base), expected)
        self.assertEqual(sitemap(self.file("packed", gzip.compress(URLSET.encode())), *base), expected)
        self.assertEqual(sitemap("-", *base, stdin=URLSET.encode()), expected)

    def test_jsonl(self):
        code, out, _ = sitemap("-", "--jsonl", "--base", "http://h.example/", stdin=URLSET.encode())
        self.assertEqual(code, 0)
        self.assertEqual([json.loads(line) for line in out.splitlines()], [
            entry("http://h.example/1?a&b", "2024-05-17T08:30:00+02:00", "2024-05-17T06:30:00Z", 0.8, "daily"),
            entry("http://h.example/2", "today"),
        ])

    def test_relative_urls_of_a_file_are_left_out_and_counted(self):
        code, out, err = sitemap("-", stdin=URLSET.encode())
        self.assertEqual((code, out), (0, "http://h.example/1?a&b\n"))
        self.assertEqual(err, "gossamer sitemap: standard input: entries without a usable URL, left out: 1\n")

    def test_of_a_damaged_one_what_was_readable_and_the_place(self):
        code, out, err = sitemap("-", stdin=URLSET.encode()[:-20])
        self.assertEqual((code, out), (1, "http://h.example/1?a&b\n"))
        self.assertRegex(err.splitlines()[-1], r"^gossamer sitemap: standard input: line \d+, byte \d+: ")

    def test_what_is_no_sitemap(self):
        for text in (b"<!doctype html><p>not here", b"<html></html>", b"not here", b""):
            code, out, err = sitemap("-", stdin=text)
            self.assertEqual((code, out, err.count("\n")), (1, "", 1), text)

    def test_bad_usage(self):
        for arguments in ([], ["/no/such/file"], ["/"], ["-", "--base", "relative"], ["--batch", "-"], ["-", "--nonsense"]):
            with self.subTest(arguments):
                code, out, err = sitemap(*arguments)
                self.assertEqual((code, out), (2, ""))
                self.assertEqual(err.count("\n"), 1, err)

    def test_entries_come_before_the_end_of_the_input(self):
        process = subprocess.Popen([BINARY, "sitemap", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            process.stdin.write(b"<urlset><url><loc>http://h/1</loc></url>" + b" " * (1 << 17))
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"http://h/1\n")
        finally:
            process.kill()
            process.communicate()

    def test_an_index_is_marked_or_followed(self):
        files = {}
        site = Site(files)
        with site as url:
            index = lambda *names: "".join(["<sitemapindex>", *(f"<sitemap><loc>{url}/{n}</loc></sitemap>" for n in names),
                                            "</sitemapindex>"]).encode()
            files["/index.xml"] = index("a.xml.gz", "b.xml", "index.xml", "gone.xml")
            files["/a.xml.gz"] = gzip.compress(b"<urlset><url><loc>/1</loc></url></urlset>")
            files["/b.xml"] = b"<urlset><url><loc>/2</loc></url>\n<url><loc>/x</url></urlset>"
            code, out, err = sitemap(url + "/index.xml", "--allow-private")
            self.assertEqual((code, err), (0, ""))
            self.assertEqual(out.splitlines(), [f"sitemap {url}/{name}" for name in ("a.xml.gz", "b.xml", "index.xml", "gone.xml")])
            code, out, err = sitemap(url + "/index.xml", "--allow-private", "--recursive")
            self.assertEqual((code, out.splitlines()), (1, [url + "/1", url + "/2"]))
            broken, gone = err.splitlines()
            self.assertRegex(broken, rf"^gossamer sitemap: {url}/b.xml: line 2, byte \d+: ")
            self.assertEqual(gone, f"gossamer sitemap: {url}/gone.xml: the server answered 404")

            for level in range(6):
                files[f"/{level}"] = index(str(level + 1))
            code, out, err = sitemap(url + "/0", "--allow-private", "--recursive")
            self.assertEqual((code, out), (1, f"sitemap {url}/5\n"))
            self.assertIn("5 levels", err)

            files["/loop.xml"] = index("loop.xml", "once.xml")
            files["/once.xml"] = b"<urlset><url><loc>/3</loc></url></urlset>"
            code, out, err = sitemap(url + "/loop.xml", "--allow-private", "--recursive")
            self.assertEqual((code, out, err), (0, url + "/3\n", ""))
            self.assertEqual(site.requests.count("/loop.xml"), 1)

    def test_a_url_that_cannot_be_had(self):
        with Site({}) as url:
            self.assertEqual(sitemap(url + "/x", "--allow-private"),
                             (1, "", f"gossamer sitemap: {url}/x: the server answered 404\n"))
            self.assertEqual(sitemap(url + "/x")[0], 1)  # a private address

    def test_what_came_before_a_connection_breaks(self):
        with Site({"/cut": b"<urlset><url><loc>/1</loc></url>" + b" " * 100_000}) as url:
            code, out, err = sitemap(url + "/cut", "--allow-private")
            self.assertEqual((code, out), (1, url + "/1\n"))
            self.assertRegex(err, r"^gossamer sitemap: http://\S+/cut: connection closed after \d+ of \d+ body bytes \S+\n$")

    def test_batch_answers_every_line(self):
        requests = [{"xml": URLSET, "base": "http://h.example/"}, {"xml": "http://h/1\n/x"}, {"xml": URLSET[:-20]},
                    {"file": self.file("s.xml.gz", gzip.compress(URLSET.encode())), "base": None},
                    {"file": "/no/such"}, {"xml": 1}, {}, {"xml": "", "file": ""}, {"xml": "", "base": "relative"}]
        code, out, err = sitemap("--batch", stdin="\n".join(json.dumps(request) for request in requests).encode())
        self.assertEqual((code, err), (0, ""))
        answers = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([e["loc"] for e in answers[0]["entries"]], ["http://h.example/1?a&b", "http://h.example/2"])
        self.assertEqual(answers[1], {"entries": [entry("http://h/1")], "skipped": 1})
        self.assertEqual(([e["loc"] for e in answers[2]["entries"]], answers[2]["skipped"]), (["http://h.example/1?a&b"], 0))
        self.assertRegex(answers[2]["error"], r"^line \d+, byte \d+: ")
        self.assertEqual((len(answers[3]["entries"]), answers[3]["skipped"]), (1, 1))
        self.assertEqual([list(answer) for answer in answers[4:]], [["error"]] * 5)

    def test_a_crawl_from_a_sitemap(self):
        files = {"/map.xml": b"<urlset><url><loc>/1</loc></url></urlset>", "/1": b"one"}
        with Site(files) as url:
            database = str(pathlib.Path(self.folder.name) / "crawl.db")
            code, _, err = run("crawl", "--sitemap", url + "/map.xml", "-o", database, "--allow-private", "--quiet")
            self.assertEqual((code, err), (0, ""))
            ledger = json.loads(run("stats", database, "--jsonl")[1])
            self.assertEqual((ledger["discovered"], ledger["done"], ledger["pages"]), (2, 2, 2))
        code, _, err = run("crawl", "--sitemap", "http://h/", "--no-sitemaps", "-o", database + "2")
        self.assertEqual((code, err.count("\n")), (2, 1))
        self.assertIn("--sitemap", err)

    def crawl(self, url, *arguments, **options):
        database = str(pathlib.Path(self.folder.name) / "crawl.db")
        command = [BINARY, "crawl", "-o", database, "--allow-private", "--quiet", *arguments, url]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
        return result.returncode, result.stderr, database

    def rows(self, database, query):
        with contextlib.closing(sqlite3.connect(database)) as db:
            return db.execute(query).fetchall()

    def test_a_crawl_keeps_what_came_before_a_transfer_broke_in_vain(self):
        files = {"/robots.txt": b"Sitemap: /cut.xml\nSitemap: /cut.txt\nSitemap: /coded.xml\nSitemap: /cut.html\n", "/": b"home",
                 "/cut.xml": b"<urlset><url><loc>/a</loc></url><url><loc>/b", "/a": b"a", "/c": b"c", "/d": b"d",
                 "/cut.txt": b"", "/cut.html": b"<html>",
                 "/coded.xml": gzip.compress(b"<urlset><url><loc>/d</loc></url></urlset>")[:-8] + b"no crc.."}
        site = Site(files)
        with site as url:
            files["/cut.txt"] = f"{url}/c\n{url}/nothing".encode()
            code, err, database = self.crawl(url, "--retries", "truncated=1", "--retries", "decode=0")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([site.requests.count(path) for path in ("/cut.xml", "/cut.txt", "/coded.xml")], [2, 2, 1])
        states = {path[len(url):]: (state, status) for path, state, status in
                  self.rows(database, "SELECT url, state, reason FROM urls")}
        done = ("done", None)
        self.assertEqual(states, {"/": done, "/cut.xml": done, "/cut.txt": done, "/coded.xml": done, "/a": done, "/c": done,
                                  "/d": done, "/cut.html": ("failed", "truncated")})
        messages = self.rows(database, "SELECT error, message FROM fetches JOIN urls ON urls.id = fetches.url "
                                       "WHERE urls.url LIKE '%/cut.xml' ORDER BY fetches.id")
        self.assertEqual([error for error, _ in messages], ["truncated", None])
        self.assertRegex(messages[1][1], "^sitemap: connection closed after")
        page = [line for line in run("why", database, url + "/cut.xml")[1].splitlines() if line.startswith("page ")]
        self.assertIn(" 44 bytes (the rest was cut off), 1 links", page[0])

    def test_a_crawl_whose_disk_fails_stops_and_the_sitemap_stays_pending(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        long = "x" * 1000
        files = {"/robots.txt": b"Sitemap: /map.xml", "/": b"home", "/map.xml": "".join(
            ["<urlset>", *(f"<url><loc>/{long}{i}</loc></url>" for i in range(3000)), "</urlset>"]).encode()}
        with Site(files) as url:
            code, err, database = self.crawl(url, "--exclude", "xxx", preexec_fn=limit, restore_signals=False)
            self.assertEqual((code, err.count("\n")), (1, 1), err)
            self.assertIn("scratch file", err)
            self.assertEqual(self.rows(database, "SELECT state FROM urls WHERE url LIKE '%map.xml'"), [("pending",)])
            self.assertEqual(self.crawl(url)[:2], (0, ""))
        self.assertEqual(self.rows(database, "SELECT state, count(*) FROM urls GROUP BY state ORDER BY state"),
                         [("done", 2), ("filtered", 3000)])

    def test_a_killed_crawl_goes_on_and_has_every_url_once(self):
        pages = [f"/{child}/{page}" for child in range(5) for page in range(30)]
        urlset = lambda child: "".join(f"<url><loc>{page}</loc></url>" for page in pages if page.startswith(f"/{child}/"))
        files = {f"/{child}.xml.gz": gzip.compress(f"<urlset>{urlset(child)}</urlset>".encode()) for child in range(5)}
        files["/index.xml"] = ("<sitemapindex>" + "".join(f"<sitemap><loc>/{child}.xml.gz</loc></sitemap>" for child in range(5)) +
                               "</sitemapindex>").encode()
        files |= {page: page.encode() for page in ["/", *pages]}
        files["/robots.txt"] = b"Sitemap: /index.xml"
        database = str(pathlib.Path(self.folder.name) / "killed.db")
        site = Site(files)
        with site as url:
            command = ["crawl", url, "-o", database, "--allow-private", "--quiet", "--throttle", "0"]
            for kill in range(8):
                wanted = len(site.requests) + 1 + 3 * kill
                process = subprocess.Popen([BINARY, *command])
                deadline = time.monotonic() + 60
                while len(site.requests) < wanted and process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.001)
                self.assertIsNone(process.poll())
                process.kill()
                process.wait()
            self.assertEqual(run(*command)[0], 0)
        urls = sorted(url + path for path in files if path != "/robots.txt")
        with contextlib.closing(sqlite3.connect(database)) as db:
            self.assertEqual([row[0] for row in db.execute("SELECT url FROM urls WHERE state = 'done' ORDER BY url")], urls)
            self.assertEqual([row[0] for row in db.execute(
                "SELECT urls.url FROM pages JOIN urls ON pages.url = urls.id ORDER BY urls.url")], urls)
            self.assertEqual(db.execute("SELECT count(*) FROM urls").fetchone()[0], len(urls))


if __name__ == "__main__":
    unittest.main()
