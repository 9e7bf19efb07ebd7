"""Servers that are slow, never end, or say what no server says: each call ends, with an error in one line."""

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from alleged.datasets import downloads
from alleged.datasets.manifests import digest
from alleged.errors import AllegedError, EnvironmentFailure, VerificationError
from alleged.project import cache_folder
from alleged.web import servers

Speak = Callable[[socket.socket, str], None]

LONG = 60
"""Seconds after which a server that would drip for ever gives up, so that a test without an end fails."""


class Server:
    """Listens, and lets a function speak to whoever connects; `asked` are the heads of the requests."""

    def __init__(self, speak: Speak) -> None:
        self.speak, self.asked = speak, list[str]()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = connection.recv(1 << 16).decode("latin-1")
            self.asked.append(head)
            self.speak(connection, head)


@pytest.fixture
def serve() -> Iterator[Callable[[Speak], Server]]:
    running: list[Server] = []

    def start(speak: Speak) -> Server:
        running.append(Server(speak))
        return running[-1]

    yield start
    for server in running:
        server.listening.close()


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path_factory.mktemp("cache")))


def dripping(head: bytes, drop: bytes = b"x", pause: float = 0.01) -> Speak:
    def speak(connection: socket.socket, _: str) -> None:
        connection.sendall(head)
        until = time.monotonic() + LONG
        while time.monotonic() < until:
            connection.sendall(drop)
            time.sleep(pause)

    return speak


SLOW = {
    "content": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "content without a length": b"HTTP/1.1 200 OK\r\n\r\n",
    "length of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=",
    "header": b"HTTP/1.1 200 OK\r\nX: ",
    "status": b"HTTP/1.1 200 ",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: /",
}


@pytest.mark.parametrize("part", SLOW)
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(
    part: str, serve: Callable[[Speak], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "GRACE", 0.2)
    server = serve(dripping(SLOW[part]))

    with pytest.raises(EnvironmentFailure, match="the server is too slow"):
        downloads.ask(f"{server.address}/index.json")
    with pytest.raises(EnvironmentFailure, match="the server is too slow"):
        downloads.fetch(f"{server.address}/claims.parquet", "a" * 64, 100_000)


NOISE = {
    "answers to be continued": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "lengths of chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1;" + b"x" * 60_000 + b"\r\ny\r\n",
    ),
}


@pytest.mark.parametrize("part", NOISE)
def test_a_server_that_speaks_without_end_and_says_nothing_is_given_up(
    part: str, serve: Callable[[Speak], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1 << 10)
    server = serve(dripping(*NOISE[part], pause=0))

    with pytest.raises(EnvironmentFailure, match="the server sends too much data"):
        downloads.ask(f"{server.address}/index.json")


def test_time_is_allowed_by_what_has_come() -> None:
    meter = servers.Meter(1 << 30)
    assert meter.patience() <= servers.SILENCE
    meter.start -= servers.GRACE + 100
    with pytest.raises(EnvironmentFailure, match="the server is too slow: 0 bytes in 160 seconds"):
        meter.patience()
    meter.count(99 * servers.LEAST)
    with pytest.raises(EnvironmentFailure, match="too slow"):
        meter.patience()
    meter.count(11 * servers.LEAST)
    assert 5 < meter.patience() < 11


def test_what_a_slow_server_has_sent_is_kept_and_the_next_call_goes_on_from_there(
    serve: Callable[[Speak], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = random.Random(7).randbytes(300_000)
    sha256 = digest(content)

    def speak(connection: socket.socket, head: str) -> None:
        _, _, rest = head.partition("bytes=")
        start = int(rest.partition("-")[0] or 0)
        status = f"206 Partial\r\nContent-Range: bytes {start}-" if rest else "200 OK\r\nX: "
        connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(content) - start}\r\n\r\n".encode())
        connection.sendall(content[start : start + 200_000])
        if not rest:
            time.sleep(LONG)

    server = serve(speak)
    monkeypatch.setattr(servers, "GRACE", 0.3)
    monkeypatch.setattr(servers, "LEAST", 1 << 30)
    with pytest.raises(EnvironmentFailure, match="the server is too slow"):
        downloads.fetch(f"{server.address}/claims.parquet", sha256, len(content))
    had = (cache_folder() / "files" / sha256[:2] / f"{sha256}.part").stat().st_size
    assert had > 100_000
    monkeypatch.setattr(servers, "GRACE", 60)

    with downloads.fetch(f"{server.address}/claims.parquet", sha256, len(content)) as file:
        assert file.read() == content
    assert f"Range: bytes={had}-" in server.asked[-1]


HERE = "http://host.example:8080/datasets/index.json"
SAFE = "https://host.example/datasets/index.json"


@pytest.mark.parametrize(
    ("address", "location", "target"),
    [
        (HERE, "/x", "http://host.example:8080/x"),
        (HERE, "x", "http://host.example:8080/datasets/x"),
        (HERE, "http://host.example/x", "http://host.example/x"),
        (HERE, "http://HOST.example/x", "http://HOST.example/x"),
        (HERE, "https://other.example/x?a=b", "https://other.example/x?a=b"),
        (SAFE, "https://other.example/a b", "https://other.example/a%20b"),
        (SAFE, "//other.example/x", "https://other.example/x"),
        (SAFE, "/\u00c3\u00a4", "https://host.example/%C3%A4"),
        (HERE, "http://other.example/x", None),
        (HERE, "http://host.example.other.example/x", None),
        (HERE, "http://host.example@other.example/x", None),
        (SAFE, "http://host.example/x", None),
        (SAFE, "https://user:word@host.example/x", None),
        (SAFE, "file:///etc/passwd", None),
        (SAFE, "ftp://host.example/x", None),
        (SAFE, "data:text/plain,x", None),
        (SAFE, "https:///x", "https://host.example/x"),
        (SAFE, "https://[::1", None),
        (SAFE, "https://host.example:port/", None),
        (SAFE, "https://host.example:0/", None),
        (SAFE, "", None),
        (SAFE, "https://other.example/\x1b[2J", "https://other.example/%1B[2J"),
    ],
)
def test_redirects_lead_to_https_or_stay_with_http_on_the_same_host(
    address: str, location: str, target: str | None
) -> None:
    if target is None:
        with pytest.raises(EnvironmentFailure, match=r"redirects to .*, which is not followed") as caught:
            servers.redirected(address, location)
        assert str(caught.value).isprintable()
    else:
        assert servers.redirected(address, location) == target


@pytest.mark.parametrize("hops", [servers.HOPS, servers.HOPS + 1])
def test_a_few_redirects_are_followed_and_no_more(hops: int, serve: Callable[[Speak], Server]) -> None:
    def speak(connection: socket.socket, _: str) -> None:
        if len(server.asked) <= hops:
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /further\r\nContent-Length: 5\r\n\r\nThere")
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server = serve(speak)
    if hops <= servers.HOPS:
        assert downloads.ask(f"{server.address}/index.json") == b"{}"
    else:
        with pytest.raises(EnvironmentFailure, match=f"redirects more than {servers.HOPS} times"):
            downloads.ask(f"{server.address}/index.json")
    assert len(server.asked) == servers.HOPS + 1


def test_a_redirect_to_another_host_over_http_is_refused(serve: Callable[[Speak], Server]) -> None:
    inner = serve(lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
    to = inner.address.replace("127.0.0.1", "localhost")
    outer = serve(lambda connection, _: connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n".encode()))

    with pytest.raises(EnvironmentFailure, match=f"redirects to '{to}', which is not followed"):
        downloads.ask(f"{outer.address}/index.json")
    assert inner.asked == []


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 70}.example", "a b", "[::1", "a:0x"])
def test_a_host_that_cannot_be_is_reported(host: str) -> None:
    with pytest.raises(EnvironmentFailure, match=r"cannot be (downloaded|reached)"):
        downloads.ask(f"http://{host}/index.json")


def test_whatever_a_server_says_is_a_result_or_an_error_in_one_line(serve: Callable[[Speak], Server]) -> None:
    dice = random.Random(20261203)
    parts = [
        *(
            b"HTTP/1.1 ",
            b"HTTP/9.9 ",
            b"\r\n",
            b"\n",
            b"\0",
            b"\xff\xfe",
            b"200 OK\r\n",
            b"302 Found\r\n",
            b"99999 x\r\n",
        ),
        *(
            b"-1 x\r\n",
            b"Content-Length: -5\r\n",
            b"Content-Length: x\r\n",
            b"Content-Length: 99999999999999999999\r\n",
        ),
        *(
            b"Transfer-Encoding: chunked\r\n",
            b"Location: http://[\r\n",
            b"Location: \xff\r\n",
            b"Content-Range: bytes 0-\r\n",
        ),
        *(b"x" * 70_000, b"A: b\r\n" * 150, b": \r\n", b" folded\r\n", b"-5\r\n", b"zz\r\n", b"{}", b"\x1b[2J", b"%00"),
    ]
    said = b""
    server = serve(lambda connection, _: connection.sendall(said))
    for number in range(300):
        said = b"HTTP/1.1 200 OK\r\n" * (number % 2) + b"".join(dice.choices(parts, k=dice.randrange(1, 8)))
        for call in (
            lambda: downloads.ask(f"{server.address}/index.json"),
            lambda: downloads.fetch(f"{server.address}/claims.parquet", "a" * 64, 10).close(),
        ):
            try:
                call()
            except AllegedError as error:
                reported = str(error)
            else:
                reported = ""
            assert reported == "".join(c for c in reported if c.isprintable()), said


def test_more_bytes_than_the_manifest_says_are_not_written(serve: Callable[[Speak], Server]) -> None:
    server = serve(lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 101))

    with pytest.raises(VerificationError, match="it is larger than 100 bytes"):
        downloads.fetch(f"{server.address}/claims.parquet", digest(b"x" * 101), 100)
    assert [
        path.name for path in (cache_folder() / "files").rglob("*") if path.is_file() and path.name != ".lock"
    ] == []
