"""One `gossamer crawl` as a child process, always ended before the harness goes on."""
import os
import signal
import subprocess
import time


class CrawlProcess:
    """Started at once. stderr goes to a file, so that a full pipe never holds the crawl up."""

    def __init__(self, command, log, environment=None):
        self.command, self.log = command, log
        with open(log, "ab") as errors:
            self.start = os.path.getsize(log)
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                                          env={**os.environ, **(environment or {})})

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.running():
            self.kill()

    def running(self):
        return self.child.poll() is None

    def kill(self):
        """SIGKILL, and wait until the kernel has let go of its locks. True if it was still running."""
        self.child.send_signal(signal.SIGKILL)
        return self.child.wait() == -signal.SIGKILL

    def wait(self, seconds):
        """Exit code; None, after a SIGKILL, if it did not end in time."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def errors(self):
        """What it has written so far, stdout and stderr."""
        with open(self.log, "rb") as log:
            log.seek(self.start)
            return log.read().decode("utf-8", "replace")


def wait_until(condition, seconds, process=None):
    """Polls; False when the time is over or the process has ended before."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline or (process is not None and not process.running()):
            return False
        time.sleep(0.001)
    return True
