#!/usr/bin/python3
"""The commands url and robots from outside: what they print, their exit codes, and a dialogue over --batch."""
import json
import subprocess
import sys
import tempfile
import unittest

BINARY = sys.argv.pop(1)


def run(*arguments, stdin=""):
    result = subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout, result.stderr


def batch(command, *lines):
    code, out, err = run(command, "--batch", stdin="\n".join(lines))
    assert (code, err) == (0, ""), (code, err)
    return [json.loads(line) for line in out.splitlines()]


class UrlCommand(unittest.TestCase):
    def test_shows_the_parts(self):
        code, out, err = run("url", "--base", "http://h.example.co.uk/a/b", "../c?d")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("href      http://h.example.co.uk/c?d\n", out)
        self.assertIn("domain    example.co.uk\n", out)

    def test_canonical_alone(self):
        self.assertEqual(run("url", "--canonical", "http://u@H:80/%7e?#x", "https://h"),
                         (0, "http://h/~\nhttps://h/\n", ""))

    def test_canonical_by_the_rules_of_a_crawl(self):
        self.assertEqual(run("url", "--canonical", "--sort-query", "--drop-query", "utm_*", "--drop-session-ids",
                             "http://h/a;jsessionid=1?b&utm_source=x&a#f"), (0, "http://h/a?a&b\n", ""))

    def test_jsonl(self):
        code, out, _ = run("url", "--jsonl", "https://a.example:81/x")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out), {
            "href": "https://a.example:81/x", "protocol": "https:", "username": "", "password": "",
            "host": "a.example:81", "hostname": "a.example", "port": "81", "pathname": "/x", "search": "", "hash": "",
            "domain": "a.example", "canonical": "https://a.example:81/x"})

    def test_what_is_no_url(self):
        code, out, err = run("url", "http://a b/", "http://c/")
        self.assertEqual(code, 1)
        self.assertEqual(err, 'gossamer url: "http://a b/" is no URL: the host has a character no domain may have\n')
        self.assertIn("http://c/", out)

    def test_bad_usage(self):
        for arguments in ([], ["--base", "x", "y"], ["--batch", "http://h/"], ["--nonsense"],
                          *(["--drop-query", name, "http://h/"] for name in ("", "*", "a*b", "a=b", "a&b"))):
            with self.subTest(arguments):
                code, out, err = run("url", *arguments)
                self.assertEqual((code, out), (2, ""))
                self.assertNotEqual(err, "")

    def test_batch_answers_every_line(self):
        answers = batch("url", '{"input":"x","base":"http://h/a/"}', '{"input":"y","base":"http://h/a/"}',
                        '{"input":"x","base":null}', '{"input":"http://h/"}', "", "[1]", '{"input":1}',
                        '{"input":"http://h/\\ud800"}')
        self.assertEqual([answer.get("href") for answer in answers],
                         ["http://h/a/x", "http://h/a/y", None, "http://h/", None, None, None, "http://h/%EF%BF%BD"])
        self.assertEqual(["error" in answer for answer in answers],
                         [False, False, True, False, True, True, True, False])

    def test_batch_is_a_dialogue(self):
        with subprocess.Popen([BINARY, "url", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as process:
            for name in ("a", "b"):
                process.stdin.write(json.dumps({"input": f"http://{name}"}) + "\n")
                process.stdin.flush()
                self.assertEqual(json.loads(process.stdout.readline())["href"], f"http://{name}/")
            process.stdin.close()
            self.assertEqual(process.wait(60), 0)

    def test_output_that_fails_is_an_error(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = subprocess.run([BINARY, "url", "--batch"], input=b'{"input":"http://h/"}\n', stdout=full,
                                    stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"cannot write to standard output", result.stderr)


class RobotsCommand(unittest.TestCase):
    def setUp(self):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".txt")  # pylint: disable=consider-using-with
        self.addCleanup(self.file.close)
        self.file.write("User-agent: *\nDisallow: /\n\nUser-agent: foo\nDisallow: /x\nAllow: /x/y\nCrawl-delay: 2.5\n"
                        "Sitemap: https://h/s.xml\n")
        self.file.flush()

    def test_says_which_line(self):
        self.assertEqual(
            run("robots", "--file", self.file.name, "--agent", "Foo/1.0 (+http://foo.example)",
                "http://h/x?q#f", "http://h/x/y", "/z"),
            (0, "disallow http://h/x?q#f (line 5: Disallow: /x)\nallow http://h/x/y (line 6: Allow: /x/y)\n"
                "allow /z (no rule matches)\n", ""))

    def test_jsonl(self):
        code, out, _ = run("robots", "--file", self.file.name, "--agent", "Foo", "--jsonl", "/x")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out), {"url": "/x", "allowed": False, "line": 5, "rule": "Disallow: /x",
                                           "crawl_delay": 2.5})

    def test_without_a_url_tells_the_rest_of_the_file(self):
        of_foo = ("robots", "--file", self.file.name, "--agent", "Foo")
        self.assertEqual(run(*of_foo), (0, "crawl-delay 2.5\nsitemap https://h/s.xml\n", ""))
        self.assertEqual(json.loads(run(*of_foo, "--jsonl")[1]), {"crawl_delay": 2.5, "sitemaps": ["https://h/s.xml"]})
        self.assertEqual(run("robots", "--file", self.file.name, "--agent", "a"), (0, "sitemap https://h/s.xml\n", ""))

    def test_bad_usage(self):
        for arguments in ([], ["--file", self.file.name, "/x"], ["--file", "/no/such", "--agent", "a", "/x"]):
            with self.subTest(arguments):
                code, out, err = run("robots", *arguments)
                self.assertEqual((code, out, err.count("\n")), (2, "", 1))

    def test_what_is_no_url(self):
        code, _, err = run("robots", "--file", self.file.name, "--agent", "a", "x y")
        self.assertEqual(code, 1)
        self.assertTrue(err.startswith('gossamer robots: "x y" is no URL'), err)

    def test_batch(self):
        robots = "User-agent: *\nDisallow: /a\nCrawl-delay: 2"
        answers = batch("robots", *(json.dumps({"robots": robots, "agent": "Foo", "url": url})
                                    for url in ("http://h/a", "http://h/b", "", "no url")), '{"robots":""}')
        self.assertEqual(answers[:3], [
            {"allowed": False, "line": 2, "rule": "Disallow: /a", "crawl_delay": 2},
            {"allowed": True, "line": None, "rule": None, "crawl_delay": 2},
            {"allowed": True, "line": None, "rule": None, "crawl_delay": 2}])
        self.assertEqual([list(answer) for answer in answers[3:]], [["error"], ["error"]])


if __name__ == "__main__":
    unittest.main()
