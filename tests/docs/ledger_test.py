"""ledger_test.py GOSSAMER PAGE: what the page shows of `gossamer stats`, `why`, `audit` and `ctl` is what they print.

The site in ledger_site is served and crawled as the page says, and each command of its console blocks is run.
A crawl with a "&" is steered by the commands after it, once its host rests. Every line that a block shows must be among those printed, numbers, times and digests aside; "..." stands for any.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

GOSSAMER, PAGE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
SITE = pathlib.Path(__file__).resolve().parent / "ledger_site"
SHOWN = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTED_SITE = "http://127.0.0.1:8080"
CHECKED = ("stats", "why", "audit", "ctl")


def normal(line):
    line = re.sub(r"\b[0-9a-f]{32}\b", "#", line)
    line = re.sub(r"\d+(\.\d+)?( ms| s\b)", "# s", line)
    line = re.sub(r"\b(kB|MB)\b", "bytes", line)
    return re.sub(r"\s+", " ", re.sub(r"\d+(\.\d+)?", "#", line)).strip()


def commands(text):
    """(command, lines) of every console block."""
    for block in SHOWN.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.splitlines()
            yield command, [line for line in lines if line.strip() and line.strip() != "..."]


def arguments_of(command, site):
    arguments = shlex.split(command.replace(DOCUMENTED_SITE, site))
    assert arguments[0] == "gossamer", command
    return arguments


def run(command, site, folder):
    arguments = arguments_of(command, site)
    done = subprocess.run([GOSSAMER, *arguments[1:]], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    return [normal(line) for line in done.stdout.splitlines()]


def start(command, site, folder):
    """A crawl in the background, whose host rests for long."""
    arguments = arguments_of(command.removesuffix("&"), site)
    process = subprocess.Popen([GOSSAMER, *arguments[1:], "--quiet"], cwd=folder, stdin=subprocess.DEVNULL)
    status = "gossamer ctl %s status" % arguments[arguments.index("-o") + 1]
    deadline = time.monotonic() + 60
    while not any("resting" in line for line in run(status, site, folder)):
        assert process.poll() is None and time.monotonic() < deadline, command
        time.sleep(0.05)
    return process


def faults(text, site, folder, started):
    checked = 0
    for command, lines in commands(text):
        name = command.split()[1]
        if command.endswith("&"):
            started.append(start(command, site, folder))
        elif name == "crawl":
            run(command + " --quiet", site, folder)
        elif name in CHECKED:
            checked += 1
            printed = run(command, site, folder)
            missing = [line for line in lines if normal(line) not in printed]
            yield from (f"{PAGE}: `{command}` prints no line like `{line}`, but:\n  " + "\n  ".join(printed)
                        for line in missing[:1])
            if not lines:
                yield f"{PAGE}: `{command}` shows nothing"
    if checked < len(CHECKED):
        yield f"{PAGE}: shows only {checked} commands"


with tempfile.TemporaryDirectory(prefix="gossamer-docs-") as folder:
    server = subprocess.Popen([GOSSAMER, "serve", str(SITE), "--port", "0"], stdout=subprocess.PIPE, text=True)
    started = []
    try:
        site = re.search(r"http://[^/\s]+", server.stdout.readline())[0]
        found = list(faults(PAGE.read_text(), site, folder, started))
    finally:
        for process in started:
            process.terminate()
            process.wait()
        server.terminate()
        server.wait()
print("\n".join(found))
sys.exit(1 if found else 0)
