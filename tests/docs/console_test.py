"""console_test.py GOSSAMER PAGE SITE COMMAND...: what the page shows of these commands of gossamer is what they print.

The folder SITE is served and crawled as the page says, and each command of its console blocks is run.
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

GOSSAMER, PAGE, SITE, CHECKED = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
SHOWN = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTED_SITE = "http://127.0.0.1:8080"


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
    missing_commands = set(CHECKED)
    for command, lines in commands(text):
        name = command.split()[1]
        if command.endswith("&"):
            started.append(start(command, site, folder))
        elif name == "crawl":
            run(command + " --quiet", site, folder)
        elif name in CHECKED:
            missing_commands.discard(name)
            printed = run(command, site, folder)
            missing = [line for line in lines if normal(line) not in printed]
            yield from (f"{PAGE}: `{command}` prints no line like `{line}`, but:\n  " + "\n  ".join(printed)
                        for line in missing[:1])
            if not lines:
                yield f"{PAGE}: `{command}` shows nothing"
    for name in sorted(missing_commands):
        yield f"{PAGE}: does not show `gossamer {name}`"


with tempfile.TemporaryDirectory(prefix="gossamer-docs-") as folder:
    server = subprocess.Popen([GOSSAMER, "serve", SITE, "--port", "0"], stdout=subprocess.PIPE, text=True)
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
