#!/usr/bin/python3
"""Storage that says no: a full disk, a file-size limit, a place that cannot be written. The job stops with exit 1 and one
line, and goes on to the same end once there is room. The parts with a file system of their own need root."""
import os
import resource
import signal
import subprocess
import unittest

from crawl_case import CrawlCase, crawl_database, main


def mount(options, target):
    """A tmpfs at `target`, or SkipTest."""
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root to mount a small tmpfs")
    result = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", target], stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise unittest.SkipTest("mount: " + result.stderr.strip())


class FullDisk(CrawlCase):
    pages = 600

    def small_disk(self, size):
        disk = self.path("disk")
        os.mkdir(disk)
        mount(f"size={size}", disk)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.database = os.path.join(disk, "crawl.db")
        return disk

    def test_a_full_disk_ends_the_crawl_and_room_lets_it_go_on(self):
        disk = self.small_disk("2m")
        self.server.delay(0.02)                            # so that some batches are committed before
        self.assert_refused(self.crawl("--store-bodies"), 1, "crawl.db", "full|No space left")
        self.server.delay(0)
        found = crawl_database.read(self.database)
        self.assertEqual(found.faults, [])
        self.assertGreater(found.states["done"], 0)
        self.assertGreater(found.states["pending"], 0)
        self.assert_refused(self.crawl("--store-bodies"), 1, "crawl.db", "full|No space left")
        subprocess.run(["mount", "-o", "remount,size=100m", disk], check=True)
        self.assert_resumes_to_the_end("--store-bodies")

    def test_a_disk_too_small_to_begin(self):
        self.small_disk("16k")
        self.assert_refused(self.crawl(), 1, "crawl.db", "full|No space left")

    def test_a_file_that_may_not_grow(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        self.assert_refused(self.crawl("--store-bodies", preexec_fn=limit, restore_signals=False), 1, "crawl.db")
        self.assertEqual(crawl_database.read(self.database).faults, [])
        self.assert_resumes_to_the_end("--store-bodies")


class Unwritable(CrawlCase):
    pages = 30

    def test_a_folder_that_is_not_there(self):
        for place in (self.path("no/such/crawl.db"), self.path("seeds.txt/crawl.db")):
            with self.subTest(place):
                self.assert_refused(self.run_command(self.command(output=place)), 1, place)
                self.assertEqual(self.server.requests(), 0)

    def test_a_file_system_that_cannot_be_written(self):
        disk = self.path("disk")
        os.mkdir(disk)
        mount("size=20m", disk)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.database = os.path.join(disk, "crawl.db")
        self.assertEqual(self.crawl("--max-pages", "10").returncode, 0)
        before = crawl_database.read(self.database)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        self.assert_refused(self.crawl(), 1, "crawl.db")
        self.assert_refused(self.run_command(self.command(output=os.path.join(disk, "other.db"))), 1, "other.db")
        self.assertEqual(self.run_command([self.binary, "stats", self.database]).returncode, 0)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        self.assertEqual(crawl_database.compare(before, crawl_database.read(self.database)), [])
        self.assert_resumes_to_the_end("--max-pages", "100000")

    def test_an_item_file_that_cannot_be_written(self):
        self.assert_refused(self.crawl("--items", self.path("no/such/items.jsonl")), 1, "items.jsonl")
        self.assertEqual(self.server.requests(), 0)


if __name__ == "__main__":
    main()
