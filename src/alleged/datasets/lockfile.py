"""The lock file `alleged.lock`: the release that a project uses, so that its results do not change."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from alleged import files
from alleged.datasets import manifests
from alleged.datasets.manifests import FORMAT, LARGEST
from alleged.errors import AllegedError, EnvironmentFailure, VerificationError

NAME = "alleged.lock"


class Pin(NamedTuple):
    """A pinned release; `catalogue` is where it comes from, None for the nearest `datasets/`."""

    path: Path
    release: str
    manifest_sha256: str
    catalogue: str | None = None


def find(start: Path) -> Path | None:
    """Return the path of the nearest `alleged.lock` from a folder upwards; None if there is none."""
    folder = files.upwards(start, NAME)
    return None if folder is None else folder / NAME


def read(path: Path) -> Pin:
    """Read a lock file; the path of a catalogue is relative to its folder.

    Raises:
        EnvironmentFailure: It cannot be read.
        VerificationError: It was written by a newer version, is damaged, or no regular file.
    """
    try:
        found = manifests.lock(manifests.read(path.parent, NAME, LARGEST), str(path))
    except FileNotFoundError:
        raise EnvironmentFailure(f"{path} was deleted just now") from None
    except VerificationError as error:
        raise VerificationError(f"{error}; run 'alleged pin RELEASE' to write it again") from None
    return Pin(path, found["release"], found["manifest_sha256"], found.get("catalogue"))


def write(pin: Pin) -> None:
    """Write a lock file atomically.

    Raises:
        EnvironmentFailure: The folder may not be written, the disk is full, or the lock is no regular file.
    """
    content: dict[str, Any] = {"format": FORMAT, "release": pin.release, "manifest_sha256": pin.manifest_sha256}
    if pin.catalogue is not None:
        content["catalogue"] = pin.catalogue
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    try:
        files.write(pin.path.parent, NAME, text.encode())
    except AllegedError:
        raise
    except OSError as error:
        raise EnvironmentFailure(f"{pin.path} was not written: {error.strerror or error}") from error
