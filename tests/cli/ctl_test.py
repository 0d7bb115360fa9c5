#!/usr/bin/python3
"""`gossamer ctl` and SIGUSR1, from outside: a crawl is steered while it runs, and what was said to it holds."""
import json
import os
import signal
import sqlite3
import stat

from crawl_case import SECONDS, CrawlCase, crawl_database, main, wait_until

INTERRUPTED = 130


class Control(CrawlCase):
    def ctl(self, *arguments):
        return self.run_command([self.binary, "ctl", self.database, *arguments])

    def answer(self, *arguments):
        result = self.ctl("--jsonl", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def start_paused(self):
        process = self.start(self.command("--delay", "20ms", "--per-host", "1"), requests=10)
        self.assertTrue(wait_until(lambda: os.path.exists(self.database + ".ctl"), SECONDS, process))
        result = self.ctl("pause")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.startswith("paused: "), result.stdout)
        self.assertTrue(wait_until(lambda: self.answer("status")["in_flight_total"] == 0, SECONDS, process))
        return process

    def end(self, process, code=0):
        self.assertEqual(process.wait(SECONDS), code, process.errors())

    def test_pause_asks_nobody_and_resume_finishes(self):
        process = self.start_paused()
        mode = os.stat(self.database + ".ctl")
        self.assertTrue(stat.S_ISSOCK(mode.st_mode))
        self.assertEqual(stat.S_IMODE(mode.st_mode), 0o600)
        requests = self.server.requests()
        status = self.answer("status")
        self.assertEqual(status["state"], "paused")
        self.assertGreater(status["pending"], 0)
        self.assertEqual(status["discovered"],
                         status["done"] + status["failed"] + status["filtered"] + status["pending"])
        os.kill(process.child.pid, signal.SIGUSR1)
        self.assertTrue(wait_until(lambda: "in flight: 0" in process.errors(), SECONDS, process), process.errors())
        self.assertIn("paused for ", process.errors())
        self.assertLess(status["paused_for"], status["elapsed"])
        self.assertGreater(status["memory_used"], 1 << 20)
        self.assertEqual(status["memory_budget"], 256 << 20)
        self.assertIn(" in use (--memory 256M)\n", self.ctl("status").stdout)
        self.assertEqual(self.server.requests(), requests)
        self.assertTrue(self.ctl("resume").stdout.startswith("running: "))
        self.end(process)
        self.assert_complete()
        self.assertFalse(os.path.exists(self.database + ".ctl"))

    def why_pending(self, origin):
        with sqlite3.connect(self.database) as database:
            url, = database.execute("SELECT url FROM urls WHERE state = 'pending' AND url LIKE ? LIMIT 1",
                                    (origin + "/%",)).fetchone()
        result = self.run_command([self.binary, "why", self.database, url, "--jsonl"])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)["because"]

    def test_why_tells_that_it_is_paused(self):
        process = self.start_paused()
        count = "SELECT count(*) FROM urls WHERE state = 'pending'"
        with sqlite3.connect(self.database) as database:  # what was fetched is committed
            self.assertTrue(wait_until(lambda: database.execute(count).fetchone()[0] == self.answer("status")["pending"],
                                       SECONDS, process))
        origin = self.answer("status")["hosts"]["top"][0]["origin"]
        self.assertIn("the crawl is paused", self.why_pending(origin))
        for host in (origin, origin.split("/")[2]):
            self.answer("pause-host", host)
            self.assertIn(f"{origin} is paused", self.why_pending(origin))
            self.answer("resume-host", host)
            self.assertNotIn(f"{origin} is paused", self.why_pending(origin))
        self.ctl("stop")
        self.end(process, INTERRUPTED)
        self.assertIn("waits for the next run", self.why_pending(origin))

    def test_stop_keeps_all_and_a_resume_finishes(self):
        process = self.start_paused()
        self.assertEqual(self.ctl("stop").stdout, "stopping: what was fetched is being stored\n")
        self.end(process, INTERRUPTED)
        self.assert_resumes_to_the_end()

    def test_a_paused_host_is_left_alone(self):
        process = self.start_paused()
        origin = self.answer("status")["hosts"]["top"][0]["origin"]
        self.assertNotIn(" paused", self.ctl("status").stdout)
        self.assertEqual(self.answer("pause-host", origin)["state"], "paused")
        self.assertIn(", 1 host paused", self.ctl("status").stdout)
        self.ctl("resume")
        self.assertTrue(wait_until(
            lambda: all(host["paused"] for host in self.answer("status")["hosts"]["top"]), SECONDS, process))
        self.assertEqual(self.answer("resume-host", origin)["origins"], 1)
        self.end(process)
        self.assert_complete()

    def test_status_tells_of_hosts_that_rest(self):
        process = self.start(self.command("--delay", "1h", "--per-host", "1"), requests=2)
        self.assertTrue(wait_until(lambda: " resting" in self.ctl("status").stdout, SECONDS, process))
        hosts = self.answer("status")["hosts"]["resting"]
        self.assertIn(f", {hosts} host{'' if hosts == 1 else 's'} resting, ", self.ctl("status").stdout)
        self.ctl("stop")
        self.end(process, INTERRUPTED)

    def test_what_is_dropped_is_filtered_and_stays_so(self):
        process = self.start_paused()
        dropped = self.answer("drop", "[02468]$")["dropped"]
        self.assertGreater(dropped, 0)
        self.ctl("resume")
        self.end(process)
        found = crawl_database.read(self.database)
        self.assertEqual(found.faults, [])
        with sqlite3.connect(self.database) as database:
            count = "SELECT count(*) FROM urls WHERE state = 'filtered' AND reason = 'pattern'"
            self.assertGreaterEqual(database.execute(count).fetchone()[0], dropped)
        self.assertEqual(self.crawl().returncode, 0)
        self.assertEqual(crawl_database.compare(found, crawl_database.read(self.database)), [])

    def test_what_is_wrong_is_said(self):
        self.assert_refused(self.ctl("status"), 2, "crawl.db")
        self.assert_refused(self.ctl(), 2, "pause-host")
        self.assert_refused(self.ctl("foo"), 2, "'foo'", "pause, resume, pause-host", "status")
        for arguments in (("pause", "stop"), ("pause", "--now"), ("--now", "pause")):
            self.assert_refused(self.ctl(*arguments), 2, f"not expected: {arguments[arguments[0] == 'pause']}")
        self.assert_refused(self.ctl("pause-host"), 2, "HOST")
        process = self.start_paused()
        self.assert_refused(self.ctl("drop", "(unclosed"), 2, "(unclosed")
        self.assert_refused(self.ctl("pause-host", "nobody.test"), 2, "nobody.test")
        self.ctl("stop")
        self.end(process, INTERRUPTED)
        self.assert_refused(self.ctl("status"), 1, "no crawl is running")


if __name__ == "__main__":
    main()
