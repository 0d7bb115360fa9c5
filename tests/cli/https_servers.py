"""A private CA made with the openssl command, and one HTTPS server with a certificate for each host name."""
import os
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Authority:
    """A CA of its own name in `folder`. `certificate` is the PEM file to trust."""

    def __init__(self, folder, name):
        self.stem = os.path.join(folder, name)
        self.certificate = self.stem + ".pem"
        self._openssl("req", "-x509", *self._new_key(self.stem), "-out", self.certificate, "-days", "2", "-subj", f"/CN={name}",
                      "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, name, subject, *arguments):
        """A certificate for `subject` ("DNS:a.test", "IP:127.0.0.1"); `arguments` go to openssl. The PEM file with its key."""
        stem = f"{self.stem}-{name}"
        with open(stem + ".ext", "w") as extensions:
            extensions.write(f"subjectAltName={subject}\n")
        self._openssl("req", *self._new_key(stem), "-out", stem + ".csr", "-subj", f"/CN={name}")
        self._openssl("x509", "-req", "-in", stem + ".csr", "-CA", self.certificate, "-CAkey", self.stem + ".key",
                      "-CAcreateserial", "-extfile", stem + ".ext", "-out", stem + ".pem", *(arguments or ("-days", "2")))
        with open(stem + ".pem", "a") as chain, open(stem + ".key") as key:
            chain.write(key.read())
        return stem + ".pem"

    @staticmethod
    def _new_key(stem):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", stem + ".key"]

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


class Server:
    """On a free port of 127.0.0.1, for one `with` block. `answers`: path -> (status, headers, body); all else is a 404.
    With `certificates` (host name, or None for a client that names none -> PEM file) it speaks TLS. `names` are the
    host names clients asked for in the TLS handshake, `requests` the (Host header, path) of each request."""

    def __init__(self, answers, certificates=None):
        self.names, self.requests = [], []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(answers))
        self.http.handle_error = lambda *unused: None      # a refused handshake is part of the tests
        self.port = self.http.server_address[1]
        if certificates:
            contexts = {name: self._context(file) for name, file in certificates.items()}
            contexts[None].sni_callback = lambda socket, name, _: self._choose(socket, contexts, name)
            # The handshake is left to the thread of the connection.
            self.http.socket = contexts[None].wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()

    def forget(self):
        self.names.clear()
        self.requests.clear()

    def _choose(self, socket, contexts, name):
        self.names.append(name)
        if name in contexts:
            socket.context = contexts[name]

    @staticmethod
    def _context(file):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _handler(self, answers):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.requests.append((self.headers["Host"], self.path))
                status, headers, body = answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": len(body)}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *unused):
                pass
        return Handler
