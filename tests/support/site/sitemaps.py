"""The sitemaps of the generated site: robots.txt names an index, and that a sitemap of each form. They list pages that no
page links, others that are linked too, and some that nobody may ask for; one is longer than a crawler enters at once."""
import copy
import gzip
import html

from served import Link

HOST = "b.test"
REFUSED = 2500                            # URLs out of the scope, of some 100 KB


def add_sitemaps(site, pages, editions):
    rng = site.rng
    site.robots = {**site.robots, HOST: site.robots[HOST] + "\nSitemap: /sitemap/index.xml\nSitemap: /sitemap/gone.xml\n"}
    index = _sitemap(site, "index.xml", "application/xml")
    site.sitemaps = [index.url, site._add(HOST, "/sitemap/gone.xml", "status_404", status=404, body=b"gone\n").url]
    listed = [site._page(rng.choice(["a.test", HOST]), f"/listed/{number}?a=1&b={number}", "listed_only")
              for number in range(max(9, pages // 50))]
    for number, page in enumerate(listed):
        page.links = [Link(rng.choice(site.ordinary).url)]
        page.items = [{"sku": f"listed-{number}", "name": "in a sitemap", "price": "2.00"}]
    forms = [("pages.xml", "text/xml; charset=utf-8"), ("packed.xml.gz", "application/gzip"), ("list.txt", "text/plain")]
    for number, (name, content_type) in enumerate(forms):
        child = _sitemap(site, name, content_type)
        index.links.append(Link(child.url))
        targets = [page.url for page in listed[number::3] + rng.sample(site.ordinary, 5)]
        targets += [site.url(HOST, f"/private/listed/{number}"), f"http://elsewhere.test/listed/{number}"]
        if number == 0:
            targets += [f"http://elsewhere.test/{refused}/long-enough" for refused in range(REFUSED)]
        child.links = [Link(target) for target in targets]
        child.validator = rng.choice(["etag", "date", ""])
    _write(index)
    for link in index.links:
        child = site.by_url[link.target]
        if editions and child.content_type != "text/plain":
            fresh = site._page(HOST, f"{site.key(child.url)[1]}-second.html", "second_edition")
            fresh.since = 2
            child.later = copy.copy(child)
            child.later.kind, child.later.links = "changed_later", [*child.links, Link(fresh.url)]
            _write(child.later)
        _write(child)


def _sitemap(site, name, content_type):
    return site._page(HOST, f"/sitemap/{name}", "sitemap", content_type=content_type)


def _write(sitemap):
    """Fills the body by the links."""
    urls = [link.target for link in sitemap.links]
    if sitemap.content_type == "text/plain":
        sitemap.body = "\r\n".join(urls).encode()
        return
    root, entry = ("sitemapindex", "sitemap") if sitemap.url.endswith("index.xml") else ("urlset", "url")
    entries = "".join(f"<{entry}>\n <loc> {html.escape(url)}</loc></{entry}>\n" for url in urls)
    sitemap.body = f'<?xml version="1.0"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'.encode()
    if sitemap.url.endswith(".gz"):
        sitemap.body = gzip.compress(sitemap.body, mtime=0)
