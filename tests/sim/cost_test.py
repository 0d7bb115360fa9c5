#!/usr/bin/python3
"""Counts the instructions of a small simulated crawl (crawl_sim), and compares them with those in cost.json.

Usage: cost_test.py CRAWL_SIM [--profile FILE] [--renew]. Exit 0: a page costs no more than it did, 5 % aside; 1: it
does, or less than half, as when the count misses a part of the crawl; 77: nothing to count with, or the figure is of
another compiler or standard library, which make other instructions of the same source. The count is of the crawl
alone, not of its servers, with all its threads; it varies by less than 1 %, whatever else the machine does. It knows
nothing of sockets and TLS, which are not simulated, nor of cache misses: a change of speed is shown by bench/.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys

FIGURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cost.json")
CRAWL = ["--urls", "1000", "--hosts", "20", "--addresses", "10", "--quiet"]
MOST_GROWTH = 1.05
MUCH_LESS = 0.95
TOO_LITTLE = 0.5
SKIPPED = 77


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(SKIPPED)


def count(program, profile):
    """Pages, compiler, and instructions; the profile of the crawl is `profile`.1."""
    crawl = f"{profile}.1"
    if os.path.exists(crawl):
        os.remove(crawl)
    run = subprocess.run(["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={profile}", program, *CRAWL],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"crawl_sim under valgrind ended with {run.returncode}:\n{run.stderr}{run.stdout}")
    if not os.path.exists(crawl):
        skip("crawl_sim was built without valgrind's headers")
    with open(crawl, encoding="utf-8", errors="replace") as lines:
        totals = [line.split()[1] for line in lines if line.startswith("totals:")]
    report = json.loads(run.stdout)
    return report["pages"], report["compiler"], int(totals[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crawl_sim")
    parser.add_argument("--profile", default="callgrind.crawl", help="where callgrind's profile goes")
    parser.add_argument("--renew", action="store_true", help="make what is counted now the figure")
    arguments = parser.parse_args()
    if platform.machine() != "x86_64":
        skip("the figure is of x86-64")
    if not shutil.which("valgrind"):
        skip("no valgrind; script/install test installs it")

    pages, compiler, instructions = count(arguments.crawl_sim, arguments.profile)
    per_page = round(instructions / pages)
    if arguments.renew:
        with open(FIGURE, "w", encoding="utf-8") as file:
            file.write(json.dumps({"pages": pages, "instructions_per_page": per_page, "compiler": compiler}) + "\n")
        print(f"{FIGURE}: {per_page} instructions a page")
        return 0
    with open(FIGURE, encoding="utf-8") as file:
        known = json.load(file)
    if compiler != known["compiler"]:
        skip(f"the figure is of {known['compiler']}, this is a build of {compiler}")
    ratio = per_page / known["instructions_per_page"]
    print(f"{per_page} instructions a page of {pages}, {(ratio - 1) * 100:+.1f} % to the figure")
    if pages != known["pages"]:
        print(f"The crawl had {known['pages']} pages when the figure was taken: another crawl has another cost.")
    renew = f"{sys.argv[0]} {arguments.crawl_sim} --renew"
    if ratio < TOO_LITTLE:
        print(f"That is less than half: does callgrind still count the whole crawl? If it does:\n  {renew}")
        return 1
    if ratio < MUCH_LESS:
        print(f"Renew the figure, so that this stays: {renew}")
    if ratio <= MOST_GROWTH and pages == known["pages"]:
        return 0
    print(f"""
A crawl costs more than it did. Where it goes:  callgrind_annotate {arguments.profile}.1 | head -60
Compare that with the same of a build of an earlier commit (git worktree add), or let git bisect run this.
If what is gained is worth it, renew the figure and say in the commit what it was for:
  {renew}""")
    return 1


sys.exit(main())
