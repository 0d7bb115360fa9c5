#!/usr/bin/python3
"""The commands serve and fetch from outside, the one asking the other: bodies, headers, chains, exit codes."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

BINARY = sys.argv.pop(1)
BINARY_BODY = bytes(range(256)) * 1000


def fetch(*arguments, private=True):
    flags = ["--allow-private"] if private else []
    result = subprocess.run([BINARY, "fetch", *flags, *arguments], capture_output=True, timeout=60)
    return result.returncode, result.stdout, result.stderr.decode()


class ServeAndFetch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        (root / "dir").mkdir()
        (root / "dir" / "index.html").write_text("<p>inside")
        (root / "data.bin").write_bytes(BINARY_BODY)
        os.symlink("/etc/passwd", root / "passwd")
        cls.server = subprocess.Popen([BINARY, "serve", str(root), "--port", "0"], stdout=subprocess.PIPE, text=True)
        line = cls.server.stdout.readline()
        assert line.startswith(f"serving {root} on http://127.0.0.1:"), line
        cls.url = line.split()[-1]

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGTERM)
        code = cls.server.wait(timeout=30)
        cls.server.stdout.close()
        cls.folder.cleanup()
        assert code == 0, code

    def test_the_body_comes_byte_for_byte(self):
        self.assertEqual(fetch(self.url + "data.bin"), (0, BINARY_BODY, ""))

    def test_redirects_are_followed_and_headers_shown_on_request(self):
        self.assertEqual(fetch(self.url + "dir"), (0, b"<p>inside", ""))
        code, out, _ = fetch("-i", self.url + "dir")
        self.assertEqual(code, 0)
        self.assertTrue(out.startswith(b"HTTP/1.1 301 Moved Permanently\r\n"))
        self.assertIn(b"\r\n\r\nHTTP/1.1 200 OK\r\n", out)
        self.assertTrue(out.endswith(b"\r\n\r\n<p>inside"))

    def test_jsonl_reports_chain_protocol_and_timings(self):
        code, out, _ = fetch("--jsonl", self.url + "dir")
        answer = json.loads(out)
        self.assertEqual((code, out.count(b"\n")), (0, 1))
        self.assertEqual((answer["url"], answer["final_url"]), (self.url + "dir", self.url + "dir/"))
        self.assertEqual((answer["status"], answer["protocol"]), (200, "HTTP/1.1"))
        self.assertEqual(answer["chain"], [{"url": self.url + "dir", "status": 301, "location": "/dir/"}])
        self.assertEqual(answer["body_bytes"], len("<p>inside"))
        self.assertGreater(answer["timings_ms"]["total"], 0)

    def test_error_statuses_fail_only_on_request(self):
        code, out, err = fetch(self.url + "missing")
        self.assertEqual((code, out, err), (0, b"Not Found\n", ""))
        code, out, err = fetch("--fail", self.url + "missing")
        self.assertEqual((code, out), (1, b""))
        self.assertEqual(err, f"gossamer fetch: {self.url}missing: the server answered 404 Not Found\n")

    def test_what_lies_outside_the_root_is_not_found(self):
        self.assertEqual(json.loads(fetch("--jsonl", self.url + "passwd")[1])["status"], 404)

    def test_no_response_is_one_clear_line(self):
        code, out, err = fetch(self.url, private=False)
        self.assertEqual((code, out, err.count("\n")), (1, b"", 1))
        self.assertIn("127.0.0.1 is not a public address; --allow-private permits it", err)
        code, out, err = fetch("--jsonl", "http://127.0.0.1:1/")
        self.assertEqual(code, 1)
        self.assertEqual(json.loads(out)["error"]["class"], "connect")

    def test_larger_bodies_than_allowed_are_refused(self):
        code, out, err = fetch("--max-body", "1000", self.url + "data.bin")
        self.assertEqual((code, out), (1, b""))
        self.assertIn("too_large: body of 256000 bytes exceeds 1000 bytes", err)

    def test_bad_usage_exits_2(self):
        for arguments in (["http://["], ["ftp://h/"], [], [self.url, "--header", "no colon"], [self.url, "--timeout", "soon"],
                          [self.url, "--resolve", "x"], [self.url, "--cacert", "/nonexistent"], [self.url, "--dns", "name"]):
            code, out, err = fetch(*arguments)
            self.assertEqual((code, out), (2, b""), arguments)
            self.assertTrue(err.startswith("gossamer fetch: "), err)
            self.assertEqual(err.count("\n"), 1, err)

    def test_serve_refuses_what_it_cannot_serve(self):
        for arguments, code in ((["/nonexistent"], 2), ([self.folder.name, "--bind", "name"], 2),
                                ([self.folder.name, "--port", self.url.rstrip("/").rsplit(":", 1)[1]], 1)):
            result = subprocess.run([BINARY, "serve", *arguments], capture_output=True, text=True, timeout=60)
            self.assertEqual((result.returncode, result.stdout), (code, ""), arguments)
            self.assertTrue(result.stderr.startswith("gossamer serve: "), result.stderr)


if __name__ == "__main__":
    unittest.main()
