"""One URL, many spellings: `normalise` is the reader's side, `spell` the writer's.

Both are written from RFC 3986 section 6 and the WHATWG URL standard for the shapes the generated site uses
(http, non-opaque hosts), independently of the crawler under test.
"""
import posixpath
import re
from urllib.parse import quote, urljoin, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HEX = re.compile(r"%[0-9a-fA-F]{2}")


def _dot_segments(path):
    output = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            if output:
                output.pop()
            if last:
                output.append("")
        elif plain == ".":
            if last:
                output.append("")
        else:
            output.append(segment)
    return "/" + "/".join(output)


def normalise(url, base=None):
    """The canonical form of an absolute http(s) URL, or of `url` against `base`; None if it is not http(s)."""
    text = re.sub(r"[\t\n\r]", "", url.strip(" \t\n\r\f"))
    path, mark, rest = text.partition("?")
    scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", path)
    if scheme and scheme.group(0).lower() not in ("http:", "https:"):
        return None
    text = path.replace("\\", "/") + mark + rest
    text = text.partition("#")[0]
    try:
        if base is not None:
            text = urljoin(base, text) if text else base.partition("#")[0]
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or " " in host:
        return None
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = _dot_segments(parts.path or "/")
    path = _HEX.sub(lambda m: m.group(0).upper(), quote(path, safe="/%:@!$&'()*+,;=-._~"))
    query = _HEX.sub(lambda m: m.group(0).upper(), quote(parts.query, safe="/?%:@!$&'()*+,;=-._~"))
    return f"{parts.scheme}://{netloc}{path}" + (f"?{query}" if query else "")


def _relative(target, base):
    """`target` as a relative reference against `base`, both of one origin."""
    directory = posixpath.dirname(base.path) or "/"
    folder, name = posixpath.split(target.path)
    path = posixpath.relpath(folder or "/", directory)
    path = "" if path == "." else path + "/"
    path += name
    if not path or path.startswith("/") or ":" in path.split("/")[0]:
        path = "./" + path
    return path


def _percent_case(text):
    return _HEX.sub(lambda m: m.group(0).lower(), text)


def spell(url, base, rng, odd):
    """One spelling of the canonical `url` that resolves to it against `base`.

    Without `odd` it is one any author writes (absolute, from the root, relative); with it, one only a URL parser
    sees through: fragment, case, dot segments, empty query, percent-encoding case, backslash, white space.
    """
    target, origin = urlsplit(url), urlsplit(base)
    query = f"?{target.query}" if target.query else ""
    authority = f"{target.scheme}://{target.netloc}"
    same = (target.scheme, target.netloc) == (origin.scheme, origin.netloc)
    plain = [authority + target.path + query]
    if same:
        plain += [target.path + query] * 2 + [_relative(target, origin) + query] * 2
    elif target.scheme == origin.scheme:
        plain += [f"//{target.netloc}{target.path}{query}"]
    text = rng.choice(plain)
    if not odd:
        return text
    spellings = [
        text + "#" + rng.choice(["", "top", "section-2", "a/b?c"]),
        target.scheme.upper() + "://" + target.netloc.upper() + target.path + query,
        authority + "/x/.." + target.path + query,
        authority + "/." + target.path + query,
        authority + "/x/%2E%2e" + target.path + query,
        authority + target.path.replace("/", "\\") + query,
        f" \n{text}\t ",
        text[:3] + "\n" + text[3:],
    ]
    if not query:
        spellings += [text + "?", text + "?#x"]
    if "%" in target.path + query:
        spellings += [_percent_case(text)] * 4
    if ":" not in target.netloc:
        spellings += [f"{authority}:{_DEFAULT_PORTS[target.scheme]}{target.path}{query}"] * 4
    return rng.choice(spellings)
