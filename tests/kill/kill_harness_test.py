#!/usr/bin/python3
"""The kill harness passes a correct crawler and reports each kind of wrong one: a check that cannot fail is none."""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def run_harness(fault, phases, kills):
    return subprocess.run(
        ["/usr/bin/python3", f"{HERE}/kill_crawl.py", f"--spider={HERE}/model_crawl.py", "--pages=80", "--delay=0.004", "--living=cookies", "--living=troubles", "--living=editions",
         f"--kills={kills}", "--seconds=60", *(f"--phase={phase}" for phase in phases)],
        env={**os.environ, "MODEL_FAULT": fault}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class KillHarness(unittest.TestCase):
    def test_a_correct_crawler_passes(self):
        result = run_harness("", ["random", "resume", "checkpoint", "refresh"], kills=5)
        self.assertEqual(result.returncode, 0, result.stdout)

    def expect_report(self, fault, phase, words, kills=5):
        result = run_harness(fault, [phase], kills)
        self.assertEqual(result.returncode, 1, f"{fault} was not noticed\n{result.stdout}")
        self.assertIn(words, result.stdout)

    # Where only some kills show the fault, there are enough of them that one does.

    def test_urls_lost_between_two_commits(self):
        self.expect_report("split", "random", "FAULT random: state", kills=12)

    def test_a_loop_left_open(self):
        self.expect_report("forget_loops", "random", "('failed', 'redirect') != ('done', '')", kills=25)

    def test_lines_of_a_crash_kept(self):
        self.expect_report("keep_lines", "random", "FAULT random: item lines", kills=15)

    def test_a_page_asked_for_again(self):
        self.expect_report("ask_again", "resume", "asked for again after it was committed")

    def test_a_page_not_followed(self):
        self.expect_report("drop_page", "resume", "FAULT undisturbed: expected")

    def test_an_item_stored_twice(self):
        self.expect_report("double_item", "resume", "FAULT undisturbed: products")

    def test_cookies_forgotten_by_a_kill(self):
        self.expect_report("forget_cookies", "random", "('done', '') != ('failed', 'http_4xx')", kills=25)

    def test_a_refresh_that_starts_over(self):
        self.expect_report("refresh_again", "refresh", "asked for again after it was committed")

    def test_items_of_a_changed_page_not_taken(self):
        self.expect_report("old_items", "refresh", "FAULT refresh: products")


if __name__ == "__main__":
    sys.exit(unittest.main())
