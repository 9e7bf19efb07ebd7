"""Ask servers for files over HTTP: no more data, time or redirects than a file of its size needs."""

import string
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from alleged.errors import AllegedError, DownloadInterrupted, ServerError, UnknownNameError, VerificationError
from alleged.text.escape import beginning
from alleged.web.connections import SILENCE, metered, within

GRACE, LEAST = 60, 1 << 14
"""Seconds that any download may take, and how many bytes must have come for each second more."""

TIMES, OVERHEAD = 8, 1 << 20
"""Limit of received data: so many times the size of the file, and so many bytes more (headers, chunks, retries)."""

HOPS = 5
"""Most redirects that are followed."""

MAX_SHOWN = 300
"""Most characters of a server's answer that a message quotes."""

CHUNK = 1 << 16


class Meter:
    """Limits the data and the time for one file of at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit, self.received, self.start = limit, 0, time.monotonic()

    def left(self) -> float:
        """Return the seconds that are left for the file, given what has come.

        Raises:
            ServerError: There are none.
        """
        left = self.start + GRACE + self.received / LEAST - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def patience(self) -> float:
        """Return the seconds that the next read may take.

        Raises:
            ServerError: Too much time has passed for what has come.
        """
        return min(SILENCE, self.left())

    def too_slow(self) -> ServerError:
        """Return the error for a server that is too slow."""
        seconds = time.monotonic() - self.start
        speed = f"the server is too slow: {self.received:,} bytes in {seconds:.0f} seconds"
        return ServerError(f"{speed}; the received part is kept, try again later")

    def count(self, size: int) -> None:
        """Count received bytes.

        Raises:
            ServerError: They are far more than the file has.
        """
        self.received += size
        if self.received > TIMES * self.limit + OVERHEAD:
            raise ServerError(f"the server sends too much data: {self.received:,} bytes")


class _Http(HTTPHandler):
    """Opens http URLs with a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_connection, HTTPConnection, self.meter), req)


class _Https(HTTPSHandler):
    """Opens https URLs with a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_connection, HTTPSConnection, self.meter), req)


def _connection(kind: type[HTTPConnection], meter: Meter, host: str, **options: Any) -> HTTPConnection:
    return metered(kind(host, **options), meter)


def answer(address: str, meter: Meter, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return the response of a server to a request for a file, after redirects.

    Raises:
        UnknownNameError: The server has no such file.
        ServerError: The server cannot be reached, or is too slow, or redirects where nothing is fetched from.
        VerificationError: The server has less of the file than is here already.
    """
    asked = address
    for _ in range(HOPS + 1):
        response = _once(asked, meter, headers or {})
        if response.status in (200, 206):
            return response
        response.close()
        if response.status not in (301, 302, 303, 307, 308):
            kind = UnknownNameError if response.status in (404, 410) else ServerError
            kind = VerificationError if response.status == 416 else kind
            status = f"{response.status} {beginning(response.reason, MAX_SHOWN)}"
            raise kind(f"{address} cannot be downloaded: the server answers {status}")
        asked = redirected(asked, response.headers.get("Location", ""))
    raise ServerError(f"{address} cannot be downloaded: the server redirects more than {HOPS} times")


def _once(address: str, meter: Meter, headers: dict[str, str]) -> HTTPResponse:
    """Return the response to one request; it may be a redirect or an error."""
    agent = {"User-Agent": f"alleged/{version('alleged')}", "Accept-Encoding": "identity"}
    opener = OpenerDirector()  # http and https, through the proxies of the user; no file, ftp or data URLs
    for handler in (ProxyHandler(), _Http(meter), _Https(meter)):
        opener.add_handler(handler)
    try:
        request = Request(address, headers={**agent, **headers})  # noqa: S310 - the opener knows http and https only
        return within(meter, lambda: opener.open(request, timeout=meter.patience()))
    except AllegedError:
        raise
    except URLError as error:
        raise ServerError(
            f"{urlsplit(address).hostname} cannot be reached ({beginning(str(error.reason), MAX_SHOWN)}): {address}"
        ) from None
    except (HTTPException, OSError, ValueError) as error:  # ValueError: an invalid URL or header
        raise ServerError(
            f"{address} cannot be downloaded: {beginning(str(error), MAX_SHOWN) or type(error).__name__}"
        ) from None


def redirected(address: str, location: str) -> str:
    """Return the URL that a server redirects to: https, or http on the same host if it was http before.

    Raises:
        ServerError: It is another one.
    """
    try:
        # As urllib does: http.client reads headers as Latin-1, whatever they are.
        target = urljoin(address, quote(location, encoding="iso-8859-1", safe=string.punctuation))
        old, new = urlsplit(address), urlsplit(target)
        same = old.scheme == new.scheme == "http" and old.hostname == new.hostname
        sound = bool(location and new.hostname) and new.username is None and new.port != 0
    except ValueError:
        target, same, sound = location, False, False
        new = urlsplit("")
    if not sound or not (same or new.scheme == "https"):
        raise ServerError(f"{address} redirects to {beginning(target, MAX_SHOWN)!r}, which is not followed")
    return target


def chunks(response: HTTPResponse, address: str) -> Iterator[bytes]:
    """Yield the content of a response, piece by piece.

    Raises:
        DownloadInterrupted: The server breaks off.
        ServerError: The server is too slow, or sends too much.
    """
    try:
        while chunk := response.read(CHUNK):
            yield chunk
    except AllegedError:
        raise
    except (HTTPException, OSError, ValueError) as error:
        raise DownloadInterrupted(
            f"{address} was interrupted ({beginning(str(error), MAX_SHOWN)}); the next call resumes there"
        ) from None
