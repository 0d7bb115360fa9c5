"""The pages of the comparison: three Debian documentation trees behind nginx on a core of its own."""
import os
import re
import subprocess
import tempfile
import time

PACKAGES = {"sqlite3": "sqlite3-doc", "postgresql": "postgresql-doc-15", "python": "python3.11-doc"}

CONFIG = """
daemon off; worker_processes 1; pid {root}/nginx.pid; error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; text/plain txt; image/png png; image/gif gif;
           image/jpeg jpg; image/svg+xml svg; application/xml xml; application/pdf pdf; application/gzip gz; }}
  default_type application/octet-stream;
  log_format pages '$status\\t$sent_http_content_type\\t$request_uri';
  access_log {root}/access.log pages;
  sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=10000;
  client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root}; uwsgi_temp_path {root}; scgi_temp_path {root};
  server {{
    listen unix:{root}/unused.sock; listen 127.0.0.1:{port};
    location / {{ root {root}/site; }}
    {locations}
  }}
}}
"""


def tree_roots():
    """Name -> folder of each tree. Raises SystemExit(77) with a message when a package is missing."""
    roots = {}
    for name, package in PACKAGES.items():
        listing = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True)
        indexes = [os.path.dirname(line) for line in listing.stdout.splitlines() if line.endswith("/index.html")]
        if not indexes:
            print(f"SKIPPED: Debian package {package} is not installed; script/install bench installs it", flush=True)
            raise SystemExit(77)
        roots[name] = min(indexes, key=len)
    return roots


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """One nginx, for one run: its access log is that run's. `requests()` is complete once the block has ended."""

    def __init__(self, core, port):
        self.port, self.core = port, core
        self.directory = tempfile.TemporaryDirectory(prefix="gossamer-bench-", dir="/dev/shm")
        self.root = self.directory.name
        os.chmod(self.root, 0o755)
        roots = tree_roots()
        os.mkdir(f"{self.root}/site")
        with open(f"{self.root}/site/index.html", "w") as seed:
            links = "".join(f'<li><a href="/{name}/index.html">{name}</a>\n' for name in roots)
            seed.write(f"<!DOCTYPE html><title>Three trees</title><ul>\n{links}</ul>\n")
        locations = "\n    ".join(f"location /{name}/ {{ alias {root}/; }}" for name, root in roots.items())
        with open(f"{self.root}/nginx.conf", "w") as config:
            config.write(CONFIG.format(root=self.root, port=port, locations=locations))

    def __enter__(self):
        self.child = subprocess.Popen(
            ["taskset", "-c", str(self.core), "nginx", "-e", f"{self.root}/error.log", "-p", self.root,
             "-c", f"{self.root}/nginx.conf"])
        deadline = time.monotonic() + 10
        while not os.path.exists(f"{self.root}/nginx.pid"):
            if self.child.poll() is not None or time.monotonic() > deadline:
                with open(f"{self.root}/error.log") as log:
                    raise SystemExit("bench/compare: nginx did not start: " + log.read())
            time.sleep(0.005)
        return self

    def __exit__(self, *unused):
        self.child.terminate()
        self.child.wait(20)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def requests(self):
        """[(status, media type, request target)] in the order of the answers."""
        with open(f"{self.root}/access.log") as log:
            entries = [line.rstrip("\n").split("\t") for line in log]
        return [(int(status), re.split("[; ]", content_type)[0], target) for status, content_type, target in entries]

    def close(self):
        self.directory.cleanup()
