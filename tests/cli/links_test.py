#!/usr/bin/python3
"""The command links from outside: what it prints of a file and of standard input, its exit codes, a dialogue over --batch."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from page_server import serve_pages

BINARY = sys.argv.pop(1)

PAGE = """<title>t</title><base href="/dir/">
<link rel="canonical" href="c"><a href="x?a&amp;b" rel="me nofollow"> the
<b>text</b></a><img src="//i.example/p.png"><a href="mailto:a@b">m</a><a href="http://[">broken</a>"""


def run(*arguments, stdin=""):
    result = subprocess.run([BINARY, "links", *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout, result.stderr


def link(url, tag, rel="", text="", nofollow=False):
    return {"url": url, "tag": tag, "rel": rel, "text": text, "nofollow": nofollow}


class LinksCommand(unittest.TestCase):
    def test_links_in_document_order_resolved_against_the_base(self):
        for flags in ([], ["--jsonl"]):
            code, out, err = run("-", "--base", "https://h.example/a/b", *flags, stdin=PAGE)
            self.assertEqual((code, err), (0, ""))
            self.assertEqual([json.loads(line) for line in out.splitlines()], [
                link("https://h.example/dir/c", "link", "canonical"),
                link("https://h.example/dir/x?a&b", "a", "me nofollow", "the text", True),
                link("https://i.example/p.png", "img"),
                link("mailto:a@b", "a", text="m"),
                {**link("http://[", "a", text="broken"), "error": "the host opens an IPv6 address with '[' but does not close it"},
            ])

    def test_without_base_relative_links_stay(self):
        code, out, _ = run("-", stdin=PAGE)
        self.assertEqual(code, 0)
        self.assertEqual([json.loads(line)["url"] for line in out.splitlines()],
                         ["c", "x?a&b", "//i.example/p.png", "mailto:a@b", "http://["])

    def test_an_absolute_base_element_serves_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.html"
            path.write_bytes(b"<base href=http://b.example/x/><a href=../caf\xe9>\x80</a>")
            code, out, _ = run(str(path))
            self.assertEqual((code, json.loads(out)), (0, link("http://b.example/caf%C3%A9", "a", text="\u20ac")))

    def test_queries_are_in_the_encoding_of_the_page(self):
        page = b"<meta charset=windows-1252><a href='/\xe9?q=\xe9'></a><a href='?&#x416;'></a>"
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.html"
            path.write_bytes(page)
            _, out, _ = run(str(path), "--base", "http://h/")
        self.assertEqual([json.loads(line)["url"] for line in out.splitlines()],
                         ["http://h/%C3%A9?q=%E9", "http://h/?%26%231046%3B"])

    def test_a_page_that_says_nofollow_says_it_of_every_link(self):
        _, out, _ = run("-", stdin="<meta name=robots content=nofollow><a href=x>")
        self.assertEqual(json.loads(out), link("x", "a", nofollow=True))
        _, out, _ = run("-", stdin="<meta name=gossamer content=nofollow><a href=x>")
        self.assertEqual(json.loads(out), link("x", "a", nofollow=True))

    def test_links_of_a_feed_as_far_as_it_can_be_read(self):
        feed = "<feed><entry><title>t</title><link href='/1'/></entry>%s</feed>"
        expected = link("/1", "link", "alternate", "t")
        code, out, err = run("-", stdin=feed % "")
        self.assertEqual((code, json.loads(out), err), (0, expected, ""))
        code, out, err = run("-", stdin=feed % "<")
        self.assertEqual((code, json.loads(out), err.count("\n")), (1, expected, 1))
        self.assertTrue(err.startswith("gossamer links: feed: line 1, byte "), err)

    def test_bad_usage(self):
        for arguments in ([], ["/no/such/file"], ["/"], ["-", "--base", "relative"], ["--batch", "-"], ["-", "--nonsense"]):
            with self.subTest(arguments):
                code, out, err = run(*arguments)
                self.assertEqual((code, out), (2, ""))
                self.assertEqual(err.count("\n"), 1, err)

    def test_batch_answers_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.html"
            path.write_text("<a href=y>")
            feed = pathlib.Path(folder) / "broken.xml"
            feed.write_text("<feed><entry><link href='/1'/></entry><")
            requests = [{"html": "<a href=x>\u00e9</a>", "base": "http://h/a/"}, {"html": "<a href=x>", "base": None},
                        {"file": str(path), "base": "http://h/"}, {"file": "/no/such"}, {"html": 1}, {},
                        {"html": "", "file": ""}, {"html": "", "base": "relative"}, {"html": ""}, {"file": str(feed)}]
            code, out, err = run("--batch", stdin="\n".join(json.dumps(request) for request in requests))
        self.assertEqual((code, err), (0, ""))
        answers = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(answers[0], {"links": [link("http://h/a/x", "a", text="\u00e9")]})
        self.assertEqual(answers[1], {"links": [link("x", "a")]})
        self.assertEqual(answers[2], {"links": [link("http://h/y", "a")]})
        self.assertEqual([list(answer) for answer in answers[3:8]], [["error"]] * 5)
        self.assertEqual(answers[8], {"links": []})
        self.assertEqual(answers[9]["links"], [link("/1", "link", "alternate")])
        self.assertIn("line 1, byte", answers[9]["damage"])

    def test_of_a_url_the_status_and_the_media_type_count(self):
        page = b"<a href=/x>"
        with serve_pages({"/none": (404, [("Content-Type", "text/html")], page),
                          "/text": (200, [("Content-Type", "text/plain")], page)}) as site:
            code, out, err = run(site + "/none", "--allow-private")
            self.assertEqual((code, json.loads(out), err), (0, link(site + "/x", "a"), f"gossamer links: {site}/none: status 404\n"))
            self.assertEqual(run(site + "/text", "--allow-private"),
                             (1, "", "gossamer links: no parser takes the media type 'text/plain'\n"))


if __name__ == "__main__":
    unittest.main()
