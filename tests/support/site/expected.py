"""What a correct crawl of the generated site ends with, computed from its link graph alone."""
import fnmatch
from collections import deque
from dataclasses import dataclass

MAX_HOPS = 10
FAILURE_BY_FRAMING = {"truncated": "truncated", "chunked_truncated": "truncated", "bad_gzip": "decode",
                      "garbage": "protocol"}
FAILURE_BY_TROUBLE = {"reset": "truncated"}


@dataclass(frozen=True)
class Expectation:
    state: str      # done, failed or filtered
    reason: str     # failure class, filter reason, or "" when done
    kind: str       # the Resource's kind; "" where the site has none


def robots_allow(text, path):
    """RFC 9309 for the `*` group of the site's own robots files: longest rule wins, allow wins a tie."""
    best, allowed, applies = -1, True, False
    for line in (text or "").splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            applies = value == "*"
        elif name in ("allow", "disallow") and applies and value:
            pattern = value[:-1] if value.endswith("$") else value + "*"
            if fnmatch.fnmatchcase(path, pattern) and len(value) >= best:
                allowed = name == "allow" or (len(value) == best and allowed)
                best = len(value)
    return allowed


def _on_cycle(url, resources):
    seen, at = set(), url
    while at in resources and resources[at].redirect and at not in seen:
        seen.add(at)
        at = resources[at].redirect
        if at == url:
            return True
    return False


def _fetched(url, hops, resources):
    """Outcome of a URL that is asked for."""
    resource = resources.get(url)
    if resource is None:
        return Expectation("failed", "http_4xx", "not_there")
    if resource.recovers > 100:                            # never, that is
        return Expectation("failed", FAILURE_BY_TROUBLE[resource.trouble], resource.kind)
    if resource.redirect:
        if hops >= MAX_HOPS or _on_cycle(url, resources):
            return Expectation("failed", "redirect", resource.kind)
        return Expectation("done", "", resource.kind)
    if resource.status >= 400:
        return Expectation("failed", f"http_{resource.status // 100}xx", resource.kind)
    reason = FAILURE_BY_FRAMING.get(resource.framing, "")
    return Expectation("failed" if reason else "done", reason, resource.kind)


def expected_outcome(seeds, resources, robots, key):
    """URL -> Expectation. Hop counts are those of the shortest way; the site never makes the choice matter."""
    scope = {key(seed)[0] for seed in seeds}
    scope |= {key(resources[seed].redirect)[0] for seed in seeds if resources[seed].redirect}
    result = {}
    queue = deque((seed, True, 0) for seed in seeds)
    while queue:
        url, follow, hop = queue.popleft()
        known = result.get(url)
        if known and not (known.reason == "nofollow" and follow):
            continue
        host, path = key(url)
        kind = resources[url].kind if url in resources else ""
        if host not in scope:
            result[url] = Expectation("filtered", "scope", kind)
        elif not follow:
            result[url] = Expectation("filtered", "nofollow", kind)
        elif not robots_allow(robots.get(host), path):
            result[url] = Expectation("filtered", "robots", kind)
        else:
            result[url] = _fetched(url, hop, resources)
            page = resources.get(url)
            if page and page.redirect and hop < MAX_HOPS:  # a loop is known only once all of it has been asked for
                queue.append((page.redirect, True, hop + 1))
            elif page and result[url].state == "done":
                for link in page.links:
                    queue.append((link.target, not (link.nofollow or page.meta_nofollow), 0))
    return result


def expected_refresh(expected, resources):
    """URL -> (Expectation, change) once every page of `expected` has been asked for again in the second edition."""
    result, queue = {}, deque()
    for url, known in expected.items():
        page = resources.get(url)
        if known.state != "done" or page.redirect:
            result[url] = (known, "")
            continue
        now = page.at(2)
        if now.status >= 400:
            result[url] = (Expectation("failed", "http_4xx", now.kind), "gone")
        else:
            result[url] = (Expectation("done", "", now.kind), "changed" if now.redirect or now.body != page.body else "unchanged")
        queue += [link.target for link in now.links if now.status == 200]
    while queue:                                           # what only the second edition has
        url = queue.popleft()
        if url not in result:
            page = resources[url]
            result[url] = (_fetched(url, 0, resources), "" if page.redirect else "new")
            queue += [page.redirect] if page.redirect else [link.target for link in page.links]
    return result
