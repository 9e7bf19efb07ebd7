"""Getting files over http: nothing is believed before its digest is right, and nothing is fetched twice.

What was fetched is kept in a cache under its SHA-256 (`files/`), what has no known digest under that of its address
(`addresses/`). The cache is `$ALLEGED_CACHE`, else `$XDG_CACHE_HOME/alleged`, else `~/.cache/alleged`; all of it may be
deleted at any time.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPMessage, HTTPResponse
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from filelock import FileLock, Timeout

from alleged.datasets.manifests import LARGEST, digest
from alleged.errors import SurroundingsError, UnknownNameError, VerificationError
from alleged.layout import cache_folder

SILENCE = 20
"""Seconds that a server may say nothing."""

WAIT = 600
"""Seconds to wait for another process that downloads the same file."""

ATTEMPTS = 4
"""How often a download that was cut off is taken up again before giving up."""

CHUNK = 1 << 16

logger = logging.getLogger("alleged")


class CutError(SurroundingsError):
    """The connection ended before the whole file had come."""


def kept(sha256: str) -> Path:
    """Return where the cache keeps, or would keep, the file of a digest."""
    return cache_folder() / "files" / sha256[:2] / sha256


def remembered(address: str) -> bytes | None:
    """Return what an address gave when it was last asked, None if it never was."""
    path = _note(address)
    return path.read_bytes() if path.is_file() else None


def ask(address: str) -> bytes:
    """Return what an address gives now, at most 16 MiB, and remember it.

    Raises:
        UnknownNameError: The server has no such file.
        SurroundingsError: The server cannot be reached, or breaks off.
        VerificationError: The file is too large.
    """
    content = bytearray()
    with _answer(address) as response:
        for chunk in _chunks(response, address):
            content += chunk
            if len(content) > LARGEST:
                raise VerificationError(f"{address} is larger than {LARGEST >> 20} MiB and is not read")
        if response.length:
            raise CutError(f"{address} was cut off after {len(content)} bytes; try again")
    with _space():
        _put(_note(address), bytes(content))
    return bytes(content)


def fetch(address: str, sha256: str, size: int | None = None) -> Path:
    """Return the path of a verified file in the cache, after downloading what of it is not there yet.

    `size` is its exact number of bytes; where it is not known, at most 16 MiB are taken. What a download that was cut
    off has brought is kept, and the next one goes on from there, also in another process.

    Raises:
        UnknownNameError: The server has no such file.
        SurroundingsError: The server cannot be reached or breaks off, or the cache cannot be written.
        VerificationError: The file is not the one of this digest.
    """
    path = kept(sha256)
    with _space():
        if is_kept(sha256):
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        with _only(path.with_name(".lock")):
            if not is_kept(sha256):
                _complete(address, path, sha256, size)
    return path


def is_kept(sha256: str) -> bool:
    """Whether the cache has a file of this digest, byte by byte; one that is damaged counts as missing."""
    path = kept(sha256)
    return path.is_file() and digest_of(path) == sha256


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _complete(address: str, path: Path, sha256: str, size: int | None) -> None:
    part = path.with_name(f"{sha256}.part")
    if size is None or _length(part) > size:
        part.unlink(missing_ok=True)
    if part.is_file():
        # What another run has left may be damaged: only a file fetched in one go tells against the server.
        with suppress(VerificationError):
            _download(address, part, path, size)
            return
        part.unlink(missing_ok=True)
    _download(address, part, path, size)


def _download(address: str, part: Path, path: Path, size: int | None) -> None:
    _gather(address, part, size)
    if (found := digest_of(part)) != path.name:
        part.unlink()
        raise VerificationError(f"{address} is not the file that was published (sha256 {found}, not {path.name})")
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    logger.info("downloaded %s", address)


def _gather(address: str, part: Path, size: int | None) -> None:
    """Download until the file is whole, taking up what was cut off as long as each attempt brings something."""
    for attempt in range(1, ATTEMPTS + 1):
        before = _length(part)
        if before == size:
            return
        try:
            _append(address, part, before, size)
            return
        except CutError:
            if attempt == ATTEMPTS or _length(part) <= before:
                raise
            logger.info("%s was cut off; going on from byte %d", address, _length(part))


def _append(address: str, part: Path, have: int, size: int | None) -> None:
    headers = {"Range": f"bytes={have}-"} if have else {}
    with _answer(address, headers) as response:
        going_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        limit = LARGEST if size is None else size
        with part.open("ab" if going_on else "wb") as file:
            count = have if going_on else 0
            for chunk in _chunks(response, address):
                if (count := count + len(chunk)) > limit:
                    break
                file.write(chunk)
    if count > limit:
        part.unlink()
        raise VerificationError(f"{address} is not the file that was published: it is larger than {limit} bytes")
    if response.length == 0 and size is not None and count < size:
        part.unlink()
        raise VerificationError(f"{address} is not the file that was published: it has {count} bytes, not {size}")
    if response.length or (size is not None and count < size):
        raise CutError(f"{address} was cut off after {count} bytes; the next call goes on from there")


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _chunks(response: HTTPResponse, address: str) -> Iterator[bytes]:
    try:
        while chunk := response.read(CHUNK):
            yield chunk
    except (HTTPException, OSError) as error:
        raise CutError(f"{address} was cut off ({error}); the next call goes on from there") from None


def _answer(address: str, headers: dict[str, str] | None = None) -> HTTPResponse:
    agent = {"User-Agent": f"alleged/{version('alleged')}", "Accept-Encoding": "identity"}
    request = Request(address, headers={**agent, **(headers or {})})  # noqa: S310 - the opener knows http and https only
    try:
        return _opener().open(request, timeout=SILENCE)
    except HTTPError as error:
        error.close()
        kind = UnknownNameError if error.code in (404, 410) else SurroundingsError
        if error.code == 416:
            kind = VerificationError
        raise kind(f"{address} cannot be had: the server says {error.code} {_shown(error.reason)}") from None
    except URLError as error:
        raise SurroundingsError(
            f"{urlsplit(address).hostname} cannot be reached ({_shown(error.reason)}): {address}"
        ) from None
    except (HTTPException, OSError) as error:
        raise SurroundingsError(f"{address} cannot be had: {error or type(error).__name__}") from None


def _shown(reason: object) -> str:
    """Return what a server says without what a terminal would act upon."""
    return "".join(c if c.isprintable() else "?" for c in str(reason)[:300])


class _Redirects(HTTPRedirectHandler):
    """Follow redirects to http and https only, and never from https back to http."""

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and (scheme, req.type) != ("http", "http"):
            raise HTTPError(req.full_url, code, f"and redirects to {newurl!r}, which is not followed", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    """Return what opens http and https, and no file, ftp or data address as the usual opener would."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler,
        HTTPHandler,
        HTTPSHandler,
        HTTPDefaultErrorHandler,
        _Redirects,
        HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


@contextmanager
def _only(path: Path) -> Iterator[None]:
    """Let one process at a time download a file; the lock is the system's own, so none is left over after a crash."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=WAIT)
    except Timeout:
        raise SurroundingsError(f"another process has held {path} for {WAIT} seconds") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _space() -> Iterator[None]:
    """Tell what the system refuses in words: a full disk, a folder that may not be written."""
    try:
        yield
    except OSError as error:
        if isinstance(error, SurroundingsError):
            raise
        where = f"the cache {cache_folder()} cannot be written: {error.strerror or error}"
        raise SurroundingsError(f"{where}; set ALLEGED_CACHE to another folder") from error


def _note(address: str) -> Path:
    return cache_folder() / "addresses" / digest(address.encode())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(fresh).replace(path)
