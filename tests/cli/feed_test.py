#!/usr/bin/python3
"""Feeds in a crawl from outside: entries are followed, are items with --feed-items only, and why tells of damage."""
import http.server
import json
import threading

from crawl_case import CommandCase, main

FEED = """<rss version="2.0"><channel><title>News</title><item><title>One</title><link>/1</link></item>
<item><title>Two</title><link>/2</link></item><item><title>cut off"""
PAGES = {"/": ("text/html", '<link rel=alternate type="application/rss+xml" href=/feed>'),
         "/feed": ("application/rss+xml", FEED), "/1": ("text/html", "1"), "/2": ("text/html", "2")}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        media_type, body = PAGES.get(self.path, ("text/plain", None))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_):
        pass


class Feeds(CommandCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def items_of_crawl(self, *flags):
        result = self.run_command([self.binary, "crawl", self.url + "/", "-o", self.database, "--allow-private",
                                   "--throttle", "0", "--quiet", "--items", self.path("items.jsonl"), *flags])
        self.assertEqual(result.returncode, 0, result.stderr)
        stats = self.run_command([self.binary, "stats", self.database, "--jsonl"])
        self.assertEqual(json.loads(stats.stdout)["done"], 4)
        with open(self.path("items.jsonl")) as items:
            return [json.loads(line) for line in items]

    def test_entries_are_followed_and_not_items(self):
        self.assertEqual(self.items_of_crawl(), [])

    def test_entries_are_items_where_they_are_wanted(self):
        items = self.items_of_crawl("--feed-items")
        self.assertEqual([(item["type"], item["title"], item["link"]) for item in items],
                         [("entry", "One", self.url + "/1"), ("entry", "Two", self.url + "/2")])

    def test_why_tells_where_a_damaged_feed_broke_off(self):
        self.items_of_crawl()
        for flags in ([], ["--jsonl"]):
            result = self.run_command([self.binary, "why", self.database, self.url + "/feed", *flags])
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("feed: line 2, byte ", result.stdout)


if __name__ == "__main__":
    main()
