#!/usr/bin/python3
"""Prints the paths of every HTML page that links reach from a URL, one a line: the arbiter of bench/compare.

Parses with libxml2 (python3-lxml), resolves with urllib, so it shares no code with any crawler compared. Followed: a,
area, iframe, frame, link rel=next/prev/alternate/canonical, meta refresh and redirects, within the one origin.
"""
import http.client
import re
import sys
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

FOLLOWED_RELS = {"next", "prev", "alternate", "canonical"}
REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=)?\s*['\"]?([^'\"]*)", re.I)


def links(document):
    """Every followed reference of a parsed page, as written."""
    for element in document.iter("a", "area"):
        yield element.get("href")
    for element in document.iter("iframe", "frame"):
        yield element.get("src")
    for element in document.iter("link"):
        if FOLLOWED_RELS & set((element.get("rel") or "").lower().split()):
            yield element.get("href")
    for element in document.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh" and ";" in element.get("content", ""):
            yield REFRESH.match(element.get("content"))[1]


def closure(seed):
    """(sorted paths answered 200 text/html, unquoted, without query)."""
    origin = urlsplit(seed).netloc
    connection = http.client.HTTPConnection(origin)
    pending, seen, pages = [seed], {seed}, set()
    while pending:
        url = pending.pop()
        parts = urlsplit(url)
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        response = connection.getresponse()
        body = response.read()
        found, base = [], url
        if response.status in (301, 302, 303, 307, 308):
            found = [response.getheader("Location")]
        elif response.status == 200 and (response.getheader("Content-Type") or "").startswith("text/html"):
            pages.add(unquote(parts.path))
            document = html.document_fromstring(body)
            bases = document.xpath("//base/@href")
            base = urljoin(url, bases[0]) if bases else url
            found = list(links(document))
        for reference in found:
            if reference is None:
                continue
            try:
                target = urljoin(base, reference.strip().replace("\\", "/")).partition("#")[0]
                within = urlsplit(target).netloc == origin and target.startswith("http://")
            except ValueError:
                continue
            target = target.replace(" ", "%20")
            if within and target not in seen:
                seen.add(target)
                pending.append(target)
    return sorted(pages)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: closure.py URL")
    print("\n".join(closure(sys.argv[1])))
