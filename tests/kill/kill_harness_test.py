#!/usr/bin/python3
"""The kill harness passes a correct crawler and reports each kind of wrong one: a check that cannot fail is none."""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def run_harness(fault, phase, kills=5):
    return subprocess.run(
        ["/usr/bin/python3", f"{HERE}/kill_crawl.py", f"--spider={HERE}/model_crawl.py", "--pages=150",
         f"--kills={kills}", f"--phase={phase}", "--seconds=60"],
        env={**os.environ, "MODEL_FAULT": fault}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class KillHarness(unittest.TestCase):
    def test_a_correct_crawler_passes(self):
        for phase in ("random", "resume", "checkpoint"):
            result = run_harness("", phase)
            self.assertEqual(result.returncode, 0, result.stdout)

    def expect_report(self, fault, phase, words, kills=5):
        result = run_harness(fault, phase, kills)
        self.assertEqual(result.returncode, 1, f"{fault} was not noticed\n{result.stdout}")
        self.assertIn(words, result.stdout)

    def test_urls_lost_between_two_commits(self):
        self.expect_report("split", "random", "FAULT random: state")

    def test_a_loop_left_open(self):
        self.expect_report("forget_loops", "random", "('failed', 'redirect') != ('done', '')", kills=25)

    def test_lines_of_a_crash_kept(self):
        self.expect_report("keep_lines", "random", "FAULT random: item lines")

    def test_a_page_asked_for_again(self):
        self.expect_report("ask_again", "resume", "asked for again after it was committed")

    def test_a_page_not_followed(self):
        self.expect_report("drop_page", "resume", "FAULT undisturbed: expected")


if __name__ == "__main__":
    sys.exit(unittest.main())
