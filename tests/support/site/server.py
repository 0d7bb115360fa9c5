#!/usr/bin/python3
"""Serves a generated site on 127.0.0.1 until stdin closes or --max-seconds have passed.

stdout: one JSON object a line, first {"port":N}, then one answer a command. stdin: one command a line:
  {"delay":SECONDS}   every later answer waits that long
  {"reset":true}      forget the requests and the bad answers already given; delay 0, first edition
  {"edition":2}       serve that edition of the site; forget the requests
  {"log":FILE}        write the requests so far to FILE: a JSON array [time, connection, host, path, status] a line
  {"count":true}      number of requests, open connections, most requests in flight at once for a host
"""
import argparse
import asyncio
import json
import signal
import sys
import time
from collections import Counter

from served import not_modified, trouble, wire
from generated_site import Site
from living import PARTS

FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nnothing\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class State:
    """The site and what has been asked of it; shared by all connections of the one loop."""

    def __init__(self):
        self.site, self.cache, self.connections = None, {}, 0
        self.reset()

    def reset(self):
        self.log, self.tries, self.delay, self.edition = [], Counter(), 0.0, 1
        self.in_flight, self.most_in_flight = Counter(), Counter()

    def answer(self, host, path, headers):
        """(status, bytes, close) of one request; counts the tries of a resource that recovers."""
        if path == "/robots.txt":
            text = self.site.robots.get(host)
            if text is None:
                return 404, NOT_FOUND, False
            body = text.encode()
            return 200, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body) + body, False
        resource = self.site.resources.get((host, path.removesuffix("?")))
        resource = resource and resource.at(self.edition)
        if resource is None:
            return 404, NOT_FOUND, False
        if resource.recovers:
            self.tries[resource.url] += 1
            if self.tries[resource.url] <= resource.recovers:
                return trouble(resource.trouble)
        if not resource.welcomes(headers.get("cookie", ""), self.edition):
            return 403, FORBIDDEN, False
        if resource.status == 200 and resource.matches(headers):
            return 304, *not_modified(resource)
        key = (resource.url, self.edition, "gzip" in headers.get("accept-encoding", ""))
        if key not in self.cache:
            self.cache[key] = wire(resource, key[2])
        return resource.status, *self.cache[key]

    def command(self, request):
        if "delay" in request:
            self.delay = float(request["delay"])
        if request.get("reset"):
            self.reset()
        if "edition" in request:
            self.reset()
            self.edition = request["edition"]
        if "log" in request:
            with open(request["log"], "w") as file:
                file.writelines(json.dumps(entry) + "\n" for entry in self.log)
        return {"requests": len(self.log), "connections": self.connections, "most_in_flight": self.most_in_flight}


class Connection(asyncio.Protocol):
    """One client, one request at a time (pipelined ones wait in the buffer)."""
    numbers = 0

    def __init__(self, state):
        self.state, self.buffer, self.busy, self.transport = state, b"", None, None

    def connection_made(self, transport):
        Connection.numbers += 1
        self.number, self.transport = Connection.numbers, transport
        self.state.connections += 1

    def connection_lost(self, error):
        self.state.connections -= 1
        self._idle()
        self.transport = None

    def data_received(self, data):
        self.buffer += data
        if self.busy is None:
            self._next()

    def _next(self):
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            if len(head) > 65536:
                self.transport.write(BAD_REQUEST)
                self.transport.close()
            return
        self.buffer = rest
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if len(parts) != 3 or parts[0] != "GET" or not parts[1].startswith("/"):
            self.transport.write(BAD_REQUEST)
            self.transport.close()
            return
        state, host = self.state, headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        status, payload, close = state.answer(host, parts[1], headers)
        state.log.append((time.time(), self.number, host, parts[1], status))
        self.busy = host
        state.in_flight[host] += 1
        state.most_in_flight[host] = max(state.most_in_flight[host], state.in_flight[host])
        close = close or headers.get("connection", "").lower() == "close"
        loop = asyncio.get_running_loop()
        loop.call_later(state.delay, self._send, payload, close) if state.delay else self._send(payload, close)

    def _send(self, payload, close):
        self._idle()
        if self.transport is None:
            return
        if close and not payload and self.number % 2:      # half of the silent ends are a TCP reset
            self.transport.abort()
            return
        self.transport.write(payload)
        if close:
            self.transport.close()
        elif self.buffer:
            self._next()

    def _idle(self):
        if self.busy is not None:
            self.state.in_flight[self.busy] -= 1
            self.busy = None


async def control(state):
    """Obeys stdin until it closes."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        print(json.dumps(state.command(json.loads(line))), flush=True)


async def serve(options):
    state = State()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(state), "127.0.0.1", options.port, backlog=512)
    port = server.sockets[0].getsockname()[1]
    state.site = Site(options.seed, options.pages, port, options.steady, options.living)
    print(json.dumps({"port": port}), flush=True)
    try:
        await asyncio.wait_for(control(state), options.max_seconds)
    except asyncio.TimeoutError:
        sys.stderr.write("site server: --max-seconds passed, ending\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--steady", action="store_true", help="no answer that is worth another try")
    parser.add_argument("--living", action="append", choices=PARTS, default=[], help="with this too; repeatable")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--max-seconds", type=float, default=3600)
    signal.signal(signal.SIGINT, signal.SIG_IGN)           # a Ctrl-C is for the program that started us
    asyncio.run(serve(parser.parse_args()))
