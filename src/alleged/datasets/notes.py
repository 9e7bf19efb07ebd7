"""The cache of downloads, and short notes in it: what a server listed last, which catalogue a folder used last.

All of it may be deleted at any time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alleged import files
from alleged.datasets.manifests import LARGEST, digest
from alleged.errors import AllegedError, EnvironmentFailure, FileRefused
from alleged.project import cache_folder


def last_answer(address: str) -> bytes | None:
    """Return the note on an address; None if there is none.

    Raises:
        EnvironmentFailure: The cache cannot be read, or a link or no regular file has the name.
    """
    with in_cache() as root:
        try:
            return files.read(root, _name(address), LARGEST)
        except FileNotFoundError:
            return None


def remember(address: str, content: bytes) -> None:
    """Write the note on an address, for `last_answer`.

    Raises:
        EnvironmentFailure: The cache cannot be written.
    """
    with in_cache() as root:
        files.make_folder(root, "addresses")
        files.write(root, _name(address), content)


@contextmanager
def in_cache() -> Iterator[Path]:
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


def _name(address: str) -> str:
    return f"addresses/{digest(address.encode())}"
