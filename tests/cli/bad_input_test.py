#!/usr/bin/python3
"""What a user can get wrong on the command line: one clear line, exit 2, and nothing changed."""
import os
import random
import sqlite3

from crawl_case import CrawlCase, crawl_database, main


class Flags(CrawlCase):
    def test_an_unknown_flag(self):
        self.assert_refused(self.crawl("--no-such-flag"), 2, "--no-such-flag")
        self.assertFalse(os.path.exists(self.database))

    def test_a_flag_with_a_wrong_value(self):
        for flag, value in (("--depth", "deep"), ("--scope", "planet"), ("--throttle", "-1"), ("--timeout", "soon"),
                            ("--per-host", "0"), ("--include", "(unclosed"), ("--resolve", "a.test"), ("--max-body", "big"), ("--header", "no colon"), ("--user-agent", "a\nb")):
            with self.subTest(flag):
                self.assert_refused(self.crawl(flag, value), 2, flag)
                self.assertFalse(os.path.exists(self.database))

    def test_a_number_out_of_range_is_told_the_range(self):
        for flag, value, told in (("--depth", "70000", "0 ... 60000"), ("--per-ip", "-1", "65536"),
                                  ("--threads", "99999999999", "1 ... 64"), ("--max-pages", "0", "at least 1"),
                                  ("--concurrency", "1.5", "whole number")):
            with self.subTest(flag):
                self.assert_refused(self.crawl(flag, value), 2, flag, told)

    def test_an_empty_pattern(self):
        job = self.write("job.toml", "exclude = ['/tag/', '']\n")
        for flag, arguments in (("--include", ["--include", ""]), ("--exclude", ["--exclude", ""]), ("--exclude", ["--config", job])):
            with self.subTest(arguments):
                self.assert_refused(self.crawl(*arguments), 2, flag, "must not be empty")
                self.assertFalse(os.path.exists(self.database))

    def test_an_age_apart_from_its_flag(self):
        self.assert_refused(self.crawl(self.seed_file, "--refresh", "7d"), 2, "--refresh=7d")

    def test_a_dns_server_that_is_no_address(self):
        self.assert_refused(self.crawl("--dns", "name"), 2, "name")
        self.assertFalse(os.path.exists(self.database))

    def test_an_unknown_command(self):
        self.assert_refused(self.run_command([self.binary, "craw1"]), 2, "craw1")

    def test_help_names_every_promised_flag(self):
        result = self.run_command([self.binary, "crawl", "--help"])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for flag in ("--scope", "--include", "--exclude", "--depth", "--max-pages", "--delay", "--throttle", "--per-host",
                     "--concurrency", "--user-agent", "--timeout", "--max-body", "--no-robots", "--allow-private",
                     "--resolve", "--dns", "--header", "--items", "--store-bodies", "--config", "--quiet"):
            self.assertIn(flag, result.stdout)


class Seeds(CrawlCase):
    def test_a_seed_that_is_redirected_without_an_end(self):
        result = self.crawl(self.server.site.url("a.test", "/long/0/0"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("redirect", result.stderr)

    def test_no_seed_at_all(self):
        self.assert_refused(self.run_command([self.binary, "crawl", "-o", self.database]), 2)
        self.assertFalse(os.path.exists(self.database))

    def test_a_line_that_is_no_url_is_named_with_its_place(self):
        bad = self.write("bad.txt", "# seeds\n\nhttp://a.test/\nhttp://[nowhere/\n" + "http:// b/\n" * 14)
        result = self.crawl(bad)
        self.assertEqual(result.returncode, 2)
        listed = [line for line in result.stderr.splitlines() if "bad.txt:" in line]
        self.assertIn("bad.txt:4:", listed[0])
        self.assertEqual(len(listed), 10, result.stderr)
        self.assertIn("15", result.stderr)                 # how many there are in all
        self.assertFalse(os.path.exists(self.database))
        self.assertEqual(self.server.requests(), 0)

    def test_one_bad_line_leaves_a_job_as_it_was(self):
        self.assertEqual(self.crawl().returncode, 0)
        before = crawl_database.read(self.database)
        bad = self.write("bad.txt", "http://a.test/another\nmailto:someone@a.test\n")
        self.assertEqual(self.crawl(bad).returncode, 2)
        self.assertEqual(crawl_database.compare(before, crawl_database.read(self.database)), [])

    def test_skip_bad_seeds_goes_on(self):
        with open(self.seed_file, "a") as seeds:
            seeds.write("http://[nowhere/\n")
        self.assertEqual(self.crawl("--skip-bad-seeds").returncode, 0)
        self.assert_complete()

    def test_marks_of_other_editors_are_tolerated(self):
        text = "\r\n".join(["\ufeff# list", "", *(f"  {seed}\t" for seed in self.server.site.seeds), ""])
        self.write("seeds.txt", text.encode("utf-8"))
        self.assertEqual(self.crawl().returncode, 0)
        self.assert_complete()

    def test_a_binary_seed_file(self):
        noise = random.Random(1).randbytes(5000)
        for content in (b"\x7fELF\x02\x01\x01\0" + noise, noise.replace(b"\0", b"\1"), b"http://a.test/\n\0http://b.test/\n"):
            with self.subTest(content[:8]):
                result = self.crawl(self.write("seeds.bin", content))
                self.assertEqual(result.returncode, 2)
                self.assertIn("seeds.bin", result.stderr)
                self.assertLessEqual(len(result.stderr.splitlines()), 12)
                controls = {c for c in result.stderr if (c < " " or "\x7f" <= c < "\xa0") and c != "\n"}
                self.assertEqual(controls, set(), "control characters on the terminal")
                self.assertFalse(os.path.exists(self.database))

    def test_a_seed_file_that_cannot_be_read(self):
        self.assert_refused(self.crawl(self.folder), 2, self.folder)
        self.assert_refused(self.crawl("/no/such/folder/seeds.txt"), 2, "/no/such/folder/seeds.txt")
        self.assertFalse(os.path.exists(self.database))


class ForeignDatabases(CrawlCase):
    def assert_left_alone(self, *words, code=2):
        before = self.contents()
        self.assert_refused(self.crawl(), code, "crawl.db", *words)
        self.assertEqual(self.contents(), before)
        self.assertEqual(self.server.requests(), 0)
        self.assert_refused(self.run_command([self.binary, "stats", self.database]), code, "crawl.db")
        self.assertEqual(self.contents(), before)

    def test_a_database_of_another_program(self):
        for pragma in ("journal_mode = DELETE", "journal_mode = WAL"):
            with self.subTest(pragma):
                other = sqlite3.connect(self.database)
                other.executescript(f"PRAGMA {pragma}; CREATE TABLE IF NOT EXISTS urls (id, url); INSERT INTO urls VALUES (1, 'x');")
                other.close()
                self.assert_left_alone("not a crawl database")

    def test_a_file_that_is_no_database(self):
        self.write("crawl.db", "http://a.test/\n" * 1000)
        self.assert_left_alone("not a crawl database")

    def test_a_folder(self):
        os.mkdir(self.database)
        self.assert_refused(self.crawl(), 1, "crawl.db")

    def test_a_database_of_a_newer_version(self):
        self.assertEqual(self.crawl().returncode, 0)
        newer = sqlite3.connect(self.database)
        newer.execute("PRAGMA user_version = 99")
        newer.close()
        self.server.reset()
        self.assert_left_alone("99")

    def every_command(self):
        """How each command answers to the database: the line without the command's name."""
        for arguments in (["crawl", "-o", self.database], ["audit", self.database], ["stats", self.database],
                          ["stats", "--hosts", self.database], ["why", self.database, self.server.site.seeds[0]],
                          ["export", self.database], ["export", "--table", "urls", self.database],
                          ["ctl", self.database, "status"]):
            with self.subTest(arguments):
                before = self.contents()
                result = self.run_command([self.binary, *arguments])
                self.assert_refused(result, 2, self.database)
                self.assertEqual(self.contents(), before)
                yield result.stderr.split(": ", 1)[1]

    def test_every_command_says_the_same_of_a_damaged_database(self):
        self.assertEqual(self.crawl().returncode, 0)
        size = os.path.getsize(self.database)
        with open(self.database, "rb") as file:
            whole = file.read()
        for name, content in (("cut in half", whole[:size // 2]), ("cut within a page", whole[:5000]),
                              ("a schema that is none", whole[:100] + b"\xee" * 3996 + whole[4096:])):
            self.write("crawl.db", content)
            for said in self.every_command():
                self.assertEqual(said, f"{self.database} is damaged: database disk image is malformed; put back a copy "
                                       "of it, or crawl into another file\n", name)
        self.write("crawl.db", "http://a.test/\n" * 1000)
        for said in self.every_command():
            self.assertEqual(said, f"{self.database} is not a crawl database: it is not an SQLite file\n")

    def test_damage_met_halfway_is_bad_input_too(self):
        self.assertEqual(self.crawl().returncode, 0)
        with open(self.database, "rb") as file:
            pages = file.read()
        pages = pages[:4096] + b"".join(b"\xff" * 400 + pages[i + 400:i + 4096] for i in range(4096, len(pages), 4096))
        self.write("crawl.db", pages)
        for command in (["stats"], ["audit"], ["export", "--table", "urls"]):
            with self.subTest(command):
                self.assert_refused(self.run_command([self.binary, *command, self.database]), 2, "is damaged: ")
        self.assert_refused(self.crawl(), 2, "is damaged: ")

    def test_best_first_needs_a_spider(self):
        self.assert_refused(self.crawl("--order", "best"), 2, "--order best", "spider")
        self.assertFalse(os.path.exists(self.database))

    def test_a_foreign_items_file_leaves_a_job_as_it_was(self):
        self.assertEqual(self.crawl().returncode, 0)
        items = self.write("items.jsonl", '{"mine":1}\n')
        before = self.stored_options()
        self.assert_refused(self.crawl("http://a.test/another", "--depth", "3", "--items", items), 2, "items.jsonl")
        seeds = self.write("bad.txt", "http://[\n")
        self.assert_refused(self.crawl(seeds, "--items", items), 2, "items.jsonl")  # before any seed is read
        self.assertEqual(self.stored_options(), before)
        self.assert_resumes_to_the_end()

    def stored_options(self):
        with sqlite3.connect(self.database) as database:
            return database.execute("SELECT key, value FROM meta ORDER BY key").fetchall()

    def test_a_shortened_item_file_is_refused(self):
        items = self.path("items.jsonl")
        self.write("items.jsonl", '{"mine":1}\n')
        self.assert_refused(self.crawl("--items", items), 2, "items.jsonl")
        self.assertEqual(self.contents()["items.jsonl"], b'{"mine":1}\n')
        self.assertFalse(os.path.exists(self.database))


if __name__ == "__main__":
    main()
