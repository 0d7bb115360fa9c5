"""The generated site: resources of several hosts from one seed, and what a correct crawl of them must end with.

Everything is a function of (seed, pages, port), so two runs over one server see the same bytes. The site is built so
that the outcome of each URL does not depend on the order of the crawl; expected.py computes it from the link graph.
Every URL under /never/ stands where no link is (comments, scripts, forms, images, bodies of errors).
"""
import random

from expected import expected_outcome, expected_refresh
from living import add_living
from served import Link, Resource, encode, paragraph, render
from spelling import spell

HOSTS = ("a.test", "b.test")
MOVED, FRESH = "old.test", "new.test"     # the seed old.test/ redirects to new.test/, which nothing else links
ROBOTS = {
    "a.test": "User-agent: *\nDisallow: /private/\nAllow: /private/open/\nCrawl-delay: 0\n",
    "b.test": "User-agent: otherbot\nDisallow: /\n\nUser-agent: *\nDisallow: /*.secret$\nDisallow: /private/ # no\n",
}
REDIRECTS = (301, 302, 303, 307, 308)
FRAMINGS = ("length",) * 8 + ("chunked",) * 5 + ("close", "keep_close")
CHARSETS = (("utf-8", "header"), ("utf-8", "meta"), ("windows-1252", "header"), ("windows-1252", "meta"),
            ("utf-16le", "bom"))


class Site:
    """`resources` maps (host name, path with query) to a Resource; `robots` maps a host name to its robots.txt, which
    may name some of `sitemaps`.
    `pages` is the number of ordinary pages; the special cases come on top, about an eighth of it. A `steady` site has no
    answer that is worth another try, after which a crawler pauses for seconds: no 5xx, no broken responses. A `living` one
    has also those parts of living.py."""

    def __init__(self, seed=1, pages=5000, port=80, steady=False, living=()):
        self.port = port
        self.rng = random.Random(f"site:{seed}")
        self.by_url = {}
        self.robots = ROBOTS
        self.seeds = [self.url(host, "/") for host in (*HOSTS, MOVED)]
        self.sitemaps = []                                 # that robots.txt files name
        self.pages = self._make_pages(pages)
        self.ordinary = self.pages[len(HOSTS):]            # without the roots
        self._make_redirects(pages)
        self._make_gone(pages)
        if not steady:
            self._make_failures(pages)
        self._make_refused(pages)
        self._make_formats(pages)
        self._make_fresh_host()
        add_living(self, pages, living)
        self._render()
        self.resources = {self.key(url): resource for url, resource in self.by_url.items()}

    def url(self, host, path):
        return f"http://{host}:{self.port}{path}" if self.port != 80 else f"http://{host}{path}"

    @staticmethod
    def key(url):
        host, slash, path = url.removeprefix("http://").partition("/")
        return host.partition(":")[0], slash + path

    def expected(self):
        """URL -> Expectation (state, reason, kind) of every URL a crawl of `seeds` in scope `host` must know."""
        first = {url: resource for url, resource in self.by_url.items() if resource.since == 1}
        return expected_outcome(self.seeds + self.sitemaps, first, self.robots, self.key)

    def expected_refresh(self):
        """The same after a refresh that has met the second edition: URL -> (Expectation, change), the change "" for a URL
        that was not refreshed."""
        return expected_refresh(self.expected(), self.by_url)

    # Building: each adds resources and links to them.

    def _add(self, host, path, kind, **fields):
        resource = Resource(self.url(host, path), kind, **fields)
        self.by_url[resource.url] = resource
        return resource

    def _page(self, host, path, kind="page", **fields):
        return self._add(host, path, kind, framing=self.rng.choice(FRAMINGS), gzipped=self.rng.random() < 0.3, **fields)

    def _link(self, target, times=1, pages=None, **fields):
        """Links `target`, a Resource or a URL, from `times` pages."""
        url = target if isinstance(target, str) else target.url
        for page in self.rng.sample(pages or self.ordinary, times):
            page.links.append(Link(url, **fields))

    def _make_pages(self, count):
        rng, made = self.rng, [self._page(host, "/") for host in HOSTS]
        for number in range(count):
            path = rng.choice([f"/s{number % 23}/p{number}.html", f"/s{number % 23}/p{number}.html", f"/d/{number}/",
                               f"/shop?item={number}&ref=k", f"/caf%C3%A9/{number}", f"/~user/x%20y/{number}.htm"])
            page = self._page(rng.choice(HOSTS + HOSTS[:1]), path)
            if rng.random() < 0.4:
                page.items = [{"sku": f"{number}-{k}", "name": f"{paragraph(rng, 2)} & co", "price": f"{k}.{number % 100:02}"}
                              for k in range(rng.randrange(1, 4))]
            parent = made[rng.randrange(len(made))]        # a random tree reaches everything
            parent.links.append(Link(page.url))
            made.append(page)
        for page in made:                                  # half of the pages are linked by their parent only
            for other in rng.sample(made[:len(made) // 2], rng.randrange(3, 9)):
                page.links.append(Link(other.url))
        return made

    def _make_redirects(self, pages):
        rng = self.rng
        for number in range(max(6, pages // 60)):
            target, length = rng.choice(self.ordinary).url, rng.randrange(1, 6)
            for hop in range(length):
                source = self._redirect(rng.choice(HOSTS), f"/r/{number}/{length - hop}", target)
                target = source.url
            self._link(source, 2)
        for number in range(2):                            # 14 redirects in a row: the 11th is one too many
            target = self._page("a.test", f"/long/{number}/end", "behind_long_chain").url
            for hop in range(13, -1, -1):
                source = self._redirect("a.test", f"/long/{number}/{hop}", target, "long_chain")
                target = source.url
            self._link(source, 2)
        for size in (1, 2, 3, 6):
            for number in range(max(2, pages // 400)):
                loop = [self.url(rng.choice(HOSTS), f"/loop/{size}/{number}/{k}") for k in range(size)]
                for k, url in enumerate(loop):
                    self._redirect(*self.key(url), loop[(k + 1) % size], "redirect_loop")
                lead = self._redirect("b.test", f"/loop/{size}/{number}/lead", rng.choice(loop), "leads_to_loop")
                self._link(lead, 1)
                for url in rng.sample(loop, rng.randrange(size + 1)) or loop[:1]:
                    self._link(url, 2)
        out = self._redirect("a.test", "/r/out", "http://elsewhere.test/landing", "redirect_out_of_scope")
        refused = self._redirect("b.test", "/r/refused", self.url("a.test", "/private/by-redirect"), "redirect_to_refused")
        for source in (out, refused):
            self._link(source, 2)

    def _redirect(self, host, path, target, kind="redirect"):
        resource = self._add(host, path, kind, status=self.rng.choice(REDIRECTS), redirect=target,
                             content_type=self.rng.choice(["text/html", "", "text/plain"]))
        resource.location = spell(target, resource.url, self.rng, False) + self.rng.choice(["", "", "#part"])
        return resource

    def _make_gone(self, pages):
        for number in range(max(6, pages // 80)):
            status = self.rng.choice([404, 404, 404, 410, 401, 403])
            gone = self._add(self.rng.choice(HOSTS), f"/gone/{number}", f"status_{status}", status=status)
            gone.body = b'<html><body><a href="/never/linked-by-error">no</a></body></html>'
            self._link(gone, 2)

    def _make_failures(self, pages):
        def some(share, least):
            return range(max(least, pages // share))
        for number in some(1200, 2):
            self._link(self._add("a.test", f"/error/{number}", "status_500", status=500, body=b"sorry\n"), 2)
            self._link(self._page("b.test", f"/recovers/{number}", "recovers_from_503", recovers=1), 2)
        for framing, kind in (("truncated", "truncated"), ("chunked_truncated", "truncated"), ("bad_gzip", "decode"),
                              ("garbage", "protocol")):
            for number in some(4000, 1):
                broken = self._add("b.test", f"/broken/{framing}/{number}", kind, framing=framing)
                broken.body = b'<html><body><a href="/never/linked-by-broken">no</a></body></html>'
                self._link(broken, 2)

    def _make_refused(self, pages):
        rng, some = self.rng, range(max(4, pages // 100))
        for number in some:
            only = self._page(rng.choice(HOSTS), f"/nofollow/only/{number}", "nofollow_only")
            self._link(only, 2, nofollow=True)
            only.links.append(Link(self.url("a.test", f"/never/behind-nofollow/{number}")))
            both = self._page(rng.choice(HOSTS), f"/nofollow/both/{number}", "nofollow_and_linked")
            self._link(both, 3, nofollow=True)
            self._link(both, 1)
            host, path = rng.choice([("a.test", f"/private/{number}"), ("b.test", f"/x/{number}.secret"),
                                     ("b.test", f"/private/open/{number}")])
            refused = self._page(host, path, "robots_refused")
            refused.links.append(Link(self.url("b.test", f"/never/behind-robots/{number}")))
            self._link(refused, 2)
            self._link(self._page("a.test", f"/private/open/{number}", "robots_allowed"), 1)
        for number in some[::4]:                           # refused by two: by the link, and by the URL or robots
            self._link(self.url("a.test", f"/private/nofollow/{number}"), 1, nofollow=True)
            self._link(f"http://other{number}.test/nofollow", 1, nofollow=True)
            hub = self._page("b.test", f"/meta-nofollow/{number}", "meta_nofollow_page", meta_nofollow=True)
            hub.links = [Link(self.url("b.test", f"/nofollow/meta/{number}")), Link(rng.choice(self.ordinary).url)]
            self._add("b.test", f"/nofollow/meta/{number}", "nofollow_only")
            self._link(hub, 1)
        for number in range(max(6, pages // 50)):
            host = rng.choice([f"other{number % 40}.test", f"www.a.test:{self.port}", "sub.b.test"])
            self._link(f"http://{host}/out/{number % 300}", 2)

    def _make_formats(self, pages):
        rng = self.rng
        types = {"png": "image/png", "pdf": "application/pdf", "txt": "text/plain", "zip": "application/zip"}
        for number in range(max(8, pages // 60)):
            ending = rng.choice(list(types))
            file = self._page(rng.choice(HOSTS), f"/files/{number}.{ending}", "not_html", content_type=types[ending])
            file.body = rng.randbytes(rng.randrange(100, 20000))
            self._link(file, 2)
        for form in ("area", "iframe", "frame", "next", "prev", "alternate", "canonical", "refresh"):
            for number in range(2):
                self._link(self._page("b.test", f"/by/{form}/{number}", f"by_{form}"), 1, form=form)
        for page in rng.sample(self.ordinary, len(self.ordinary) // 30):
            page.base = self.url(rng.choice(HOSTS), rng.choice(["/", "/base/dir/", "/base/file.html"]))
        for page in rng.sample(self.ordinary, len(self.ordinary) // 10):
            page.encoding, page.declare = rng.choice(CHARSETS)
            page.content_type = "text/html" + (f"; charset={page.encoding}" if page.declare == "header" else "")

    def _make_fresh_host(self):
        self._redirect(MOVED, "/", self.url(FRESH, "/"), "seed_redirect")
        inner = [self._page(FRESH, path, "page") for path in ["/"] + [f"/n/{k}" for k in range(20)]]
        for page in inner:
            page.links = [Link(other.url) for other in self.rng.sample(inner, 6)]
        inner[0].links += [Link(page.url) for page in inner]

    # Rendering.

    def _render(self):
        for resource in [*self.by_url.values(), *(r.later for r in self.by_url.values() if r.later)]:
            if resource.status == 200 and resource.content_type.startswith("text/html") and not resource.body:
                self.rng.shuffle(resource.links)
                title = f"{resource.kind} {resource.url.partition('.test')[2]} caf\u00e9"
                hrefs = [self._href(resource, link) for link in resource.links]
                text = render(resource, title, hrefs, self._dead_ends(resource), self.rng)
                resource.body = encode(text, resource)

    def _href(self, resource, link):
        rng = self.rng
        href = spell(link.target, resource.base or resource.url, rng, rng.random() < 0.2)
        if "%C3%A9" in href and rng.random() < 0.3:
            href = href.replace("%C3%A9", "\u00e9")        # left to the crawler to encode, as UTF-8 in every charset
        return href

    def _dead_ends(self, resource):
        """Raw HTML with addresses that are no links, or none of the ledger; a few of them a page."""
        never = "/never/" + str(self.rng.randrange(100))
        here = "javascript:" if resource.base else "#here"  # against a base, a bare fragment is another page
        return self.rng.sample([
            f'<!-- <a href="{never}/comment">x</a> -->', f"<script>var s = '<a href=\"{never}/script\">';</script>",
            f'<style>a {{ background: url({never}/style) }}</style>', f'<textarea><a href="{never}/textarea"></textarea>',
            f'<form action="{never}/form" method=get><input name=q></form>', f'<img src="{never}/image.png" alt="">',
            f'<a ping="{never}/ping">no href</a>', f'<p title=\'<a href="{never}/title">\'>quoted</p>',
            '<a href="mailto:someone@a.test">mail</a>', '<a href="javascript:void(0)">script</a>',
            '<a href="tel:+4930123456">call</a>', '<a href="http://[not-an-address/">broken</a>',
            '<a href="ftp://a.test/file">ftp</a>', '<a href="data:text/html,x">data</a>', f'<a href="{here}">here</a>',
        ], 3)
