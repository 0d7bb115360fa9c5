"""Starts the site server as a child and speaks to it: what the harnesses use."""
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter

from generated_site import FRESH, HOSTS, MOVED, Site
from living import FLAKY

HERE = os.path.dirname(os.path.abspath(__file__))


class SiteServer:
    """A running site. `site` is the same model the child serves; the child ends with this object or this process."""

    def __init__(self, seed=1, pages=5000, max_seconds=3600, steady=False, living=()):
        self.child = subprocess.Popen(
            ["/usr/bin/python3", os.path.join(HERE, "server.py"), f"--seed={seed}", f"--pages={pages}",
             f"--max-seconds={max_seconds}", *(["--steady"] if steady else []), *(f"--living={part}" for part in living)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.child.stdout.readline())["port"]
        self.site = Site(seed, pages, self.port, steady, living)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.child.stdin.close()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()

    def command(self, **request):
        self.child.stdin.write(json.dumps(request) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    def delay(self, seconds):
        self.command(delay=seconds)

    def reset(self):
        self.command(reset=True)

    def edition(self, number):
        self.command(edition=number)

    def requests(self):
        return self.command()["requests"]

    def log(self):
        """The requests so far: [(time, connection, host, path, status)]."""
        with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
            self.command(log=file.name)
            return [tuple(json.loads(line)) for line in file]

    def fetches(self):
        """(host, path) -> number of requests, robots.txt apart; an empty query counts as none."""
        return Counter((host, path.removesuffix("?")) for _, _, host, path, _ in self.log() if path != "/robots.txt")

    def flags(self):
        """The crawl flags that lead the site's names to the server."""
        flags = ["--allow-private"]
        for host in (*HOSTS, MOVED, FRESH, FLAKY):
            flags += ["--resolve", f"{host}:{self.port}:127.0.0.1"]
        return flags


if __name__ == "__main__":
    sys.exit("site_server is a module; start server.py to serve a site by hand")
