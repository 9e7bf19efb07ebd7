"""Download files over HTTP: each is checked against its digest, and cached.

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
"""Seconds without data after which a download stops."""

GRACE, LEAST = 60, 1 << 14
"""Seconds that any download may take, and how many bytes must have come for each second more."""

TIMES, OVERHEAD = 8, 1 << 20
"""Limit of received data: so many times the size of the file, and so many bytes more (headers, chunks, retries)."""

HOPS = 5
"""Most redirects that are followed."""

WAIT = 600
"""Seconds to wait for another process that downloads the same file."""

MAX_SHOWN = 300
"""Most characters of a server's answer that a message quotes."""

ATTEMPTS = 4
"""Attempts to resume an interrupted download."""

CHUNK = 1 << 16


def cached(sha256: str) -> BinaryIO | None:
    """Return the cached file with a digest, open; None if there is none, or a damaged one.

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


def last_answer(address: str) -> bytes | None:
    """Return the cached content of a URL; None if there is none.

    Raises:
        EnvironmentFailure: The cache cannot be read, or a link or no regular file has the name.
    """
    with _cache() as root:
        try:
            return files.read(root, _note(address), LARGEST)
        except FileNotFoundError:
            return None


def ask(address: str) -> bytes:
    """Download the content of a URL, at most 64 MiB, and cache it.

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
            raise DownloadInterrupted(f"{address} was interrupted after {len(content)} bytes; try again")
    with _cache() as root:
        files.make_folder(root, "addresses")
        files.write(root, _note(address), bytes(content))
    return bytes(content)


def fetch(address: str, sha256: str, size: int | None = None) -> BinaryIO:
    """Return a verified file in the cache, open, after downloading what is missing.

    `size` is its exact number of bytes; where it is not known, at most 64 MiB are taken. What a download that was cut
    off has brought is kept, and the next one goes on from there, also in another process.

    Raises:
        UnknownNameError: The server has no such file.
        EnvironmentFailure: The server cannot be reached, breaks off or is too slow, or the cache cannot be written.
        VerificationError: The file is not the one of this digest.
    """
    if (file := cached(sha256)) is not None:
        return file
    name = _name(sha256)
    folder = name.rpartition("/")[0]
    with _cache() as root:
        files.make_folder(root, folder)
        with files.lock(root, f"{folder}/.lock", WAIT):
            if (file := cached(sha256)) is None:
                _complete(address, root, name, size)
                file = cached(sha256)
    if file is None:
        raise EnvironmentFailure(f"{address} was downloaded, but has vanished from the cache")
    return file


def _complete(address: str, root: Path, name: str, size: int | None) -> None:
    part = f"{name}.part"
    meter = Meter(LARGEST if size is None else size)
    have = _length(root, part)
    if size is None or have > size:
        files.remove(root, part)
    elif have:
        # The part left by another run may be damaged; only a file downloaded in one run proves the server wrong.
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
        raise VerificationError(f"{address} is not the published file (sha256 {found}, not {wanted})")
    files.sync(root, part)
    files.rename(root, part, name)
    notices.log(f"downloaded {address}")


def _gather(address: str, root: Path, part: str, size: int | None, meter: "Meter") -> None:
    """Download until the file is complete; resume as long as each attempt makes progress."""
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
            notices.log(f"{address} was interrupted; resuming at byte {_length(root, part)}")


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
        raise VerificationError(f"{address} is not the published file: it is larger than {meter.limit} bytes")
    if response.length == 0 and size is not None and count < size:
        files.remove(root, part)
        raise VerificationError(f"{address} is not the published file: it has {count} bytes, not {size}")
    if response.length or (size is not None and count < size):
        raise DownloadInterrupted(f"{address} was interrupted after {count} bytes; the next call resumes there")


def _length(root: Path, name: str) -> int:
    """Return the size of a file, 0 if there is none; a link or a pipe is refused."""
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
            f"{address} was interrupted ({beginning(str(error), MAX_SHOWN)}); the next call resumes there"
        ) from None


# The server.


class Meter:
    """Limits the data and the time for one file of at most `limit` bytes."""

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
        """Return the error for a server that is too slow."""
        seconds = time.monotonic() - self.start
        speed = f"the server is too slow: {self.received:,} bytes in {seconds:.0f} seconds"
        return EnvironmentFailure(f"{speed}; the received part is kept, try again later")

    def count(self, size: int) -> None:
        """Count received bytes.

        Raises:
            EnvironmentFailure: They are far more than the file has.
        """
        self.received += size
        if self.received > TIMES * self.limit + OVERHEAD:
            raise EnvironmentFailure(f"the server sends too much data: {self.received:,} bytes")


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


class _Response(HTTPResponse):
    """A response whose every byte is metered, headers included."""

    def __init__(self, connection: socket.socket, *arguments: Any, meter: Meter, **options: Any) -> None:
        super().__init__(connection, *arguments, **options)
        self.fp = io.BufferedReader(_Metered(self.fp.detach(), connection, meter))


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
    made = kind(host, **options)
    setattr(made, "response_class", partial(_Response, meter=meter))  # noqa: B010 - typed as a class, only ever called
    return made


def _answer(address: str, meter: Meter, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return the response of a server to a request for a file, after redirects.

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
            answer = f"{response.status} {beginning(response.reason, MAX_SHOWN)}"
            raise kind(f"{address} cannot be downloaded: the server answers {answer}")
        asked = redirected(asked, response.headers.get("Location", ""))
    raise EnvironmentFailure(f"{address} cannot be downloaded: the server redirects more than {HOPS} times")


def _once(address: str, meter: Meter, headers: dict[str, str]) -> HTTPResponse:
    """Return the response to one request; it may be a redirect or an error."""
    agent = {"User-Agent": f"alleged/{version('alleged')}", "Accept-Encoding": "identity"}
    opener = OpenerDirector()  # http and https, through the proxies of the user; no file, ftp or data URLs
    for handler in (ProxyHandler(), _Http(meter), _Https(meter)):
        opener.add_handler(handler)
    try:
        request = Request(address, headers={**agent, **headers})  # noqa: S310 - the opener knows http and https only
        return opener.open(request, timeout=meter.patience())
    except AllegedError:
        raise
    except URLError as error:
        raise EnvironmentFailure(
            f"{urlsplit(address).hostname} cannot be reached ({beginning(str(error.reason), MAX_SHOWN)}): {address}"
        ) from None
    except (HTTPException, OSError, ValueError) as error:  # ValueError: an invalid URL or header
        raise EnvironmentFailure(
            f"{address} cannot be downloaded: {beginning(str(error), MAX_SHOWN) or type(error).__name__}"
        ) from None


def redirected(address: str, location: str) -> str:
    """Return the URL that a server redirects to: https, or http on the same host if it was http before.

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
        raise EnvironmentFailure(f"{address} redirects to {beginning(target, MAX_SHOWN)!r}, which is not followed")
    return target


# The cache.


@contextmanager
def _cache() -> Iterator[Path]:
    """Yield the folder of the cache, and translate errors of the system there.

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
        raise EnvironmentFailure(f"in the cache {root}, {error}; remove it") from None
    except AllegedError:
        raise
    except OSError as error:
        reason = f"the cache {root} cannot be used: {error.strerror or error}"
        raise EnvironmentFailure(f"{reason}; set ALLEGED_CACHE to another folder") from error


def _name(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


def _note(address: str) -> str:
    return f"addresses/{digest(address.encode())}"
