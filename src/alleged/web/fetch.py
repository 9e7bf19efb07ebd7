"""Fetch one address: a public machine, a few redirects, and no more data or time than a page needs."""

import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from typing import NamedTuple
from urllib.parse import quote, urljoin

from alleged.errors import AddressRefused, AllegedError, EnvironmentFailure
from alleged.web.addresses import Endpoint, Trusted, endpoint, is_number, public_addresses
from alleged.web.connections import SILENCE, PinnedConnection, within

HOPS = 5
"""Most redirects that are followed."""

MOST_BYTES = 10 << 20
"""Most bytes that are taken, redirects and headers included; also most bytes of what is unpacked."""

MOST_SECONDS = 20
"""Seconds that a request may take, redirects included."""

CHUNK = 1 << 16
MOST_SHOWN = 200
REDIRECTS = (301, 302, 303, 307, 308)
CREDENTIALS = ("authorization", "cookie", "proxy-authorization")


class Reply(NamedTuple):
    """What a server answered: the address after redirects, and its headers by names in lower case."""

    address: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    hops: tuple[str, ...] = ()


@dataclass
class Limits:
    """Counts what one fetch has received, and how long it takes."""

    most_bytes: int = MOST_BYTES
    most_seconds: float = field(default_factory=lambda: MOST_SECONDS)
    received: int = 0
    start: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        left = self.start + self.most_seconds - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def patience(self) -> float:
        return min(self.left(), SILENCE - 1e-3)

    def count(self, size: int) -> None:
        self.received += size
        if self.received > self.most_bytes:
            raise EnvironmentFailure(f"the server sends more than {self.most_bytes:,} bytes; nothing of it is kept")

    def too_slow(self) -> EnvironmentFailure:
        return EnvironmentFailure(f"the server is too slow: no complete answer in {self.most_seconds:g} seconds")


@cache
def agent() -> str:
    """Return how this program names itself to servers."""
    return f"alleged/{version('alleged')} (archives sources of a dataset; one page at a time)"


def fetch(
    address: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    trusted: Trusted = frozenset(),
    limits: Limits | None = None,
) -> Reply:
    """Return the answer of a server, whatever its status is; redirects of a GET are followed.

    Every hop must lead to the public internet, unless the user has named its host (`trusted`). The name is resolved
    once for each hop, all its addresses must be public, and the connection goes to one of these. No proxy is used,
    since that would resolve the name again.

    Raises:
        AddressRefused: The address, or one that it redirects to, is never fetched.
        EnvironmentFailure: The server cannot be reached, sends too much, is too slow, or redirects too often.
    """
    limits = limits or Limits()
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    hops: list[str] = []
    for _ in range(HOPS + 1):
        goal = endpoint(address, trusted)
        reply = _once(address, goal, method, sent, body, trusted, limits)
        location = reply.headers.get("location", "")
        if method != "GET" or reply.status not in REDIRECTS or not location:
            return reply._replace(hops=tuple(hops))
        hops.append(address)
        address = _next(address, location)
        if (following := endpoint(address, trusted)).origin != goal.origin:
            sent = {name: value for name, value in sent.items() if name not in CREDENTIALS}
        if goal.scheme == "https" and following.scheme == "http":
            raise AddressRefused(f"{hops[-1]} redirects to {address!r}, from https to http, which is not followed")
    raise EnvironmentFailure(f"{hops[0]} redirects more than {HOPS} times")


def _next(address: str, location: str) -> str:
    """Return the address that a redirect leads to; `http.client` reads headers as Latin-1, whatever they are."""
    try:
        raw = location.encode("iso-8859-1")
        return urljoin(address, quote(raw, safe="/%:@!$&'()*+,;=~-._?#[]\\"))
    except ValueError:
        raise AddressRefused(f"{address} redirects to {location[:MOST_SHOWN]!r}, which is no address") from None


def _once(
    address: str,
    goal: Endpoint,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    trusted: Trusted,
    limits: Limits,
) -> Reply:
    """Return the answer to one request, from the first address of the host that can be reached."""
    own = {"host": goal.site, "user-agent": agent(), "accept-encoding": "identity", "connection": "close"}
    failure: Exception = OSError("no address")
    for machine in _machines(goal, trusted, limits):
        connection = PinnedConnection(goal.host, goal.port, machine, goal.scheme == "https", limits)
        try:
            connection.connect()
        except AllegedError:
            raise
        except OSError as error:
            failure = error
            continue
        try:
            connection.request(method, goal.target, body, {**own, **headers})
            response = connection.getresponse()
            content = b"".join(_content(response, limits))
            named = {name.lower(): value for name, value in response.headers.items()}
            return Reply(address, response.status, named, content)
        except AllegedError as error:
            raise type(error)(f"{address}: {error}") from None
        except (HTTPException, OSError, ValueError) as error:
            failure = error
            break
        finally:
            connection.close()
    reason = str(failure)[:MOST_SHOWN] or type(failure).__name__
    raise EnvironmentFailure(f"{address} cannot be fetched: {reason}")


def _machines(goal: Endpoint, trusted: Trusted, limits: Limits) -> list[str]:
    if is_number(goal.host):
        return public_addresses(goal.host, goal.port, trusted)
    return within(limits, lambda: public_addresses(goal.host, goal.port, trusted))


def _content(response: HTTPResponse, limits: Limits) -> Iterator[bytes]:
    """Yield the content of a response, unpacked where a server packs it although it was asked not to."""
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise EnvironmentFailure(
            f"the server packs its answer as {packed[:MOST_SHOWN]!r}, which it was asked not to do"
        )
    unpacker = zlib.decompressobj(31) if packed in ("gzip", "x-gzip") else None
    size = 0
    while chunk := response.read(CHUNK):
        try:
            piece = unpacker.decompress(chunk, limits.most_bytes + 1 - size) if unpacker else chunk
        except zlib.error as error:
            raise EnvironmentFailure(f"the answer cannot be unpacked ({error})") from None
        if (size := size + len(piece)) > limits.most_bytes:
            raise EnvironmentFailure(f"the server sends more than {limits.most_bytes:,} bytes; nothing of it is kept")
        yield piece
    if response.length:
        raise EnvironmentFailure(f"the server broke off {response.length:,} bytes before the end")
