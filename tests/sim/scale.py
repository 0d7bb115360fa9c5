#!/usr/bin/env python3
"""Crawls a made-up web of 10,000 URLs and one a hundred times as large, and compares what a page costs.

Usage: scale.py CRAWL_SIM [--urls N] [crawl flags]. Exit 1: a promise to a server was broken, a page of the large
crawl costs more than 1.2 times one of the small (their median), or it took more than 300 MiB. Takes minutes, and says little of
CPU time on a machine that does something else.
"""

import argparse
import json
import statistics
import subprocess
import sys

MOST_GROWTH = 1.2
MOST_MIB = 300
SMALL_RUNS = 5  # before the large one, and as many after it; a run takes a second


def crawl(program, urls, flags):
    hosts = urls // 100
    run = subprocess.run(
        [program, "--urls", str(urls), "--hosts", str(hosts), "--addresses", str(hosts // 4), "--quiet", *flags],
        stdout=subprocess.PIPE, text=True, check=False)
    print(run.stdout, end="", flush=True)
    return json.loads(run.stdout) if run.stdout else {}, run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--urls", type=int, default=1_000_000)
    arguments, flags = parser.parse_known_args()
    smalls = [crawl(arguments.program, 10_000, flags) for _ in range(SMALL_RUNS)]
    large, kept = crawl(arguments.program, arguments.urls, flags)
    smalls += [crawl(arguments.program, 10_000, flags) for _ in range(SMALL_RUNS)]
    if not kept or not all(small_kept for _, small_kept in smalls):
        sys.exit("a crawl broke its promises")
    small = statistics.median(run["crawl_cpu_us_per_page"] for run, _ in smalls)
    growth = large["crawl_cpu_us_per_page"] / small
    print(f"a page costs {growth:.2f} times as much; peak {large['peak_rss_mib']} MiB")
    if growth > MOST_GROWTH or large["peak_rss_mib"] > MOST_MIB:
        sys.exit(f"more than {MOST_GROWTH} times or {MOST_MIB} MiB")


if __name__ == "__main__":
    main()
