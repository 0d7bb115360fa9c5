"""echo_test.py SERVER CLIENT: the echo server and its client with 100 connections, over each selector."""

import resource
import signal
import subprocess
import sys

server_program, client_program = sys.argv[1:]


def echo(selector, connections):
    """What the client says and its exit code; the server must end well at SIGINT.

    On a busy machine its debug build may report on stderr, beside the answer, that its loop stood still.
    """
    server = subprocess.Popen([server_program, "--selector", selector], stdout=subprocess.PIPE, text=True)
    words = server.stdout.readline().split()
    assert words[:3] == ["listening", "on", "port"] and words[-1] == selector, words
    port = words[3].rstrip(",")
    client = subprocess.run([client_program, "--selector", selector, port, str(connections)],
                            capture_output=True, text=True, timeout=60)
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=30) == 0
    return client.returncode, client.stdout or client.stderr


for selector in ("select", "poll", "epoll"):
    assert echo(selector, 100) == (0, "1000 lines came back over 100 connections\n"), selector

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if hard == resource.RLIM_INFINITY or hard >= 2048:
    resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    code, said = echo("select", 1100)
    assert code == 1 and "select() cannot watch descriptor 1024" in said, said
    assert echo("epoll", 1100) == (0, "11000 lines came back over 1100 connections\n")

unknown = subprocess.run([server_program, "--selector", "kqueue"], capture_output=True, text=True)
assert unknown.returncode == 1 and "there are select, poll and epoll" in unknown.stderr
