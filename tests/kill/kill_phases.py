"""The moments at which the harness kills, one function a phase: each leaves a finished, compared job behind."""
import sqlite3
import time

import crawl_database
from crawl_process import wait_until
from kill_job import Job, run_refreshed_reference

SEEDS = 100_000


def spread_kills(job, delay, kills, left):
    """Kills spread over the `left()` requests still to be made, until so many counted or the crawl ended by itself; the server
    gets slower until they do. Returns its delay."""
    job.server.delay(delay)
    while (missing := kills - (counted := job.figures["counted"])) > 0:
        share = max(1, left()) / (missing + 2)
        if job.run_until_requests(int(share * job.rng.uniform(0.3, 1.2)), job.rng.uniform(0, 0.05)) is None:
            break
        if job.figures["counted"] == counted:
            delay = min(delay * 1.5, 0.5)
            job.server.delay(delay)
    return delay


def random_moments(job, reference):
    """Kills spread over the whole crawl. If it ends before enough counted, another crawl from the start goes on."""
    delay, total = job.options.delay, sum(reference.fetches.values())
    for _ in range(20):
        delay = spread_kills(job, delay, job.options.kills, lambda: total - len(job.last.settled))
        job.check_against(reference)
        if job.figures["counted"] >= job.options.kills:
            return
        job.fresh()
    job.fault(f"only {job.figures['counted']} kills counted")


def creation(job, reference):
    """Kills between the start and a little after the first request, of a crawl that has hardly begun."""
    for number in range(max(3, job.options.kills // 3)):
        if number % 3 == 0 and number > 0:
            job.fresh()                                    # and sometimes what an earlier kill left behind
        job.server.delay(0.2)
        job.run_for(job.rng.uniform(0, reference.first_request * 1.5))
    job.check_against(reference)


def seeding(job, reference):
    """Kills while a large seed file enters the database: all of it or nothing is there."""
    url = job.server.site.url
    job.seeds = [url("a.test", f"/private/seed/{number}") for number in range(SEEDS)] + [url("new.test", "/")]
    plain = Job(job.options, job.server, job.folder, "undisturbed", job.seeds)
    start = time.monotonic()
    with plain.spawn() as process:
        wait_until(lambda: plain.server.requests() > 0, job.options.seconds, process)
        first_request = time.monotonic() - start
        plain._check_exit(process, process.wait(job.options.seconds))
    plain._count(crawl_database.read(plain.database), crawl_database.lines(plain.items))
    job.faults += plain.faults + plain.found.faults
    if plain.found.states != {"filtered": SEEDS, "done": 21}:
        job.fault(f"{SEEDS} refused seeds and 21 pages ended as {dict(plain.found.states)}")
    job.fresh()
    for _ in range(max(3, job.options.kills // 3)):
        found = job.run_for(job.rng.uniform(0.2, 1.1) * first_request)
        if found is None:
            break
        if found.exists and found.discovered < len(job.seeds):
            job.fault(f"a kill during seeding left {found.discovered} of {len(job.seeds)} seeds")
        if found.exists:
            job.fresh()                                    # seeded: the next kill needs a new file
    job.check_against(plain)


def resume(job, reference):
    """Kills right after the start of a crawl that is half done: while the seen set and the frontier are rebuilt."""
    job.server.delay(job.options.delay)
    job.run_until_requests(sum(reference.fetches.values()) // 2, 0)
    for _ in range(max(3, job.options.kills // 3)):
        job.server.delay(0.2)
        job.run_for(job.rng.uniform(0, reference.first_request * 2))
    job.check_against(reference)


def checkpoint(job, reference):
    """Kills while a reader keeps the log from being emptied, and right after it has let go."""
    job.server.delay(job.options.delay / 3)
    total = sum(reference.fetches.values())
    job.run_until_requests(total // 5, 0.1)
    share = total // (job.options.kills // 3 + 4)
    for number in range(max(3, job.options.kills // 3)):
        reader = sqlite3.connect(f"file:{job.database}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM urls").fetchone()
        target = job.server.requests() + int(share * job.rng.uniform(0.5, 1))
        with job.spawn() as process:
            wait_until(lambda: job.server.requests() >= target, job.options.seconds, process)
            if number % 2:
                reader.execute("COMMIT")
                reader.close()
                time.sleep(job.rng.uniform(0, 0.2))
            ended = job.kill(process) is None
        if not number % 2:
            reader.close()                                 # with the crawl dead, this may empty the log itself
        if ended:
            break
    job.check_against(reference)


def refresh(job, reference):
    """Kills spread over a refresh that finds pages changed, moved and gone."""
    plain = run_refreshed_reference(job.options, job.server, job.folder)
    job.faults += plain.faults
    delay = job.options.delay
    for _ in range(20):
        job.fresh()
        job.finish()
        job.begin_refresh()
        kills = max(3, job.options.kills // 3)
        delay = 1.5 * spread_kills(job, delay, kills, lambda: len(job.last.pages.keys() - job.last.changes.keys()))
        job.check_against(plain)
        if job.figures["counted"] >= kills:
            return
    job.fault(f"only {job.figures['counted']} kills counted")


PHASES = {"random": random_moments, "creation": creation, "seeding": seeding, "resume": resume, "checkpoint": checkpoint}
EDITION_PHASES = {"refresh": refresh}                       # of a site with editions
