"""What tests of the crawl command from outside share: a folder, a site, and how an error must look."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../kill"), os.path.join(HERE, "../support/site")]
import crawl_database  # noqa: E402
from crawl_process import CrawlProcess, wait_until  # noqa: E402
from site_server import SiteServer  # noqa: E402

SECONDS = 60


class CommandCase(unittest.TestCase):
    """`binary` is set by main(). Every test has an empty folder, in which commands run."""
    binary = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="gossamer-cli-")
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.database = self.path("crawl.db")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def run_command(self, command, **options):
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              errors="replace", timeout=SECONDS, cwd=self.folder, **options)

    def assert_refused(self, result, code, *words):
        """Exit `code`, nothing on stdout, and on stderr one line that names the program and has all the words;
        of words with | between them, one."""
        self.assertEqual(result.returncode, code, f"stderr: {result.stderr!r}")
        self.assertEqual(result.stdout, "")
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, f"not one line: {result.stderr!r}")
        self.assertTrue(lines[0].startswith("gossamer"), lines[0])
        for word in words:
            self.assertTrue(any(choice in lines[0] for choice in word.split("|")), f"{word!r} is not in {lines[0]!r}")


class CrawlCase(CommandCase):
    """One small site for all tests of a class, steady unless it says otherwise; every test finds the server fresh."""
    pages, steady = 120, True

    @classmethod
    def setUpClass(cls):
        cls.server = SiteServer(seed=7, pages=cls.pages, max_seconds=900, steady=cls.steady)
        cls.expected = cls.server.site.expected()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def setUp(self):
        super().setUp()
        self.server.reset()
        self.seed_file = self.write("seeds.txt", "".join(seed + "\n" for seed in self.server.site.seeds))

    def command(self, *arguments, output=None):
        """A quiet, fast crawl of the site's seeds, or of `arguments` that do not begin with a dash."""
        seeds = [] if any(not a.startswith("-") for a in arguments[:1]) else [self.seed_file]
        fast = [part for flag, value in (("--throttle", "0"), ("--per-host", "8")) if flag not in arguments
                for part in (flag, value)]
        return [self.binary, "crawl", *seeds, "-o", output or self.database, "--quiet", *fast, *self.server.flags(), *arguments]

    def crawl(self, *arguments, **options):
        return self.run_command(self.command(*arguments), **options)

    def start(self, command, requests=0):
        """The crawl in the background, once the server has seen that many requests."""
        process = CrawlProcess(command, self.path("output.log"))
        self.addCleanup(process.__exit__)
        if requests:
            seen = wait_until(lambda: self.server.requests() >= requests, SECONDS, process)
            self.assertTrue(seen, f"ended early: {process.errors()}")
        return process

    # What must hold.

    def assert_complete(self, database=None):
        """The database is sound and holds exactly what the site demands."""
        found = crawl_database.read(database or self.database)
        self.assertEqual(found.faults, [])
        expected = {url: (outcome, "") for url, outcome in self.expected.items()}
        self.assertEqual(crawl_database.compare_with_expected(expected, found), [])
        return found

    def assert_resumes_to_the_end(self, *arguments):
        result = self.crawl(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.assert_complete()

    def contents(self):
        """Name -> bytes of every file in the folder; the lock file is nobody's content."""
        found = {}
        for name in os.listdir(self.folder):
            if os.path.isfile(self.path(name)) and not name.endswith((".lock", ".log")):
                with open(self.path(name), "rb") as file:
                    found[name] = file.read()
        return found


def main():
    """Runs the tests of the calling file: FILE BINARY [unittest arguments]."""
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(f"usage: {sys.argv[0]} GOSSAMER-BINARY [TEST]...")
    CommandCase.binary = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__", verbosity=2)
