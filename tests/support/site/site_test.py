#!/usr/bin/python3
"""The generated site is what it says: deterministic, every spelling resolves to its target, and a naive crawl over
real sockets, in two random orders, ends with what expected.py says."""
import http.client
import random
import sys
import unittest
import zlib

from expected import robots_allow
from generated_site import Site
from living import PARTS
from naive_client import Jar, Links, decode, fetch, listed
from site_server import SiteServer
from spelling import normalise, spell

def naive_crawl(server, order):
    """URL -> (state, reason): one request at a time, pending URLs taken in a random order."""
    site, result, pending, hops, redirects, connections, jar = server.site, {}, [], {}, {}, {}, Jar()
    scope = {"a.test", "b.test", "c.test", "old.test", "new.test"}

    def enter(url, follow, hop):
        if url is None or result.get(url, ("filtered", "nofollow")) != ("filtered", "nofollow"):
            return
        host, path = site.key(url)
        if host not in scope:
            result[url] = ("filtered", "scope")
        elif not follow:
            result[url] = ("filtered", "nofollow")
        elif not robots_allow(site.robots.get(host), path):
            result[url] = ("filtered", "robots")
        else:
            result[url], hops[url] = ("pending", ""), hop
            pending.append(url)

    for seed in site.seeds + site.sitemaps:
        enter(seed, True, 0)
    while pending:
        url = pending.pop(order.randrange(len(pending)))
        host, path = site.key(url)
        try:
            response, body = fetch(connections, server.port, host, path, jar)
        except (ConnectionError, http.client.IncompleteRead):
            result[url] = ("failed", "truncated")
            continue
        except (OSError, EOFError, zlib.error):
            result[url] = ("failed", "decode")
            continue
        except http.client.HTTPException:
            result[url] = ("failed", "protocol")
            continue
        status, content_type = response.status, response.getheader("Content-Type") or ""
        if 300 <= status < 400:
            target = redirects[url] = normalise(response.getheader("Location"), url)
            result[url] = ("failed", "redirect") if hops[url] >= 10 else ("done", "")
            if hops[url] < 10:
                enter(target, True, hops[url] + 1)
        elif status >= 400:
            result[url] = ("failed", f"http_{status // 100}xx")
        else:
            result[url] = ("done", "")
            if path.startswith("/sitemap/") and not path.endswith(".html"):
                for link in listed(body):
                    enter(link, True, 0)
            elif content_type.startswith("text/html"):
                for link, nofollow in Links(url, decode(body, content_type)).found:
                    enter(link, not nofollow, 0)
    for connection in connections.values():
        connection.close()
    for url in redirects:
        at, steps = redirects[url], 0
        while at in redirects and at != url and steps < 20:
            at, steps = redirects[at], steps + 1
        if at == url:
            result[url] = ("failed", "redirect")
    return result


class GeneratedSite(unittest.TestCase):
    def test_same_seed_same_site(self):
        one, two, other = Site(3, 150, 8080), Site(3, 150, 8080), Site(4, 150, 8080)
        self.assertEqual({k: r.body for k, r in one.resources.items()}, {k: r.body for k, r in two.resources.items()})
        self.assertEqual(one.expected(), two.expected())
        self.assertNotEqual(one.expected(), other.expected())

    def test_every_spelling_resolves_to_its_target(self):
        rng = random.Random(5)
        urls = list(Site(1, 300, 8080).by_url) + ["http://c.test/x", "http://a.test:8080/%C3%A9/?q=%2F"]
        for _ in range(20000):
            target, base = rng.choice(urls), rng.choice(urls)
            text = spell(target, base, rng, rng.random() < 0.7)
            self.assertEqual(normalise(text, base), target, f"{text!r} against {base}")

    def test_has_every_kind_and_hides_the_rest(self):
        site = Site(1, 300, 8080)
        expected = site.expected()
        reasons = {(e.state, e.reason) for e in expected.values()}
        self.assertEqual(reasons, {("done", ""), ("failed", "redirect"), ("failed", "http_4xx"), ("failed", "http_5xx"),
                                   ("failed", "truncated"), ("failed", "decode"), ("failed", "protocol"),
                                   ("filtered", "scope"), ("filtered", "nofollow"), ("filtered", "robots")})
        self.assertFalse([url for url in expected if "/never/" in url])
        unreached = {r.kind for u, r in site.by_url.items() if u not in expected}
        self.assertEqual(unreached, {"long_chain", "behind_long_chain"})

    def test_second_edition_has_every_change(self):
        site = Site(1, 600, 8080, living=PARTS)
        changes = {(e.state, e.reason, change) for e, change in site.expected_refresh().values() if change}
        self.assertEqual(changes, {("done", "", "unchanged"), ("done", "", "changed"), ("done", "", "new"),
                                   ("failed", "http_4xx", "gone")})
        self.assertEqual({r.validator for r in site.ordinary}, {"", "etag", "weak", "date", "both"})

    def test_validators_say_which_edition_it_is(self):
        page = next(r for r in Site(1, 600, 8080, living=PARTS).ordinary if r.validator == "both" and r.later and r.later.body != r.body)
        mine = {"if-none-match": page.validators()["ETag"], "if-modified-since": page.validators()["Last-Modified"]}
        self.assertTrue(page.at(1).matches(mine))
        self.assertFalse(page.at(2).matches(mine))
        self.assertFalse(page.at(1).matches({}))

    def test_a_naive_crawl_finds_the_expected_outcome_in_any_order(self):
        self.check_naive_crawl(living=())

    def test_a_naive_crawl_of_the_living_site_does_too(self):
        self.check_naive_crawl(living=PARTS)

    def check_naive_crawl(self, living):
        with SiteServer(seed=2, pages=400, max_seconds=120, living=living) as server:
            expected = {url: (e.state, e.reason) for url, e in server.site.expected().items()}
            for order in (1, 2):
                found = naive_crawl(server, random.Random(order))
                wrong = {u: (found.get(u), expected.get(u)) for u in found.keys() | expected.keys()
                         if found.get(u) != expected.get(u)}
                self.assertEqual(wrong, {})
                counts = server.fetches()
                self.assertFalse([k for k in counts if k[1].startswith("/never/")])
                server.reset()


if __name__ == "__main__":
    sys.exit(unittest.main())
