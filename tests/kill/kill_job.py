"""One crawl job under the kill harness: its command, its database, and what was seen of it kill by kill."""
import json
import os
import random
import time
from collections import Counter

import crawl_database
from crawl_process import CrawlProcess, wait_until

RETRIED = ("http_5xx", "truncated", "protocol", "decode")   # asked for more than once


class Job:
    """`figures` are for the table, `faults` one line each. All runs of a job use the same command."""

    def __init__(self, options, server, folder, name, seeds=None):
        self.options, self.server, self.name = options, server, name
        self.rng = random.Random(f"{options.seed}:{name}")
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder, exist_ok=True)
        self.seeds = seeds or server.site.seeds
        self.faults, self.figures = [], {"kills": 0, "counted": 0, "runs": 0}
        self.rounds = 0
        self.fresh()

    def fresh(self):
        """A new database: nothing is known, and the server forgets too."""
        self.rounds += 1
        self.refreshed = None                              # the expected outcome of the refresh, once that has begun
        self.database = os.path.join(self.folder, f"crawl{self.rounds}.db")
        self.items = os.path.join(self.folder, f"items{self.rounds}.jsonl")
        seed_file = os.path.join(self.folder, "seeds.txt")
        with open(seed_file, "w") as file:
            file.writelines(seed + "\n" for seed in self.seeds)
        self.command = [*self.options.crawl, seed_file, "-o", self.database, *self.server.flags(), "--quiet",
                        "--throttle", "0", "--per-host", str(self.options.per_host), "--per-ip", str(4 * self.options.per_host),
                        *self.options.crawl_flag]
        if self.options.plugin or self.options.spider:
            self.command += ["--items", self.items]
        for plugin in self.options.plugin:
            self.command += ["--plugin", plugin]
        if self.options.threads > 1:
            self.command += ["--threads", str(self.options.threads)]
        self.server.reset()
        self.last = crawl_database.Snapshot()
        self.settled_at = {}                               # URL -> requests the server had seen at the kill after its commit
        self.kill_marks = []                               # requests the server had seen at each kill

    def begin_refresh(self):
        """From the finished first edition on: the server has the second one, and one pass compares with it."""
        self.last = crawl_database.read(self.database)
        self.refreshed = {url: (e.state, e.reason) for url, (e, _) in self.server.site.expected_refresh().items()}
        self.server.edition(2)
        self.settled_at, self.kill_marks = {}, []

    def settled(self, found):
        """URLs that need no further request."""
        return found.settled if self.refreshed is None else found.changes.keys()

    def spawn(self):
        """With --refresh where no run has begun the pass yet: the flag begins one, the same command without it goes on."""
        self.figures["runs"] += 1
        begin = ["--refresh"] if self.refreshed is not None and not self.last.refreshing else []
        return CrawlProcess([*self.command, *begin], os.path.join(self.folder, "output.log"))

    def fault(self, text):
        self.faults.append(text)

    def kill(self, process):
        """SIGKILL, then looks at what is left. Returns the Snapshot, or None if the crawl had ended by itself."""
        if not process.kill():
            self._check_exit(process, process.child.returncode)
            self.last = crawl_database.read(self.database)
            return None
        now = crawl_database.read(self.database)
        self.figures["kills"] += 1
        mark = self.server.requests()
        self.kill_marks.append(mark)
        under_way = now.states["pending"] if self.refreshed is None else now.changes and now.pages.keys() - now.changes.keys()
        if now.exists and now.states["done"] > 0 and under_way:
            self.figures["counted"] += 1
        where = f"kill {self.figures['kills']}"
        self.faults += [f"{where}: {fault}" for fault in now.faults]
        lost = self.last.urls.keys() - now.urls.keys()
        changed = [url for url in self.last.settled & now.urls.keys() if now.urls[url] != self.last.urls[url] and
                   now.urls[url] not in (("failed", "redirect"), (self.refreshed or {}).get(url))]
        if lost or changed:
            self.fault(f"{where}: {len(lost)} URLs lost, {len(changed)} outcomes changed, e.g. {min([*lost, *changed])}")
        dropped = {url for url in self.last.pages.keys() - now.pages.keys() if now.changes.get(url) not in ("gone", "changed")}
        if dropped or self.last.items - now.items:
            self.fault(f"{where}: pages or items lost")
        for url in self.settled(now):
            self.settled_at.setdefault(url, mark)
        self.last = now
        return now

    def finish(self):
        """The same command until it ends by itself; the server at full speed. Returns the Snapshot."""
        self.server.delay(0)
        with self.spawn() as process:
            self._check_exit(process, process.wait(self.options.seconds))
        return crawl_database.read(self.database)

    def _check_exit(self, process, code):
        if code != 0:
            what = "did not end in time" if code is None else f"ended with {code}"
            self.fault(f"the crawl {what}: {process.errors().strip()[-400:]}")

    def check_against(self, reference):
        """Finishes the job and compares it with the undisturbed one; `reference` is a Job that has run."""
        found = self.finish()
        self.faults += crawl_database.compare(reference.found, found)
        lines = crawl_database.lines(self.items)
        if lines != reference.lines:
            self.fault(f"item lines: {sum((lines - reference.lines).values())} too many, "
                       f"{sum((reference.lines - lines).values())} missing, e.g. {next(iter((lines - reference.lines) or (reference.lines - lines)))}")
        self._check_requests(reference)
        self._count(found, lines)

    def _check_requests(self, reference):
        """No URL is asked for again once committed; a kill costs no more than what was under way."""
        key, retried = self.server.site.key, {k for k, n in reference.fetches.items() if n > 1}
        settled = {key(url): mark for url, mark in self.settled_at.items()}
        known, refetched, number = set(), [0] * (len(self.kill_marks) + 1), 0
        this_run = set()
        for index, (_, _, host, path, _) in enumerate(self.server.log()):
            while number < len(self.kill_marks) and index >= self.kill_marks[number]:
                number, known, this_run = number + 1, known | this_run, set()
            request = (host, path.removesuffix("?"))
            if path == "/robots.txt":
                continue
            if index >= settled.get(request, index + 1):
                self.fault(f"asked for again after it was committed: {request[0]}{request[1]}")
            if request not in retried:
                refetched[number] += request in known or request in this_run
                if request in this_run:
                    self.fault(f"asked for twice in one run: {request[0]}{request[1]}")
            this_run.add(request)
        most = max(refetched)
        if most > self.options.refetch_bound:
            self.fault(f"a kill cost {most} requests, more than {self.options.refetch_bound} (--refetch-bound)")
        self.figures["refetched"] = self.figures.get("refetched", 0) + sum(refetched)
        self.figures["most a kill"] = max(self.figures.get("most a kill", 0), most)

    def _count(self, found, lines):
        self.found, self.lines, self.fetches = found, lines, self.server.fetches()
        self.figures.update({"URLs": len(found.urls), "pages": len(found.pages), "items": sum(found.items.values()),
                             "lines": sum(lines.values()), "requests": sum(self.fetches.values())})
        counts = ", ".join(f"{v} {k}" for k, v in self.figures.items())
        print(f"{self.name}: {counts}; {len(self.faults)} faults", flush=True)

    def run_undisturbed(self, expected):
        """One run to the end, compared with the site's URL -> (Expectation, change). Returns the seconds to its first request."""
        start = time.monotonic()
        with self.spawn() as process:
            wait_until(lambda: self.server.requests() > 0, self.options.seconds, process)
            first_request = time.monotonic() - start
            self._check_exit(process, process.wait(self.options.seconds))
        found, site = crawl_database.read(self.database), self.server.site
        self.faults += found.faults + crawl_database.compare_with_expected(expected, found)
        self._count(found, crawl_database.lines(self.items))
        asked = set()
        for url, (expectation, change) in expected.items():
            request, asked_at_all = site.key(url), change or self.refreshed is None or url not in self.last.urls
            wanted = 1 if asked_at_all and expectation.state != "filtered" else 0
            asked |= {request} if wanted else set()
            if wanted and (expectation.reason in RETRIED or expectation.kind.startswith("recovers")):
                continue
            if self.fetches.get(request, 0) != wanted:
                self.fault(f"{request[0]}{request[1]} ({expectation.state} {expectation.reason} {change}) was asked for "
                           f"{self.fetches.get(request, 0)} times")
        for request in self.fetches.keys() - asked - {site.key(url) for url in expected}:
            self.fault(f"{request[0]}{request[1]} is no URL of the crawl, but was asked for")
        return first_request

    # Moments.

    def run_for(self, seconds):
        """Starts the crawl and kills it after that time; returns as kill()."""
        with self.spawn() as process:
            time.sleep(seconds)
            return self.kill(process)

    def run_until_requests(self, count, extra_seconds):
        """Starts the crawl and kills it once the server has seen `count` more requests, and a moment later."""
        target = self.server.requests() + count
        with self.spawn() as process:
            wait_until(lambda: self.server.requests() >= target, self.options.seconds, process)
            time.sleep(extra_seconds)
            return self.kill(process)


def run_reference(options, server, folder):
    """The undisturbed crawl. Faults when it is not what the site demands, or not each URL was asked for once."""
    job = Job(options, server, folder, "undisturbed")
    expected = {url: (e, "") for url, e in server.site.expected().items()}
    job.first_request = job.run_undisturbed(expected)
    check_items(job, server.site.expected(), lambda resource: resource.items)
    return job


def run_refreshed_reference(options, server, folder):
    """The same of a crawl of the first edition that is refreshed with the second one."""
    job = Job(options, server, folder, "refreshed")
    job.finish()
    job.begin_refresh()
    expected = server.site.expected_refresh()
    if not options.spider and "--store-bodies" not in options.crawl_flag:  # nobody reads the files: no change is told from none
        expected = {url: (e, "kept" if e.kind == "not_html" and change == "unchanged" and not server.site.by_url[url].validator
                          else change) for url, (e, change) in expected.items()}
    job.run_undisturbed(expected)
    check_items(job, {url: e for url, (e, _) in expected.items()} | server.site.expected(), items_of_both_editions)
    unchanged = [server.site.by_url[url] for url, (_, change) in expected.items() if change == "unchanged"]
    conditional, answered = sum(bool(page.validator) for page in unchanged), sum(entry[4] == 304 for entry in server.log())
    if answered != conditional:
        job.fault(f"{answered} requests were answered 304, {conditional} unchanged pages have validators")
    return job


def items_of_both_editions(resource):
    later = resource.at(2)
    return resource.items + (later.items if resource.since == 1 and later.body != resource.body and later.status == 200 else [])


def check_items(job, expected, items_of):
    """Of an undisturbed crawl: the products are the site's, every plugin gave something, file and table agree."""
    options, items = job.options, job.found.items
    if not options.plugin and not options.spider:
        print("neither --spider nor --plugin: items and item lines are not compared", flush=True)
        return
    lines = Counter()
    for (_, item), count in items.items():
        lines[item] += count
    if job.lines != lines:
        job.fault("the --items file and the items table differ")
    products = Counter({(url, item): count for (url, item), count in items.items() if "sku" in json.loads(item)})
    if options.plugin and len(items) == len(products):
        job.fault("no item of a plugin")
    if options.spider:
        wanted = Counter((url, json.dumps(item, separators=(",", ":"))) for url, resource in job.server.site.by_url.items()
                         for item in items_of(resource) if url in expected and expected[url].state == "done")
        if products != wanted:
            job.fault(f"products: {sum((products - wanted).values())} too many, {sum((wanted - products).values())} missing, "
                      f"e.g. {next(iter((products - wanted) or (wanted - products)))}")
