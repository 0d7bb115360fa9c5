"""A slow, plain HTTP client and link finder of the standard library: what the site's own tests crawl it with."""
import gzip
import html
import http.client
import re
from html.parser import HTMLParser

from spelling import normalise

LINK_ATTRIBUTE = {"a": "href", "area": "href", "iframe": "src", "frame": "src"}


class Links(HTMLParser):
    """(url, nofollow) of the links a crawl follows, against the page's base."""

    def __init__(self, url, text):
        super().__init__()
        self.base, self.found, self.nofollow, self.skip = url, [], False, None
        self.feed(text)
        self.found = [(normalise(u, self.base), n or self.nofollow) for u, n in self.found]

    def handle_starttag(self, tag, attributes):
        values = dict(reversed(attributes))
        rel = (values.get("rel") or "").lower().split()
        if self.skip:
            return
        if tag == "textarea":
            self.skip = tag
        elif tag == "base" and "href" in values:
            self.base = values["href"]
        elif tag == "meta" and (values.get("name") or "").lower() == "robots":
            self.nofollow = "nofollow" in values["content"]
        elif tag == "meta" and (values.get("http-equiv") or "").lower() == "refresh":
            self.found.append((values["content"].partition("=")[2], False))
        elif tag == "link" and {"next", "prev", "alternate", "canonical"} & set(rel):
            self.found.append((values["href"], "nofollow" in rel))
        elif LINK_ATTRIBUTE.get(tag) in values:
            self.found.append((values[LINK_ATTRIBUTE[tag]], "nofollow" in rel))

    def handle_endtag(self, tag):
        if tag == self.skip:
            self.skip = None


def listed(body):
    """The URLs of a sitemap."""
    text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    return [html.unescape(url) for url in re.findall(r"<loc>\s*(.*?)\s*</loc>", text)] or text.split()


def decode(body, content_type):
    if body[:2] == b"\xff\xfe":
        return body[2:].decode("utf-16-le")
    charset = re.search(r"charset=[\"']?([\w-]+)", content_type + body[:500].decode("latin-1"))
    return body.decode({"windows-1252": "cp1252"}.get(charset and charset[1], "utf-8"), "replace")


class Jar:
    """The cookies of the site's hosts; `rows` is {(host, path, name): value}."""

    def __init__(self, rows=()):
        self.rows = dict(rows)

    def header(self, host, path):
        return "; ".join(f"{name}={value}" for (h, folder, name), value in self.rows.items() if h == host and path.startswith(folder + "/"))

    def take(self, host, response):
        for line in response.headers.get_all("Set-Cookie") or []:
            name, value = line.partition(";")[0].split("=", 1)
            folder = re.search(r"Path=([^;]*)", line)[1]
            if "Max-Age=0" in line:
                self.rows.pop((host, folder, name), None)
            else:
                self.rows[host, folder, name] = value


def fetch(connections, port, host, path, jar=None, conditions=None):
    """(response, body), or an exception, as http.client sees it; what may pass is tried three times."""
    headers = {"Host": f"{host}:{port}", "Accept-Encoding": "gzip", **(conditions or {})}
    if jar is not None and jar.header(host, path):
        headers["Cookie"] = jar.header(host, path)
    for attempt in range(3):
        try:
            if host not in connections:
                connections[host] = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connections[host].request("GET", path, headers=headers)
            response = connections[host].getresponse()
            body = response.read()
        except (ConnectionError, http.client.IncompleteRead):
            connections.pop(host).close()
            if attempt == 2:
                raise
            continue
        except Exception:
            connections.pop(host).close()
            raise
        if response.status in (429, 503):
            continue
        if jar is not None:
            jar.take(host, response)
        if response.getheader("Content-Encoding") == "gzip":
            try:
                body = gzip.decompress(body)
            except Exception:
                connections.pop(host).close()
                raise
        return response, body
    raise AssertionError("still unavailable")
