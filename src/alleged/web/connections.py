"""Connections whose every byte is counted and timed, headers included."""

import io
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar, cast

from alleged.errors import AllegedError

Result = TypeVar("Result")

SILENCE = 20
"""Seconds without data after which a connection is closed."""


class Meter(Protocol):
    """Limits what is received, and for how long."""

    def left(self) -> float:
        """Return the seconds that are left for the whole; raise if there are none."""
        ...

    def patience(self) -> float:
        """Return the seconds that the next read may take; raise if no time is left."""
        ...

    def count(self, size: int) -> None:
        """Count received bytes; raise if they are too many."""
        ...

    def too_slow(self) -> AllegedError:
        """Return the error for a server that is too slow."""
        ...


class _Metered(io.RawIOBase):
    """A socket whose every read is metered."""

    def __init__(self, source: Any, connection: socket.socket, meter: Meter) -> None:
        self.source, self.connection, self.meter = source, connection, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        seconds = self.meter.patience()
        self.connection.settimeout(seconds)
        try:
            size = self.source.readinto(buffer)
        except TimeoutError:
            raise self.meter.too_slow() if seconds < SILENCE else TimeoutError("no answer") from None
        self.meter.count(size or 0)
        return size

    def close(self) -> None:
        self.source.close()
        super().close()


class MeteredResponse(HTTPResponse):
    """A response whose every byte is metered, headers included."""

    def __init__(self, connection: socket.socket, *arguments: Any, meter: Meter, **options: Any) -> None:
        super().__init__(connection, *arguments, **options)
        self.fp = io.BufferedReader(_Metered(self.fp.detach(), connection, meter))


def metered(connection: HTTPConnection, meter: Meter) -> HTTPConnection:
    """Return a connection whose responses are metered."""
    setattr(connection, "response_class", partial(MeteredResponse, meter=meter))  # noqa: B010 - typed as a class, only ever called
    return connection


class PinnedConnection(HTTPConnection):
    """A connection to one address of a host; the name is used for TLS and the `Host` header only."""

    def __init__(self, host: str, port: int, address: str, encrypted: bool, meter: Meter) -> None:
        super().__init__(host, port)
        self.address, self.encrypted, self.meter = address, encrypted, meter
        metered(self, meter)

    def connect(self) -> None:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(self.meter.patience())
            plain.connect((self.address, self.port))
            plain.settimeout(self.meter.patience())  # a handshake may take that long as a whole
            self.sock = _context().wrap_socket(plain, server_hostname=self.host) if self.encrypted else plain
        except BaseException:
            plain.close()
            raise


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def within(meter: Meter, work: Callable[[], Result]) -> Result:
    """Return the result of a call within the time that the meter leaves.

    Neither the search for a host nor the handshake of TLS has a limit of its own, so another thread does it.

    Raises:
        AllegedError: It takes longer.
    """
    results: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            results.put((work(), None))
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread that asked
            results.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = results.get(timeout=meter.left())
    except Empty:
        raise meter.too_slow() from None
    if error is not None:
        raise error
    return cast("Result", result)
