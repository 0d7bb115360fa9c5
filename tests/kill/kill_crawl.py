#!/usr/bin/python3
"""Kills a crawl with SIGKILL again and again, resumes it with the same command, and compares what it ends with.

A generated site is crawled once undisturbed: that must be the outcome the site's link graph demands, each URL asked
for once. Then in phases, each a crawl of its own, killed at a kind of moment: `random` (kills count only when the
database then has done > 0 and pending > 0; the server is slowed until they do), `creation`, `seeding` (a large seed
file), `resume` (right after the start, mid-crawl), `checkpoint` (a reader holds the write-ahead log back) and, of a
site with editions, `refresh` (while the second edition is compared with the first). After
every kill: integrity_check, the ledger, nothing lost since the kill before. At the end of each phase: same URLs, states,
reasons, redirects, pages, digests, items and item lines as the undisturbed crawl, and no URL asked for again once its
outcome was committed. Exit 0: all equal; 1: any difference.
"""
import argparse
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../support/site")]
from kill_job import Job, run_reference  # noqa: E402
from kill_phases import EDITION_PHASES, PHASES  # noqa: E402
from living import PARTS  # noqa: E402
from site_server import SiteServer  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    program = parser.add_mutually_exclusive_group(required=True)
    program.add_argument("--binary", help="gossamer")
    program.add_argument("--spider", help="a program of run_spider that takes the site's products (item_spider.cpp)")
    parser.add_argument("--plugin", action="append", default=[], help="passed to the crawl; gives items too")
    parser.add_argument("--kills", type=int, default=30, help="kills that count in the phase random; the others take a third")
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="of the site and of the moments")
    parser.add_argument("--living", action="append", choices=PARTS, default=[], help="the site has cookies, troubles that pass, "
                        "a second edition or sitemaps too; repeatable")
    parser.add_argument("--long", action="store_true", help="10,000 pages, 200 kills, two threads, all parts of a living site")
    parser.add_argument("--threads", type=int, default=1, help="of the crawl")
    parser.add_argument("--phase", action="append", choices=[*PHASES, *EDITION_PHASES], help="only this one; repeatable")
    parser.add_argument("--delay", type=float, default=0.03, help="seconds an answer takes at first in the phases random and "
                        "resume; a third in checkpoint")
    parser.add_argument("--per-host", type=int, default=16)
    parser.add_argument("--refetch-bound", type=int, default=64 + 64 + 16 + 1024,
                        help="requests a kill may cost: those in flight, waiting for a parser, being parsed, not committed")
    parser.add_argument("--seconds", type=float, default=120, help="the most one run of the crawl may take")
    parser.add_argument("--crawl-flag", action="append", default=[], help="one more flag for the crawl")
    parser.add_argument("--keep", help="keep databases and logs in this new folder")
    options = parser.parse_args()
    if options.long:
        options.pages, options.kills, options.threads, options.living = 10_000, 200, 2, list(PARTS)
    program = os.path.abspath(options.spider or options.binary)
    if not os.access(program, os.X_OK):
        parser.error(f"{program}: no such program")
    options.crawl = [program] if options.spider else [program, "crawl"]
    if options.keep:
        os.makedirs(options.keep)

    with tempfile.TemporaryDirectory(prefix="gossamer-kill-") as temporary, \
            SiteServer(options.seed, options.pages, living=options.living) as server:
        folder = options.keep or temporary
        reference = run_reference(options, server, folder)
        jobs = [reference]
        phases = PHASES | (EDITION_PHASES if "editions" in options.living else {})
        for name in options.phase or phases:
            if reference.faults:
                break
            job = Job(options, server, folder, name)
            phases[name](job, reference)
            jobs.append(job)
        return report(jobs)


def report(jobs):
    columns = ("kills", "counted", "runs", "URLs", "pages", "items", "lines", "requests", "refetched", "most a kill", "faults")
    print("\n| phase | " + " | ".join(columns) + " |\n" + "|---" * (len(columns) + 1) + "|")
    for job in jobs:
        print(f"| {job.name} | " + " | ".join(str(job.figures.get(column, 0)) for column in columns[:-1]) +
              f" | {len(job.faults)} |")
    for job in jobs:
        for fault in job.faults[:40]:
            print(f"FAULT {job.name}: {fault}")
    return 1 if any(job.faults for job in jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
