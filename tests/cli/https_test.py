#!/usr/bin/python3
"""HTTPS from outside: a private CA is trusted when named, every wrong certificate is a clear failure and never a page."""
import json
import os
import sqlite3
import tempfile

from crawl_case import CommandCase, crawl_database, main
from https_servers import Authority, Server

PAGE = {"Content-Type": "text/html; charset=utf-8"}
ANSWERS = {"/": (200, PAGE, b"<title>Home</title><a href=/a>a</a> <a href=/moved>moved</a> <a href=/gone>gone</a>"),
           "/a": (200, PAGE, b"<title>A</title><a href='/'>home</a>"),
           "/moved": (301, {"Location": "/a"}, b"")}


class Https(CommandCase):
    @classmethod
    def setUpClass(cls):
        keys = tempfile.TemporaryDirectory(prefix="gossamer-ca-")
        cls.addClassCleanup(keys.cleanup)
        authority, stranger = Authority(keys.name, "ours"), Authority(keys.name, "stranger")
        cls.ca = authority.certificate
        cls.server = Server(ANSWERS, {
            None: authority.issue("address", "IP:127.0.0.1"), "good.test": authority.issue("good", "DNS:good.test"),
            "stranger.test": stranger.issue("stranger", "DNS:stranger.test"),
            "expired.test": authority.issue("expired", "DNS:expired.test", "-days", "-1"),
            "wrong.test": authority.issue("wrong", "DNS:another.test")})
        cls.plain = Server({"/": (301, {"Location": f"https://good.test:{cls.server.port}/"}, b"")})
        for server in (cls.server, cls.plain):
            cls.enterClassContext(server)

    def setUp(self):
        super().setUp()
        self.server.forget()
        self.plain.forget()

    def url(self, host, server=None):
        return f"https://{host}:{(server or self.server).port}/"

    def run_gossamer(self, command, url, *arguments):
        places = [f"{name}.test:{server.port}:127.0.0.1" for server in (self.server, self.plain)
                  for name in ("good", "stranger", "expired", "wrong", "plain")]
        return self.run_command([self.binary, command, url, "--allow-private", *arguments,
                                 *(part for place in places for part in ("--resolve", place))])

    def crawl(self, url, *arguments):
        return self.run_gossamer("crawl", url, "-o", self.database, "--quiet", "--throttle", "0", *arguments)

    def rows(self, sql):
        database = sqlite3.connect(self.database)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def assert_whole_site(self, host):
        """The three pages' worth of ANSWERS below `host`, and nothing else of it."""
        found = crawl_database.read(self.database)
        self.assertEqual(found.faults, [])
        home = self.url(host)
        self.assertEqual({url: state for url, state in found.urls.items() if url.startswith(home)},
                         {home: ("done", ""), home + "a": ("done", ""), home + "moved": ("done", ""),
                          home + "gone": ("failed", "http_4xx")})
        self.assertEqual(set(found.pages), {home, home + "a"})
        self.assertEqual(found.redirects[home + "moved"], home + "a")
        return found

    # A certificate that can be trusted.

    def test_a_private_ca_is_trusted_when_named(self):
        result = self.crawl(self.url("good.test"), "--cacert", self.ca)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assert_whole_site("good.test")
        self.assertEqual(set(self.server.names), {"good.test"})
        self.assertEqual({host for host, _ in self.server.requests}, {f"good.test:{self.server.port}"})
        fetched = self.run_gossamer("fetch", self.url("good.test") + "moved", "--cacert", self.ca)
        self.assertEqual((fetched.returncode, fetched.stdout, fetched.stderr), (0, ANSWERS["/a"][2].decode(), ""))

    def test_an_address_needs_a_certificate_for_it_and_is_no_server_name(self):
        self.assertEqual(self.crawl(self.url("127.0.0.1"), "--cacert", self.ca).returncode, 0)
        self.assert_whole_site("127.0.0.1")
        self.assertEqual(set(self.server.names), {None})   # RFC 6066 section 3: no addresses in SNI

    def test_a_seed_redirected_to_https_brings_that_host_into_scope(self):
        seed = f"http://plain.test:{self.plain.port}/"
        self.assertEqual(self.crawl(seed, "--cacert", self.ca).returncode, 0)
        found = self.assert_whole_site("good.test")
        self.assertEqual((found.urls[seed], found.redirects[seed]), (("done", ""), self.url("good.test")))
        self.assertEqual(len(found.urls), 5)

    # And those that cannot.

    def assert_untrusted(self, url, words, *arguments):
        """Crawl and fetch of `url` fail for `words`; nothing is asked of the server, nothing is stored as a page."""
        result = self.crawl(url, *arguments)
        self.assert_refused(result, 1, "no seed could be fetched", url, words)
        found = crawl_database.read(self.database)
        self.assertEqual((found.faults, found.urls, found.pages), ([], {url: ("failed", "tls")}, {}))
        [(error, phase, message, status)] = self.rows("SELECT error, phase, message, status FROM fetches WHERE kind = 'page'")
        self.assertEqual((error, phase, status), ("tls", "tls", None))
        self.assertIn(words, message)
        self.assert_refused(self.run_gossamer("fetch", url, *arguments), 1, url, words)
        fetched = self.run_gossamer("fetch", url, "--jsonl", *arguments)
        self.assertEqual((fetched.returncode, json.loads(fetched.stdout)["error"]["class"]), (1, "tls"))
        self.assertEqual(self.server.requests, [])

    def test_an_unknown_ca(self):
        self.assert_untrusted(self.url("good.test"), "the certificate of good.test is not trusted")

    def test_a_ca_other_than_the_one_named(self):
        self.assert_untrusted(self.url("stranger.test"), "the certificate of stranger.test is not trusted", "--cacert", self.ca)

    def test_an_expired_certificate(self):
        self.assert_untrusted(self.url("expired.test"), "certificate has expired", "--cacert", self.ca)

    def test_a_certificate_for_another_name(self):
        self.assert_untrusted(self.url("wrong.test"), "the certificate is not for wrong.test, but for another.test",
                              "--cacert", self.ca)

    def test_a_server_that_speaks_no_tls(self):
        self.assert_untrusted(self.url("plain.test", self.plain), "TLS handshake failed", "--cacert", self.ca)
        self.assertEqual(self.plain.requests, [])

    def test_insecure_takes_any_certificate(self):
        for host in ("stranger.test", "expired.test", "wrong.test"):
            with self.subTest(host):
                self.database = self.path(host)
                result = self.crawl(self.url(host), "--insecure")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assert_whole_site(host)
                fetched = self.run_gossamer("fetch", self.url(host), "--insecure")
                self.assertEqual((fetched.returncode, fetched.stdout), (0, ANSWERS["/"][2].decode()))

    def test_one_untrusted_host_does_not_stop_the_others(self):
        seeds = self.write("seeds.txt", "".join(self.url(f"{name}.test") + "\n" for name in ("expired", "good", "wrong")))
        result = self.crawl(seeds, "--cacert", self.ca)
        self.assertEqual(result.returncode, 0, result.stderr)
        found = self.assert_whole_site("good.test")
        for host in ("expired.test", "wrong.test"):
            self.assertEqual(found.urls[self.url(host)], ("failed", "tls"))

    def test_a_file_that_is_no_ca_makes_no_job(self):
        noise = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        for file in (self.write("empty.pem", b""), self.write("noise.pem", noise), self.path("missing.pem")):
            for command, arguments in (("crawl", ["-o", self.database]), ("fetch", [])):
                with self.subTest(file=file, command=command):
                    self.assert_refused(self.run_gossamer(command, self.url("good.test"), "--cacert", file, *arguments), 2,
                                        "CA file", file)
        self.assertFalse(os.path.exists(self.database))
        self.assertEqual(self.crawl(self.url("good.test"), "--cacert", self.ca).returncode, 0)


if __name__ == "__main__":
    main()
