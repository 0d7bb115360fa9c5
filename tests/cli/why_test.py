#!/usr/bin/python3
"""`gossamer why`, from outside: what became of a URL whose host cannot be reached."""
import json
import socket
import threading

from crawl_case import CommandCase, main


class Why(CommandCase):
    def story(self, url):
        result = self.run_command([self.binary, "why", self.database, url, "--jsonl"])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def name_server_that_knows_nothing(self):
        """Its address; every name does not exist."""
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))

        def serve():
            while True:
                question, peer = server.recvfrom(4096)
                if not question:
                    return
                end = question.index(b"\0", 12) + 5
                server.sendto(question[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" + question[12:end], peer)

        thread = threading.Thread(target=serve)
        thread.start()

        def stop():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", server.getsockname())
            thread.join()
            server.close()

        self.addCleanup(stop)
        return "127.0.0.1:%d" % server.getsockname()[1]

    def test_a_host_that_has_no_address(self):
        server = self.name_server_that_knows_nothing()
        for per_ip in ("0", "4"):  # the address is looked for by the request, or before it
            with self.subTest(per_ip=per_ip):
                self.database = f"{self.database}.{per_ip}"
                result = self.run_command([self.binary, "crawl", "http://name.test/", "-o", self.database, "--quiet",
                                           "--dns", server, "--retries", "0", "--per-ip", per_ip])
                self.assertEqual(result.returncode, 1, result.stderr)
                story = self.story("http://name.test/")
                self.assertEqual((story["state"], story["reason"]), ("failed", "dns"))
                attempt, = story["attempts"]
                self.assertEqual((attempt["error"], attempt["phase"]), ("dns", "dns"))
                self.assertGreater(attempt["duration"], 0)
                robots, = story["robots_attempts"]
                self.assertEqual((robots["error"], robots["phase"]), ("dns", "dns"))
                self.assertGreater(robots["duration"], 0)
                audit = self.run_command([self.binary, "audit", self.database])
                self.assertEqual(audit.returncode, 0, audit.stdout)


if __name__ == "__main__":
    main()
