"""Download files over HTTP: each is checked against its digest, and cached.

What was fetched is kept in a cache under its SHA-256 (`files/`), what has no known digest under that of its address
(`addresses/`). The cache is `$ALLEGED_CACHE`, else `$XDG_CACHE_HOME/alleged`, else `~/.cache/alleged`; all of it may be
deleted at any time.
"""

import io
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from alleged import files
from alleged.datasets.manifests import LARGEST, digest_from
from alleged.datasets.notes import in_cache
from alleged.errors import DownloadInterrupted, EnvironmentFailure, ServerError, VerificationError
from alleged.text import notices
from alleged.web.servers import Meter, answer, chunks

WAIT = 600
"""Seconds to wait for another process that downloads the same file."""

WHITE = b"\xef\xbb\xbf \t\r\n"
"""What may stand before the first character of a page: a byte order mark, spaces, empty lines."""

ATTEMPTS = 4
"""Attempts to resume an interrupted download."""


def cached(sha256: str) -> BinaryIO | None:
    """Return the cached file with a digest, open; None if there is none, or a damaged one.

    Raises:
        EnvironmentFailure: The cache cannot be read, or a link or no regular file has the name.
    """
    with in_cache() as root:
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


def ask(address: str) -> bytes:
    """Download a JSON file, at most 64 MiB. It is not cached: nobody knows yet whether it is what was asked for.

    Raises:
        UnknownNameError: The server has no such file.
        ServerError: The server cannot be reached, breaks off, is too slow, or answers with a web page.
        VerificationError: The file is too large.
    """
    content = bytearray()
    with answer(address, Meter(LARGEST)) as response:
        for chunk in chunks(response, address):
            content += chunk
            if len(content) > LARGEST:
                raise VerificationError(f"{address} is larger than {LARGEST >> 20} MiB and is not read")
        if response.length:
            raise DownloadInterrupted(f"{address} was interrupted after {len(content)} bytes; try again")
    if content.lstrip(WHITE).startswith(b"<"):
        raise ServerError(
            f"{address} is a web page, not a catalogue; check the address, and whether this network asks for a login"
        )
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
    with in_cache() as root:
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


def _download(address: str, root: Path, name: str, size: int | None, meter: Meter) -> None:
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


def _gather(address: str, root: Path, part: str, size: int | None, meter: Meter) -> None:
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


def _append(address: str, root: Path, part: str, have: int, size: int | None, meter: Meter) -> None:
    headers = {"Range": f"bytes={have}-"} if have else {}
    with answer(address, meter, headers) as response:
        going_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        with files.open_to_write(root, part, keep=going_on) as file:
            count = have if going_on else 0
            for chunk in chunks(response, address):
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


def _name(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"
