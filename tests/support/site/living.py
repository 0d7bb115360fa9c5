"""The parts of the generated site that remember: cookies that open pages, answers that are bad at first, a second
edition in which pages have changed, moved or gone, and sitemaps. All else is reached from ordinary pages, and what becomes
of each URL still does not depend on the order of the crawl."""
import copy

from served import Link, paragraph
from sitemaps import add_sitemaps

FLAKY = "c.test"                          # has all that makes a polite crawler leave a host alone for a while
SECOND_EDITION = ("changed", "changed", "changed", "gone", "moved", "refreshed_body")


PARTS = ("cookies", "troubles", "editions", "sitemaps")


def add_living(site, pages, parts):
    """`parts`: some of PARTS."""
    if "cookies" in parts:
        add_cookies(site, max(2, pages // 400))
    if "troubles" in parts:
        add_troubles(site, max(1, pages // 2500))
    if "editions" in parts:
        add_editions(site, 4 if "cookies" in parts else 0)
    if "sitemaps" in parts:
        add_sitemaps(site, pages, "editions" in parts)


def add_cookies(site, chains):
    for number in range(min(chains, 20)):
        site._link(cookie_chain(site, number), 2)


def cookie_chain(site, number, since=1):
    """Each is its own only way in: a page or a redirect sets a cookie, the next page is there only with it (403 without),
    then it gets another value, then it is taken away, and the last page is there only without it. So it is in the edition
    `since`; in a later one nobody asks for cookies. Returns the first page."""
    host, folder, name = site.rng.choice(["a.test", "b.test"]), f"/member{since}/{number}", f"pass{since}.{number}"
    first, second = f"{name}=a{number}", f"{name}=b{number}"
    steps = [site._page(host, f"{folder}/{step}.html", "cookie") for step in ("door", "hall", "room", "attic", "street")]
    door, hall, room, attic, street = steps
    door.set_cookies = [f"{first}; Path={folder}" + site.rng.choice(["", "; HttpOnly", "; Max-Age=86400"])]
    hall.cookie, hall.set_cookies = first, [f"{second}; Path={folder}; SameSite=Lax"]
    room.cookie, attic.cookie = second, second
    attic.set_cookies = [f"{name}=; Path={folder}; Max-Age=0"]
    street.without_cookie = name
    for step, after in zip(steps, steps[1:]):
        step.links.append(Link(after.url))
    room.items = [{"sku": f"member{since}-{number}", "name": "only for members", "price": "1.00"}]
    if number % 2:                                         # through a login that redirects
        steps.append(login := site._redirect(host, f"{folder}/login", hall.url, "cookie"))
        login.set_cookies, door.set_cookies = door.set_cookies, []
        door.links = [Link(login.url)]
    for step in steps:
        step.since = since
    return door


def add_troubles(site, times):
    """A host of its own, whose answers pass or do not."""
    root = site._page(FLAKY, "/", "page")
    site.seeds.append(root.url)
    for number in range(times):
        for trouble in ("503 after 1", "503", "429 after 1", "reset", "silence", "cut"):
            recovers = 2 if trouble == "reset" and number % 2 else 1
            page = site._page(FLAKY, f"/{trouble.replace(' ', '-')}/{number}", f"recovers_from_{trouble}", recovers=recovers,
                              trouble=trouble)
            page.links = [Link(site._page(FLAKY, f"{site.key(page.url)[1]}/behind", "page").url)]
            root.links.append(Link(page.url))
        down = site._page(FLAKY, f"/down/{number}", "always_reset", recovers=10**9, trouble="reset")
        root.links.append(Link(down.url))


def add_editions(site, chains):
    """A third of the ordinary pages has an ETag, another a date; some have another answer in the second edition."""
    rng, hubs = site.rng, len(site.ordinary)
    for number, page in enumerate(site.ordinary):
        page.validator = rng.choice(["etag", "weak", "date", "both", "", ""])
        fate = rng.choice(SECOND_EDITION) if rng.random() < 0.15 else ""
        if not fate:
            continue
        later = page.later = copy.copy(page)
        later.links, later.items, later.kind = list(page.links), list(page.items), f"{fate}_later"
        if fate == "gone":
            later.status, later.body = rng.choice([404, 410]), b"gone\n"
        elif fate == "moved":
            later.status, later.redirect = 301, site.ordinary[rng.randrange(hubs)].url
            later.location, later.body = later.redirect, b""
        elif fate == "changed":
            fresh = site._page(site.key(page.url)[0], f"/second/{number}.html", "second_edition")
            fresh.since = 2
            later.links.append(Link(fresh.url))
            if chains > 0:
                chains -= 1
                later.links.append(Link(cookie_chain(site, chains, since=2).url))
            later.items = page.items + [{"sku": f"{number}-new", "name": paragraph(rng, 2), "price": "9.99"}]
