"""Servers that lead elsewhere or send too much: over http, over https, and from one to the other."""

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from alleged.datasets import downloads
from alleged.errors import EnvironmentFailure, VerificationError
from alleged.project import cache_folder

CERTIFICATE = Path(__file__).with_name("localhost.pem")
MUCH = 64 << 20
"""Bytes that a server sends if nobody stops it: far more than the system keeps between two sockets."""

Page = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request, answered by the page of its path."""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.asked.append(self.path)
        server.pages[self.path.partition("?")[0]](self)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    """A server of a few pages, which notes what it was asked and how much it could send."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, scheme: str) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.scheme = scheme
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.sent = 0
        if scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def address(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients of these tests hang up."""


def leading_to(address: str) -> Page:
    def page(request: Request) -> None:
        request.send_response(302)
        request.send_header("Location", address)
        request.end_headers()

    return page


def sending(content: bytes) -> Page:
    def page(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return page


def endless(request: Request) -> None:
    """Send more and more without a word on how much it will be."""
    server = request.server
    assert isinstance(server, Server)
    request.send_response(200)
    request.end_headers()
    while server.sent < MUCH:
        request.wfile.write(b"?" * (1 << 16))
        server.sent += 1 << 16


def running(scheme: str) -> Iterator[Server]:
    with Server(scheme) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    yield from running("http")


@pytest.fixture
def https(http: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    yield from running("https")


def test_a_redirect_from_https_to_http_is_refused_before_it_is_followed(http: Server, https: Server) -> None:
    http.pages["/index.json"] = sending(b"{}")
    https.pages["/index.json"] = leading_to(http.address("/index.json"))

    with pytest.raises(EnvironmentFailure, match=r"redirects to 'http://[^']*', which is not followed"):
        downloads.ask(https.address("/index.json"))
    assert http.asked == []


def test_a_redirect_to_https_is_followed_and_binds_from_then_on(http: Server, https: Server) -> None:
    https.pages["/here"] = sending(b"{}")
    https.pages["/back"] = leading_to(http.address("/again"))
    http.pages["/again"] = sending(b"{}")
    for page in ("/here", "/back"):
        http.pages[f"/to{page}"] = leading_to(https.address(page))
        https.pages[f"/to{page}"] = leading_to(https.address(page))

    assert downloads.ask(http.address("/to/here")) == b"{}"
    assert downloads.ask(https.address("/to/here")) == b"{}"
    for start in (http, https):
        with pytest.raises(EnvironmentFailure, match="which is not followed"):
            downloads.ask(start.address("/to/back"))
    assert "/again" not in http.asked


def test_redirects_without_end_are_given_up(http: Server) -> None:
    def further(request: Request) -> None:
        leading_to(f"/{len(http.asked)}")(request)

    http.pages = dict.fromkeys((f"/{n}" for n in range(100)), further)

    with pytest.raises(EnvironmentFailure):
        downloads.ask(http.address("/0"))
    assert len(http.asked) < 30


@pytest.mark.parametrize("size", [100, None])
def test_a_server_that_sends_too_much_is_cut_off(
    size: int | None, http: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1 << 20)
    http.pages["/claims.parquet"] = endless
    sha256 = "0" * 64

    with pytest.raises(VerificationError, match=f"it is larger than {size or 1 << 20} bytes"):
        downloads.fetch(http.address("/claims.parquet"), sha256, size)
    assert http.sent < MUCH
    kept = cache_folder() / "files" / sha256[:2]
    assert [path.name for path in kept.iterdir() if path.name != ".lock"] == []


def test_an_index_that_has_no_end_is_cut_off(http: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1 << 20)
    http.pages["/index.json"] = endless

    with pytest.raises(VerificationError, match=r"index\.json is larger than 1 MiB"):
        downloads.ask(http.address("/index.json"))
    assert http.sent < MUCH


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(http: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1000)
    full, over = b"?" * 1000, b"?" * 1001
    http.pages = {"/full": sending(full), "/over": sending(over)}

    assert downloads.ask(http.address("/full")) == full
    with downloads.fetch(http.address("/full"), hashlib.sha256(full).hexdigest()) as file:
        assert file.read() == full
    with pytest.raises(VerificationError, match="is larger than"):
        downloads.ask(http.address("/over"))
    with pytest.raises(VerificationError, match="it is larger than 1000 bytes"):
        downloads.fetch(http.address("/over"), hashlib.sha256(over).hexdigest())
