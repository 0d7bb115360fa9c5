"""What the generated site serves at one path, and how the bytes are framed on the wire."""
import gzip
import hashlib
import html
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
           308: "Permanent Redirect", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 410: "Gone",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}
WORDS = ("crawl page link graph frontier queue batch writer polite robots agent parse token header body chunk "
         "stream socket timer loop event task yield await cancel join ledger commit resume depth scope seed").split()


@dataclass
class Link:
    target: str             # canonical URL
    nofollow: bool = False
    form: str = "a"         # a, area, iframe, frame, next, prev, alternate, canonical, refresh


@dataclass
class Resource:
    """One path of one host. `framing` is length, chunked, close, keep_close, truncated, chunked_truncated, bad_gzip
    or garbage; `recovers` is the number of answers with that `trouble` before the real one. `later` is what the second
    edition has in its place; None: the same."""
    url: str
    kind: str               # why the site has it: the name in every report
    status: int = 200
    content_type: str = HTML
    framing: str = "length"
    gzipped: bool = False
    recovers: int = 0
    trouble: str = "503 after 0"  # or 503, 429 after N; reset, silence (closed without a word), cut (in the body)
    location: str = ""      # as spelled in the header
    redirect: str = ""      # canonical target
    links: list = field(default_factory=list)
    base: str = ""          # <base href>, absolute
    meta_nofollow: bool = False
    encoding: str = "utf-8"
    declare: str = "header"  # where the encoding is said: header, meta or bom
    items: list = field(default_factory=list)
    body: bytes = b""
    set_cookies: list = field(default_factory=list)
    cookie: str = ""         # name=value without which there is a 403, in the edition `since`
    without_cookie: str = ""  # the name of one with which there is a 403, likewise
    validator: str = ""      # etag, weak, date, both
    since: int = 1           # the edition it is there from
    later: "Resource" = None

    def at(self, edition):
        """What is there in that edition; None: nothing yet."""
        return None if edition < self.since else self.later if edition > 1 and self.later else self

    def welcomes(self, cookies, edition):
        """Whether a request with that Cookie header gets more than a 403."""
        if edition != self.since:
            return True
        sent = [pair.strip() for pair in cookies.split(";")]
        return ((not self.cookie or self.cookie in sent) and
                not (self.without_cookie and any(pair.startswith(self.without_cookie + "=") for pair in sent)))

    def validators(self):
        """The headers that say which version of the body this is."""
        mark, headers = hashlib.sha256(self.body).hexdigest()[:16], {}
        if self.validator in ("etag", "weak", "both"):
            headers["ETag"] = ("W/" if self.validator == "weak" else "") + f'"{mark}"'
        if self.validator in ("date", "both"):
            headers["Last-Modified"] = "Tue, 02 Jan 2024 03:04:05 GMT" if self.kind.endswith("_later") else "Mon, 01 Jan 2024 00:00:00 GMT"
        return headers

    def matches(self, headers):
        """Whether a conditional request with these headers (lower-case names) is answered 304; RFC 9110 section 13.2.2."""
        mine = self.validators()
        if "if-none-match" in headers:
            return "ETag" in mine and mine["ETag"] in headers["if-none-match"]
        return "Last-Modified" in mine and headers.get("if-modified-since") == mine["Last-Modified"]


def paragraph(rng, words):
    return " ".join(rng.choice(WORDS) for _ in range(words))


def _element(link, href, text):
    """One link as HTML, in the place (head or body) its form needs."""
    quoted = html.escape(href, quote=True)
    if link.form in ("next", "prev", "alternate", "canonical"):
        return f'<link rel="{link.form}" href="{quoted}">'
    if link.form == "refresh":
        return f'<meta http-equiv="Refresh" content="3600; URL={quoted}">'
    if link.form in ("iframe", "frame"):
        return f'<{link.form} src="{quoted}"></{link.form}>'
    if link.form == "area":
        return f'<map name=m><area shape=default href="{quoted}"></map>'
    return f'<a {text[0]} href="{quoted}">{text[1]}</a>'


def render(resource, title, hrefs, extra, rng):
    """The HTML of a page: `hrefs` spells resource.links, `extra` is raw HTML that must lead nowhere."""
    rel = ["rel=nofollow", 'rel="external NoFollow noopener"', 'REL="ugc&#32;nofollow"']
    head, body = [], []
    for link, href in zip(resource.links, hrefs):
        attribute = rng.choice(rel) if link.nofollow else rng.choice(["", "rel=external", "class=nofollow"])
        element = _element(link, href, (attribute, paragraph(rng, 3)))
        in_head = link.form in ("next", "prev", "alternate", "canonical", "refresh")
        (head if in_head else body).append(element)
    if resource.base:
        head.insert(0, f'<base href="{html.escape(resource.base)}">')
    if resource.declare == "meta":
        head.insert(0, f'<meta charset="{resource.encoding}">')
    if resource.meta_nofollow:
        head.append('<meta name="ROBOTS" content="index, nofollow">')
    for item in resource.items:
        body.append(f'<div class=product data-sku="{item["sku"]}"><h2>{html.escape(item["name"])}</h2>'
                    f'<span class=price>{item["price"]}</span></div>')
    filler = [f"<p>{paragraph(rng, rng.randrange(20, 90))}</p>" for _ in range(rng.randrange(2, 9))]
    blocks = body + filler + extra
    rng.shuffle(blocks)
    return (f"<!DOCTYPE html>\n<html lang=en><head><title>{html.escape(title)}</title>\n" + "\n".join(head) +
            "\n</head><body>\n" + "\n".join(blocks) + "\n</body></html>\n")


def encode(text, resource):
    if resource.declare == "bom":
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode("cp1252" if resource.encoding == "windows-1252" else "utf-8", "xmlcharrefreplace")


def _chunks(body):
    """Chunked framing of `body` without the last chunk: a few sizes, one chunk extension."""
    out, position, size = [], 0, 97
    while position < len(body):
        piece = body[position:position + size]
        out.append(b"%x;n=v\r\n%s\r\n" % (len(piece), piece) if size == 97 else b"%X\r\n%s\r\n" % (len(piece), piece))
        position, size = position + size, size * 7 + 1
    return b"".join(out)


def wire(resource, gzip_allowed):
    """(bytes of the whole response, whether the connection is closed after it)."""
    r = resource
    if r.framing == "garbage":
        return b"SSH-2.0-not-http\r\n\r\n", True
    headers = [f"HTTP/1.1 {r.status} {REASONS[r.status]}"]
    body, close = r.body, r.framing in ("close", "keep_close", "truncated", "chunked_truncated", "bad_gzip")
    if r.location:
        headers.append("Location: " + r.location)
    if r.content_type:
        headers.append("Content-Type: " + r.content_type)
    headers += [f"Set-Cookie: {cookie}" for cookie in r.set_cookies] + [f"{k}: {v}" for k, v in r.validators().items()]
    if r.framing == "bad_gzip":
        headers.append("Content-Encoding: gzip")
        body = b"\x1f\x8b\x08\x00" + bytes(60)
    elif r.gzipped and gzip_allowed:
        headers.append("Content-Encoding: gzip")
        body = gzip.compress(body, 1, mtime=0)
    if r.framing.startswith("chunked"):
        headers.append("Transfer-Encoding: chunked")
        body = _chunks(body) + (b"0\r\nX-Trailer: 1\r\n\r\n" if r.framing == "chunked" else b"40\r\nhalf")
    elif r.framing != "close":
        headers.append(f"Content-Length: {len(body) + (512 if r.framing == 'truncated' else 0)}")
    if close:
        headers.append("Connection: close")
    return ("\r\n".join(headers) + "\r\n\r\n").encode("latin-1") + body, close


def trouble(kind):
    """As wire(), of an answer that is worth another try; with the status it counts as, 0 for none."""
    if kind in ("reset", "silence"):
        return 0, b"", True
    if kind == "cut":
        return 200, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<html>", True
    status, _, seconds = kind.partition(" after ")
    retry_after = f"Retry-After: {seconds}\r\n" if seconds else ""
    return int(status), (f"HTTP/1.1 {status} {REASONS[int(status)]}\r\nContent-Type: text/plain\r\n{retry_after}"
                         "Content-Length: 6\r\n\r\nlater\n").encode(), False


def not_modified(resource):
    headers = [f"{k}: {v}" for k, v in resource.validators().items()] + [f"Set-Cookie: {c}" for c in resource.set_cookies]
    return ("HTTP/1.1 304 Not Modified\r\n" + "".join(line + "\r\n" for line in headers) + "\r\n").encode("latin-1"), False
