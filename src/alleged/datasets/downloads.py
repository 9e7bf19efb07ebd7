"""Getting files over http: nothing is believed before its digest is right, and nothing is fetched twice.

What was fetched is kept in a cache under its SHA-256 (`files/`), what has no known digest under that of its address
(`addresses/`). The cache is `$ALLEGED_CACHE`, else `$XDG_CACHE_HOME/alleged`, else `~/.cache/alleged`; all of it may be
deleted at any time.
"""

import io
import socket
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO
from urllib.error import URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from alleged import files
from alleged.datasets.manifests import LARGEST, beginning, digest, digest_from
from alleged.errors import (
    AllegedError,
    DownloadInterrupted,
    EnvironmentFailure,
    FileRefused,
    UnknownNameError,
    VerificationError,
)
from alleged.project import cache_folder
from alleged.text import notices

SILENCE = 20
"""Seconds that a server may say nothing."""

GRACE, LEAST = 60, 1 << 14
"""Seconds that any download may take, and how many bytes must have come for each second more."""

TIMES, OVERHEAD = 8, 1 << 20
"""How often a server may send the bytes of a file, and how many besides: headers, lengths of chunks, repetitions."""

HOPS = 5
"""How often a server may redirect to another address."""

WAIT = 600
"""Seconds to wait for another process that downloads the same file."""

MOST_TOLD = 300
"""Characters of what a server says that go into a message."""

ATTEMPTS = 4
"""How often a download that was cut off is taken up again before giving up."""

CHUNK = 1 << 16


def kept(sha256: str) -> BinaryIO | None:
    """Return the file of a digest in the cache, open; None where there is none, or a damaged one.

    Raises:
        EnvironmentFailure: The cache cannot be read, or a link or no regular file has the name.
    """
    with _cache() as root:
        try:
            file = files.open_file(root, _name(sha256))
        except FileNotFoundError:
            return None
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if digest_from(file, size) == sha256:
            file.seek(0)
            return file
        file.close()
        return None


def remembered(address: str) -> bytes | None:
    """Return what an address gave when it was last asked, None if it never was.

    Raises:
        EnvironmentFailure: The cache cannot be read, or a link or no regular file has the name.
    """
    with _cache() as root:
        try:
            return files.read(root, _note(address), LARGEST)
        except FileNotFoundError:
            return None


def ask(address: str) -> bytes:
    """Return what an address gives now, at most 64 MiB, and remember it.

    Raises:
        UnknownNameError: The server has no such file.
        EnvironmentFailure: The server cannot be reached, breaks off, or is too slow.
        VerificationError: The file is too large.
    """
    content = bytearray()
    with _answer(address, Meter(LARGEST)) as response:
        for chunk in _chunks(response, address):
            content += chunk
            if len(content) > LARGEST:
                raise VerificationError(f"{address} is larger than {LARGEST >> 20} MiB and is not read")
        if response.length:
            raise DownloadInterrupted(f"{address} was cut off after {len(content)} bytes; try again")
    with _cache() as root:
        files.make_folder(root, "addresses")
        files.write(root, _note(address), bytes(content))
    return bytes(content)


def fetch(address: str, sha256: str, size: int | None = None) -> BinaryIO:
    """Return a verified file in the cache, open, after downloading what of it is not there yet.

    `size` is its exact number of bytes; where it is not known, at most 64 MiB are taken. What a download that was cut
    off has brought is kept, and the next one goes on from there, also in another process.

    Raises:
        UnknownNameError: The server has no such file.
        EnvironmentFailure: The server cannot be reached, breaks off or is too slow, or the cache cannot be written.
        VerificationError: The file is not the one of this digest.
    """
    if (file := kept(sha256)) is not None:
        return file
    name = _name(sha256)
    folder = name.rpartition("/")[0]
    with _cache() as root:
        files.make_folder(root, folder)
        with files.lock(root, f"{folder}/.lock", WAIT):
            if (file := kept(sha256)) is None:
                _complete(address, root, name, size)
                file = kept(sha256)
    if file is None:
        raise EnvironmentFailure(f"{address} was downloaded, and the cache has lost it again")
    return file


def _complete(address: str, root: Path, name: str, size: int | None) -> None:
    part = f"{name}.part"
    meter = Meter(LARGEST if size is None else size)
    have = _length(root, part)
    if size is None or have > size:
        files.remove(root, part)
    elif have:
        # What another run has left may be damaged: only a file fetched in one go tells against the server.
        with suppress(VerificationError):
            _download(address, root, name, size, meter)
            return
        files.remove(root, part)
    _download(address, root, name, size, meter)


def _download(address: str, root: Path, name: str, size: int | None, meter: "Meter") -> None:
    part, wanted = f"{name}.part", name.rpartition("/")[2]
    _gather(address, root, part, size, meter)
    with files.open_file(root, part) as file:
        found = digest_from(file, meter.limit)
    if found != wanted:
        files.remove(root, part)
        raise VerificationError(f"{address} is not the file that was published (sha256 {found}, not {wanted})")
    files.sync(root, part)
    files.rename(root, part, name)
    notices.log(f"downloaded {address}")


def _gather(address: str, root: Path, part: str, size: int | None, meter: "Meter") -> None:
    """Download until the file is whole, taking up what was cut off as long as each attempt brings something."""
    for attempt in range(1, ATTEMPTS + 1):
        before = _length(root, part)
        if before == size:
            return
        try:
            _append(address, root, part, before, size, meter)
            return
        except DownloadInterrupted:
            if attempt == ATTEMPTS or _length(root, part) <= before:
                raise
            notices.log(f"{address} was cut off; going on from byte {_length(root, part)}")


def _append(address: str, root: Path, part: str, have: int, size: int | None, meter: "Meter") -> None:
    headers = {"Range": f"bytes={have}-"} if have else {}
    with _answer(address, meter, headers) as response:
        going_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        with files.open_to_write(root, part, keep=going_on) as file:
            count = have if going_on else 0
            for chunk in _chunks(response, address):
                if (count := count + len(chunk)) > meter.limit:
                    break
                file.write(chunk)
    if count > meter.limit:
        files.remove(root, part)
        raise VerificationError(f"{address} is not the file that was published: it is larger than {meter.limit} bytes")
    if response.length == 0 and size is not None and count < size:
        files.remove(root, part)
        raise VerificationError(f"{address} is not the file that was published: it has {count} bytes, not {size}")
    if response.length or (size is not None and count < size):
        raise DownloadInterrupted(f"{address} was cut off after {count} bytes; the next call goes on from there")


def _length(root: Path, name: str) -> int:
    """Return the size of a file, 0 where there is none; a link or a pipe in its place is refused."""
    try:
        with files.open_file(root, name) as file:
            return file.seek(0, io.SEEK_END)
    except FileNotFoundError:
        return 0


def _chunks(response: HTTPResponse, address: str) -> Iterator[bytes]:
    try:
        while chunk := response.read(CHUNK):
            yield chunk
    except AllegedError:
        raise
    except (HTTPException, OSError, ValueError) as error:
        raise DownloadInterrupted(
            f"{address} was cut off ({beginning(str(error), MOST_TOLD)}); the next call goes on from there"
        ) from None


# The server.


class Meter:
    """Bounds what a server may send for one file of at most `limit` bytes, and how long it may take."""

    def __init__(self, limit: int) -> None:
        self.limit, self.received, self.start = limit, 0, time.monotonic()

    def patience(self) -> float:
        """Return the seconds that the next read may take.

        Raises:
            EnvironmentFailure: Too much time has passed for what has come.
        """
        left = self.start + GRACE + self.received / LEAST - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return min(SILENCE, left)

    def too_slow(self) -> EnvironmentFailure:
        """Return the error that tells how slow the server is."""
        seconds = time.monotonic() - self.start
        told = f"the server is too slow: {self.received:,} bytes in {seconds:.0f} seconds"
        return EnvironmentFailure(f"{told}; what has come is kept, try again later")

    def count(self, size: int) -> None:
        """Count bytes that have come.

        Raises:
            EnvironmentFailure: They are far more than the file has.
        """
        self.received += size
        if self.received > TIMES * self.limit + OVERHEAD:
            raise EnvironmentFailure(f"the server sends without end: {self.received:,} bytes")


class _Metered(io.RawIOBase):
    """What comes through a socket, each read of it metered."""

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
            raise self.meter.too_slow() if seconds < SILENCE else TimeoutError("it says nothing") from None
        self.meter.count(size or 0)
        return size

    def close(self) -> None:
        self.source.close()
        super().close()


class _Response(HTTPResponse):
    """An answer of which every byte is metered, that of its headers too."""

    def __init__(self, connection: socket.socket, *arguments: Any, meter: Meter, **options: Any) -> None:
        super().__init__(connection, *arguments, **options)
        self.fp = io.BufferedReader(_Metered(self.fp.detach(), connection, meter))


class _Http(HTTPHandler):
    """Opens http addresses with a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_connection, HTTPConnection, self.meter), req)


class _Https(HTTPSHandler):
    """Opens https addresses with a meter."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_connection, HTTPSConnection, self.meter), req)


def _connection(kind: type[HTTPConnection], meter: Meter, host: str, **options: Any) -> HTTPConnection:
    made = kind(host, **options)
    setattr(made, "response_class", partial(_Response, meter=meter))  # noqa: B010 - typed as a class, only ever called
    return made


def _answer(address: str, meter: Meter, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return the answer of a server to a request for a file, once it has one.

    Raises:
        UnknownNameError: The server has no such file.
        EnvironmentFailure: The server cannot be reached, or is too slow, or redirects where nothing is fetched from.
        VerificationError: The server has less of the file than is here already.
    """
    asked = address
    for _ in range(HOPS + 1):
        response = _once(asked, meter, headers or {})
        if response.status in (200, 206):
            return response
        response.close()
        if response.status not in (301, 302, 303, 307, 308):
            kind = UnknownNameError if response.status in (404, 410) else EnvironmentFailure
            kind = VerificationError if response.status == 416 else kind
            raise kind(
                f"{address} cannot be had: the server says {response.status} {beginning(response.reason, MOST_TOLD)}"
            )
        asked = redirected(asked, response.headers.get("Location", ""))
    raise EnvironmentFailure(f"{address} cannot be had: the server redirects more than {HOPS} times")


def _once(address: str, meter: Meter, headers: dict[str, str]) -> HTTPResponse:
    """Return the answer to one request; it may be a redirect, or say that there is no such file."""
    agent = {"User-Agent": f"alleged/{version('alleged')}", "Accept-Encoding": "identity"}
    opener = OpenerDirector()  # http and https through the proxies of the user, and no file, ftp or data address
    for handler in (ProxyHandler(), _Http(meter), _Https(meter)):
        opener.add_handler(handler)
    try:
        request = Request(address, headers={**agent, **headers})  # noqa: S310 - the opener knows http and https only
        return opener.open(request, timeout=meter.patience())
    except AllegedError:
        raise
    except URLError as error:
        raise EnvironmentFailure(
            f"{urlsplit(address).hostname} cannot be reached ({beginning(str(error.reason), MOST_TOLD)}): {address}"
        ) from None
    except (HTTPException, OSError, ValueError) as error:  # the last: what is no address, or no header
        raise EnvironmentFailure(
            f"{address} cannot be had: {beginning(str(error), MOST_TOLD) or type(error).__name__}"
        ) from None


def redirected(address: str, location: str) -> str:
    """Return the address that a server redirects to: https, or http on the same host if it was http already.

    Raises:
        EnvironmentFailure: It is another one.
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
        raise EnvironmentFailure(f"{address} redirects to {beginning(target, MOST_TOLD)!r}, which is not followed")
    return target


# The cache.


@contextmanager
def _cache() -> Iterator[Path]:
    """Give the folder of the cache, and translate what the system refuses there: a full disk, a permission.

    Raises:
        EnvironmentFailure: The cache cannot be used.
    """
    try:
        root = cache_folder()
    except RuntimeError:
        raise EnvironmentFailure("there is no home folder for the cache; set ALLEGED_CACHE to a folder") from None
    try:
        yield root
    except FileRefused as error:
        raise EnvironmentFailure(f"in the cache {root}, {error}; take it away") from None
    except AllegedError:
        raise
    except OSError as error:
        reason = f"the cache {root} cannot be used: {error.strerror or error}"
        raise EnvironmentFailure(f"{reason}; set ALLEGED_CACHE to another folder") from error


def _name(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


def _note(address: str) -> str:
    return f"addresses/{digest(address.encode())}"
