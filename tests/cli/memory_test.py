"""--memory, seen from outside: whatever pages bring, the crawl's peak of resident memory stays below it, and
nothing is dropped. Arguments: the gossamer binary, a spider's (generous_spider.cpp), and --no-limit where a
sanitizer's own memory makes the peak meaningless."""
import contextlib
import http.server
import os
import sqlite3
import subprocess
import sys
import threading
import time

from crawl_case import SECONDS, CommandCase, main


class Site:
    """Path -> HTML, or XML, on 127.0.0.1, several requests at once."""

    def __init__(self, pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = pages.get(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "application/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # the rest is not wanted
                    self.wfile.write(body or b"")

            def log_message(self, *unused):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()


class Memory(CommandCase):
    spider, limited = None, True

    def crawl(self, site, mib, *arguments, binary=None):
        """Crawls from "/" with so much memory; fails if the peak (VmHWM) was higher."""
        command = [binary or self.binary, *(() if binary else ("crawl",)), site.url + "/", "-o", self.database,
                   "--quiet", "--allow-private", "--throttle", "0", "--per-host", "16", "--concurrency", "16",
                   "--memory", f"{mib}M", *arguments]
        self.run_within(mib, command)

    def run_within(self, mib, command, output=subprocess.DEVNULL):
        deadline = time.monotonic() + SECONDS
        peak = 0
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=subprocess.PIPE, cwd=self.folder) as child:
            while child.poll() is None:
                peak = max(peak, self.peak_kib(child.pid))
                if time.monotonic() > deadline:
                    child.kill()
                time.sleep(0.002)
            errors = child.stderr.read().decode("utf-8", "replace")
        self.assertEqual(child.returncode, 0, errors)
        print(f"peak {peak / 1024:.1f} MiB of {mib}", flush=True)
        self.assertGreater(peak, 0)
        if self.limited:
            self.assertLessEqual(peak, mib * 1024)

    @staticmethod
    def peak_kib(pid):
        try:
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
                return sum(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
        except OSError:
            return 0

    def query(self, sql):
        database = sqlite3.connect(self.database)
        self.addCleanup(database.close)
        return database.execute(sql).fetchone()[0]

    def test_a_page_of_very_many_links(self):
        count, folder = 300_000, "x" * 100
        page = b"<base href=/%s/>" % folder.encode() + b"".join(b"<a href=%d>" % i for i in range(count))
        with Site({"/": page}) as site:
            self.crawl(site, 80, "--max-body", "8M", "--max-pages", "1")
        self.assertEqual(self.query("SELECT links FROM pages"), count)
        self.assertEqual(self.query("SELECT count(DISTINCT url) FROM urls WHERE url LIKE '%/x%'"), count)
        self.assertEqual(self.query("SELECT sum(substr(url, instr(url, 'x/') + 2)) FROM urls WHERE url LIKE '%/x%'"),
                         count * (count - 1) // 2)

    @staticmethod
    def sitemap(entries, filler):
        return b"<urlset>" + b"".join(b"<url><loc>/%d%s</loc><!-- %s --></url>" % (i, b"x" * 500, filler)
                                      for i in range(entries)) + b"</urlset>"

    def test_sitemaps_larger_than_a_body_may_be(self):
        large, too_large = self.sitemap(45_000, b"c" * 500), self.sitemap(1_000, b"c" * 60_000)
        self.assertGreater(len(large), 45_000_000)
        with Site({"/": b"home", "/large.xml": large, "/too_large.xml": too_large}) as site:
            sitemaps = [f"{site.url}/large.xml", f"{site.url}/too_large.xml"]
            self.crawl(site, 80, "--max-body", "8M", "--sitemap", sitemaps[0], "--sitemap", sitemaps[1], "--depth", "1",
                       "--exclude", "x$")
            listed = os.path.join(self.folder, "listed")
            with open(listed, "wb") as output:
                self.run_within(40, [self.binary, "sitemap", sitemaps[0], "--allow-private", "--max-body", "8M"], output)
        with open(listed, "rb") as lines:
            self.assertEqual(sum(1 for _ in lines), 45_000)
        self.assertEqual(self.query("SELECT count(*) FROM urls WHERE reason = 'pattern'"), 45_000)
        self.assertEqual(self.query("SELECT body_bytes FROM pages, urls WHERE pages.url = urls.id AND urls.url LIKE '%/large.xml'"),
                         len(large))
        self.assertIn("more than 50 MiB", self.query(
            "SELECT message FROM fetches, urls WHERE fetches.url = urls.id AND urls.url LIKE '%/too_large.xml' AND state = 'done'"))

    def test_large_bodies_at_once_and_stored(self):
        body, count = b"0123456789abcdef" * (22 << 16), 8
        pages = {f"/{i}": body for i in range(count)}
        pages["/"] = b"".join(b"<a href=/%d>x</a>" % i for i in range(count))
        with Site(pages) as site:
            self.crawl(site, 112, "--max-body", "24M", "--store-bodies")
        self.assertEqual(self.query("SELECT count(*) FROM pages WHERE body_bytes = %d" % len(body)), count)
        self.assertEqual(self.query("SELECT count(*) FROM bodies WHERE length(body) = %d" % len(body)), count)

    def test_many_items_of_one_page(self):
        pages = {f"/{i}": b"<title>900</title>" for i in range(40)}
        pages.update((f"/large{i}", b"<title>6000</title>") for i in range(40))
        pages["/"] = b"".join(b"<a href=%s>x</a>" % path.encode() for path in pages)
        with Site(pages) as site:
            self.crawl(site, 80, "--max-body", "8M", binary=self.spider)
        self.assertEqual(self.query("SELECT count(*) FROM items"), 40 * 900)
        self.assertEqual(self.query("SELECT count(*) FROM urls WHERE state = 'failed' AND reason = 'parse'"), 40)
        self.assertIn("a larger --memory allows more", self.query("SELECT message FROM fetches WHERE error = 'parse'"))


if __name__ == "__main__":
    if "--no-limit" in sys.argv:
        sys.argv.remove("--no-limit")
        Memory.limited = False
    Memory.spider = os.path.abspath(sys.argv.pop(2))
    main()
