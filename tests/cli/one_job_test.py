#!/usr/bin/python3
"""One job over several runs: ended, interrupted, shared, limited. Nothing is lost and nothing is done twice."""
import json
import os
import signal
import time

from crawl_case import SECONDS, CrawlCase, crawl_database, main, wait_until


class WholeSite(CrawlCase):
    steady = False

    def test_a_whole_crawl_and_its_ledger(self):
        result = self.crawl()
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        found = self.assert_complete()
        stats = self.run_command([self.binary, "stats", self.database, "--jsonl"])
        self.assertEqual((stats.returncode, stats.stderr), (0, ""))
        ledger = json.loads(stats.stdout)
        self.assertEqual((ledger["discovered"], ledger["done"], ledger["pending"], ledger["pages"]),
                         (len(found.urls), found.states["done"], 0, len(found.pages)))
        for state in ("failed", "filtered"):
            counts = {}
            for url_state, reason in found.urls.values():
                if url_state == state:
                    counts[reason] = counts.get(reason, 0) + 1
            self.assertEqual(ledger[state], counts)


class OneJob(CrawlCase):
    def test_a_finished_job_does_nothing(self):
        self.crawl()
        before = crawl_database.read(self.database)
        for arguments in ([], ["--throttle", "1"]):
            self.server.reset()
            result = self.crawl(*arguments)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(self.server.requests(), 0)
            self.assertEqual(crawl_database.compare(before, crawl_database.read(self.database)), [])

    def test_a_limit_leaves_the_rest_pending(self):
        self.assertEqual(self.crawl("--max-pages", "20").returncode, 0)
        found = crawl_database.read(self.database)
        self.assertEqual(found.faults, [])
        self.assertEqual(len(found.pages), 20)
        self.assertGreater(found.states["pending"], 0)
        self.server.reset()
        self.assertEqual(self.crawl("--max-pages", "100000").returncode, 0)
        self.assert_complete()

    def test_a_resume_needs_no_seeds_and_says_what_there_is(self):
        self.crawl("--max-pages", "20")
        found = crawl_database.read(self.database)
        os.unlink(self.seed_file)
        command = [self.binary, "crawl", "-o", self.database, *self.server.flags(), "--max-pages", "100000"]
        result = self.run_command(command)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"resuming {self.database}: {found.states['done']} done, {found.states['pending']} pending", result.stderr)
        self.assert_complete()

    def test_a_second_process_is_refused_and_the_first_goes_on(self):
        self.server.delay(0.1)
        first = self.start(self.command(), requests=20)
        second = self.crawl()
        self.assert_refused(second, 1, "crawl.db", str(first.child.pid))
        self.assertTrue(first.running())
        reader = self.run_command([self.binary, "stats", self.database])
        self.assertEqual(reader.returncode, 0, reader.stderr)
        self.server.delay(0)
        self.assertEqual(first.wait(SECONDS), 0, first.errors())
        self.assert_complete()
        self.assertEqual({request: count for request, count in self.server.fetches().items() if count > 1}, {})

    def test_a_dead_owner_does_not_block(self):
        self.server.delay(0.1)
        first = self.start(self.command(), requests=20)
        first.kill()
        self.server.delay(0)
        self.assert_resumes_to_the_end()


class ChangedOptions(CrawlCase):
    def test_changes_are_told_also_when_quiet_and_hold_for_what_is_not_fetched_yet(self):
        self.assertEqual(self.crawl("--depth", "1").returncode, 0)
        found = crawl_database.read(self.database)
        deep = sum(reason == "depth" for _, reason in found.urls.values())
        self.assertGreater(deep, 0)
        result = self.crawl("--depth", "60000")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.splitlines(), ["--depth: was 1, is now 60000",
                                                      f"judged again: {deep} filtered URLs are pending now, 0 pending ones filtered"])
        self.assert_complete()
        again = self.crawl("--depth", "60000")
        self.assertEqual((again.returncode, again.stderr), (0, ""))

    def test_a_smaller_scope_is_that_of_what_is_pending(self):
        self.crawl("--max-pages", "20")
        result = self.crawl("--exclude", ".", "--max-pages", "100000")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("--exclude: was none, is now .\n", result.stderr)
        self.assertRegex(result.stderr, "judged again: 0 filtered URLs are pending now, [1-9][0-9]* pending ones filtered")
        found = crawl_database.read(self.database)
        self.assertEqual((found.faults, found.states["pending"]), ([], 0))

    def assert_taken_back(self, *arguments):
        self.crawl("--exclude", ".", "--depth", "1")
        result = self.crawl(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(set(result.stderr.splitlines()[:2]), {"--exclude: was ., is now none", "--depth: was 1, is now none"})
        self.assert_complete()

    def test_an_empty_list_in_a_job_file_takes_an_option_back(self):
        self.assert_taken_back("--config", self.write("job.toml", "exclude = []\ndepth = []\n"))

    def test_unset_takes_an_option_back(self):
        self.assert_taken_back("--unset", "exclude", "--unset", "depth")

    def test_a_changed_header_does_not_tell_its_value(self):
        self.crawl("--max-pages", "5")
        result = self.crawl("--header", "Authorization: Bearer s3cret")
        self.assertEqual((result.returncode, result.stderr), (0, "--header: was none, is now Authorization: (hidden)\n"))

    def test_what_is_stored_of_each_page_cannot_change(self):
        self.crawl("--max-pages", "20")
        before = self.contents()
        for flag in ("--store-links", "--store-bodies"):
            refused = self.crawl(flag)
            self.assert_refused(refused, 2, f"{flag}: was false, is now true, but the pages stored so far are not read again", "another -o")
        self.assertEqual(self.contents(), before)
        self.assert_resumes_to_the_end("--max-pages", "100000")


class Signals(CrawlCase):
    def test_a_signal_saves_the_state(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                self.server.reset()
                self.server.delay(0.05)
                for name in os.listdir(self.folder):
                    if name.startswith("crawl.db"):
                        os.unlink(self.path(name))
                process = self.start(self.command(), requests=100)
                process.child.send_signal(number)
                self.assertEqual(process.wait(SECONDS), 130, process.errors())
                found = crawl_database.read(self.database)
                self.assertEqual(found.faults, [])
                self.assertGreater(found.states["pending"], 0)
                self.assertGreaterEqual(found.states["done"], 50)   # what was fetched is kept
                self.server.delay(0)
                self.assert_resumes_to_the_end()

    def test_a_second_signal_stops_at_once(self):
        self.server.delay(0.02)
        process = self.start(self.command(), requests=60)
        self.server.delay(20)                              # every answer from now on outlasts the test
        asked = self.server.requests()
        wait_until(lambda: self.server.requests() >= asked + 4, SECONDS, process)
        start = time.monotonic()
        process.child.send_signal(signal.SIGINT)
        time.sleep(0.05)                                   # two signals at once would be one
        process.child.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(SECONDS), 130, process.errors())
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(crawl_database.read(self.database).faults, [])
        self.server.reset()
        self.assert_resumes_to_the_end()


class Polite(CrawlCase):
    pages = 30

    def test_one_request_at_a_time_and_host_by_default(self):
        result = self.run_command([self.binary, "crawl", self.seed_file, "-o", self.database, *self.server.flags()])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(set(self.server.command()["most_in_flight"].values()), {1})
        self.assert_complete()
        log = self.server.log()
        for host in ("a.test", "b.test"):                  # the rules are read before the first page
            self.assertEqual(next(path for _, _, h, path, _ in log if h == host), "/robots.txt")
            self.assertEqual(sum(h == host and path == "/robots.txt" for _, _, h, path, _ in log), 1)

    def test_private_addresses_are_refused(self):
        command = [part for part in self.command() if part != "--allow-private"]
        result = self.run_command(command)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("--allow-private", result.stderr)
        self.assertEqual(self.server.requests(), 0)
        self.assertEqual(crawl_database.read(self.database).faults, [])

    def test_no_seed_could_be_fetched(self):
        with open(self.seed_file, "w") as seeds:
            seeds.write("http://a.test:1/\n")
        result = self.crawl("--resolve", "a.test:1:127.0.0.1")
        self.assertEqual(result.returncode, 1, result.stderr)
        found = crawl_database.read(self.database)
        self.assertEqual((found.faults, len(found.urls), found.states["pending"]), ([], 1, 0))


if __name__ == "__main__":
    main()
