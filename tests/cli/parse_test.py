#!/usr/bin/python3
"""The command parse from outside: what it prints of a page, selectors, the example plugin, its exit codes."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from page_server import serve_pages

BINARY, PLUGIN = sys.argv.pop(1), sys.argv.pop(1)

PAGE = """<!DOCTYPE html><html lang=en><title> A
page</title><base href=/dir/><link rel=canonical href=c><meta name=robots content=noindex>
<meta name=description content="All of it"><meta property="og:title" content="Open &amp; shut">
<h1>One <b>head</b></h1><h2>Two</h2><a href=x>y</a>"""


def run(*arguments, stdin=PAGE):
    result = subprocess.run([BINARY, "parse", *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout, result.stderr


class ParseCommand(unittest.TestCase):
    def test_prints_one_object(self):
        for flags in ([], ["--jsonl"]):
            code, out, err = run("-", "--base", "https://h.example/a/b", *flags)
            self.assertEqual((code, err, out.count("\n")), (0, "", 1))
            page = json.loads(out)
            self.assertEqual([link["url"] for link in page.pop("links")],
                             ["https://h.example/dir/c", "https://h.example/dir/x"])
            self.assertEqual(page, {
                "url": "https://h.example/a/b", "title": "A page", "description": "All of it", "language": "en",
                "encoding": "UTF-8", "base": "https://h.example/dir/", "canonical": "https://h.example/dir/c",
                "robots": {"noindex": True, "nofollow": False}, "hreflang": [], "json_ld": [], "items": [], "damage": None,
                "open_graph": [{"property": "og:title", "content": "Open & shut"}]})

    def test_the_base_has_no_fragment(self):
        for html in ("", "<base href=''>"):
            _, out, _ = run("-", "--base", "https://h.example/a?b#c", stdin=html)
            self.assertEqual(json.loads(out)["base"], "https://h.example/a?b", html)

    def test_metadata_of_several_kinds(self):
        _, out, _ = run("-", "--base", "https://h.example/a", "--user-agent", "Tester/1.0", stdin="""
<link rel=alternate hreflang=de href=/de><meta name=tester content=nofollow><meta name=other content=noindex>
<script type="application/ld+json"> {"@type": "Thing"} </script>""")
        page = json.loads(out)
        self.assertEqual(page["hreflang"], [{"lang": "de", "url": "https://h.example/de"}])
        self.assertEqual(page["json_ld"], ['{"@type": "Thing"}'])
        self.assertEqual(page["robots"], {"noindex": False, "nofollow": True})

    def test_a_pointer_prints_a_value_of_json(self):
        body = '{"items": [{"name": "caf\u00e9"}], "n": 1.5}'
        for pointer, expected in [("/items/0/name", '"caf\u00e9"\n'), ("/items", '[{"name":"caf\u00e9"}]\n'),
                                  ("/n", "1.5\n"), ("/none", ""), ("", body.replace(": ", ":").replace(", ", ",") + "\n")]:
            self.assertEqual(run("-", "--pointer", pointer, stdin=body), (0, expected, ""))
        self.assertEqual(run("-", "--pointer", "/a", stdin="[1,]"),
                         (1, "", "gossamer parse: json: line 1, column 4: syntax error while parsing value - "
                          "unexpected ']'; expected '[', '{', or a literal\n"))

    def test_a_file_of_json_is_no_html(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "data.json"
            path.write_text('{"a": "<a href=x>"}')
            self.assertEqual(run(str(path)), (1, "", "gossamer parse: no parser takes the media type 'application/json'; "
                                              "--pointer prints a value of JSON\n"))
            self.assertEqual(run(str(path), "--pointer", "/a"), (0, '"<a href=x>"\n', ""))

    def test_a_feed_gives_its_entries_and_says_where_it_broke_off(self):
        feed = "<rss><channel><title>T</title><item><title>1</title><link>/1</link></item>\n%s</channel></rss>"
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "feed.rss"
            path.write_text(feed % "")
            code, out, err = run(str(path), "--base", "https://h.example/")
            self.assertEqual((code, err), (0, ""))
            page = json.loads(out)
            self.assertEqual((page["title"], page["links"][0]["url"], page["damage"]), ("T", "https://h.example/1", None))
            self.assertEqual([(item["type"], item["link"]) for item in page["items"]], [("entry", "https://h.example/1")])
            self.assertEqual(json.loads(run("-", stdin=feed % "")[1])["title"], "T")
            path.write_text(feed % "<item></wrong>")
            code, out, err = run(str(path))
            page = json.loads(out)
            self.assertEqual((code, len(page["items"]), err), (1, 1, f"gossamer parse: {page['damage']}\n"))
            self.assertIn("feed: line 2", err)

    def test_batch_answers_every_line(self):
        requests = [{"html": PAGE, "base": "http://h/"}, {"html": "<title>b</title>"}, {"html": 1}, {"file": "/no/such"}]
        code, out, err = run("--batch", "--plugin", PLUGIN, stdin="\n".join(json.dumps(request) for request in requests))
        self.assertEqual((code, err), (0, ""))
        answers = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((answers[0]["title"], answers[0]["canonical"]), ("A page", "http://h/dir/c"))
        self.assertEqual(answers[0]["items"][0]["headings"], ["One head", "Two"])
        self.assertEqual(answers[1]["title"], "b")
        self.assertEqual([list(answer) for answer in answers[2:]], [["error"]] * 2)

    def test_a_plugin_adds_items_to_what_the_built_in_parser_finds(self):
        code, out, err = run("-", "--plugin", PLUGIN, "--plugin", PLUGIN)
        self.assertEqual((code, err), (0, ""))
        page = json.loads(out)
        card = {"title": "Open & shut", "description": "All of it", "image": "", "headings": ["One head", "Two"]}
        self.assertEqual(page["items"], [card, card])
        self.assertEqual(page["title"], "A page")
        self.assertEqual(len(page["links"]), 2)

    def test_selectors_print_what_they_match(self):
        for arguments, expected in [
            (["--css", "a::attr(href)"], "x\n"),
            (["--css", "h1, h2"], "<h1>One <b>head</b></h1>\n<h2>Two</h2>\n"),
            (["--xpath", "//h1/b/text()"], "head\n"),
            (["--xpath", "count(//h1 | //h2)"], "2\n"),
            (["--css", "table"], ""),
        ]:
            self.assertEqual(run("-", *arguments), (0, expected, ""))
        code, out, _ = run("-", "--css", "h1", "--jsonl")
        self.assertEqual((code, json.loads(out)), (0, {"kind": "element", "name": "h1", "text": "One head",
                                                       "value": "<h1>One <b>head</b></h1>"}))

    def test_fetches_a_url(self):
        headers = [("Content-Type", "text/html; charset=iso-8859-1"), ("X-Robots-Tag", "otherbot: noindex"),
                   ("X-Robots-Tag", "nofollow")]
        body = b"<title>caf\xe9</title><a href=x>"
        with serve_pages({"/d/": (200, headers, body), "/none": (404, headers, body)}) as site:
            url = site + "/d/"
            code, out, err = run(url, "--allow-private")
            self.assertEqual((code, err), (0, ""))
            page = json.loads(out)
            self.assertEqual((page["title"], page["encoding"], page["links"][0]["url"]),
                             ("caf\u00e9", "windows-1252", url + "x"))
            self.assertEqual(page["robots"], {"noindex": False, "nofollow": True})
            self.assertTrue(page["links"][0]["nofollow"])
            self.assertEqual(run(url, "--allow-private", "--css", "title::text")[:2], (0, "caf\u00e9\n"))
            self.assertEqual(run(url)[0], 1)
            none = site + "/none"
            code, out, err = run(none, "--allow-private")
            self.assertEqual((code, json.loads(out)["title"], err), (0, "caf\u00e9", f"gossamer parse: {none}: status 404\n"))

    def test_bad_usage_is_one_line_and_exit_2(self):
        with tempfile.TemporaryDirectory() as folder:
            text = pathlib.Path(folder) / "text.so"
            text.write_text("no plugin")
            for arguments, words in [
                ([], "input"),
                (["/no/such/file"], "/no/such/file"),
                (["--batch", "-"], "excludes"),
                (["-", "--css", "a", "--xpath", "//a"], "excludes"),
                (["-", "--base", "relative"], "relative"),
                (["-", "--plugin", "/no/such.so"], "plugin /no/such.so: no such file"),
                (["-", "--plugin", str(text)], f"plugin {text}: cannot be loaded as a shared object"),
                (["-", "--nonsense"], "nonsense"),
            ]:
                with self.subTest(arguments):
                    code, out, err = run(*arguments)
                    self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
                    self.assertTrue(err.startswith("gossamer parse: "), err)
                    self.assertIn(words, err)

    def test_a_mistake_in_a_query_is_marked(self):
        for arguments, expected in [
            (["--css", "a[href=]"],
             "css: expected a name or a quoted string at column 8 of `a[href=]`\na[href=]\n       ^\n"),
            (["--css", ""], "css: expected a selector at column 1 of ``\n"),
            (["--css", "#caf\u00e9 >> b"],
             "css: expected a selector at column 9 of `#caf\u00e9 >> b`\n#caf\u00e9 >> b\n       ^\n"),
            (["--xpath", "//a["], "xpath: wrong expression at column 5 of `//a[`\n//a[\n    ^\n"),
            (["--xpath", "f(1)"], "xpath: unknown function at column 1 of `f(1)`\nf(1)\n^\n"),
            (["--xpath", "sum(1)"], "xpath: argument of the wrong type in `sum(1)`\n"),
            (["--pointer", "a"], "json pointer: expected '/' at column 1 of `a`\na\n^\n"),
        ]:
            with self.subTest(arguments):
                stdin = "{}" if "--pointer" in arguments else PAGE
                self.assertEqual(run("-", *arguments, stdin=stdin), (2, "", "gossamer parse: " + expected))

    def test_a_page_that_cannot_be_parsed_is_exit_1(self):
        code, out, err = run("-", "--css", "b", stdin="<b>" * 1000)
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(err, "gossamer parse: no document tree: elements nested more than 512 deep\n")
        self.assertEqual(run("-", "--content-type", "image/png")[2],
                         "gossamer parse: no parser takes the media type 'image/png'\n")


if __name__ == "__main__":
    unittest.main()
