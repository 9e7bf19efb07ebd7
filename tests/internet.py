"""A small internet on this machine: names with public addresses, whose connections end at servers of the test.

Only the system is replaced (the resolver, and where a connection goes); all code of the package runs as it is.
"""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

PUBLIC = "93.184.216.34"
Page = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request, answered by the page of its site."""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Site)
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length).decode() if length else ""
        server.asked.append((self.command, self.headers.get("Host", ""), self.path))
        server.headers.append(dict(self.headers.items()))
        server.page(self)

    do_POST = do_GET  # noqa: N815 - the name that the library looks for

    def answer(self, status: int, content: bytes | str = b"", kind: str = "text/html", **headers: str) -> None:
        """Send a whole answer."""
        data = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


class Site(ThreadingHTTPServer):
    """A server that answers every path with `page`, and notes what it was asked."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, page: Page, certificate: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.page = page
        self.asked: list[tuple[str, str, str]] = []
        self.headers: list[dict[str, str]] = []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients of these tests hang up."""


@contextmanager
def serving(page: Page, certificate: str | None = None) -> Iterator[Site]:
    """Run a server until the end of the block."""
    site = Site(page, certificate)
    threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


class Internet:
    """The names that the resolver knows, each with its addresses, and the server behind each public address."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[str]] = {}
        self.servers: dict[tuple[str, int], int] = {}
        self.resolved: list[str] = []
        self.connected: list[tuple[str, int]] = []
        real_resolver, real_connect = socket.getaddrinfo, socket.socket.connect

        def getaddrinfo(host: Any, port: Any, *args: Any, **options: Any) -> Any:
            self.resolved.append(host)
            if host not in self.names:
                if re.search("[g-wyz-]", host):
                    raise socket.gaierror(f"no such name: {host}")
                return real_resolver(host, port, *args, **options)  # a number, in whatever spelling
            family = {True: socket.AF_INET6, False: socket.AF_INET}
            return [(family[":" in text], socket.SOCK_STREAM, 6, "", (text, port)) for text in self.answers(host)]

        def connect(connection: socket.socket, address: Any) -> None:
            self.connected.append(address[:2])
            if address[:2] in self.servers:
                address = ("127.0.0.1", self.servers[address[:2]])
            real_connect(connection, address)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setattr(socket.socket, "connect", connect)

    def answers(self, host: str) -> list[str]:
        """Return the addresses of a name; a test may replace this with a resolver that changes its mind."""
        return self.names[host]

    def add(self, name: str, site: Site, port: int = 80, address: str = PUBLIC) -> None:
        """Let a name lead to a server of the test."""
        self.names[name] = [address]
        self.servers[address, port] = site.port
