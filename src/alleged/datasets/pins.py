"""`alleged.lock`: the one release that a project has settled on, so that its results do not move."""

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from alleged.datasets.manifests import RELEASE, SHA256
from alleged.errors import SurroundingsError, VerificationError

NAME = "alleged.lock"

PIN_FORMAT = 1
"""Format of alleged.lock that this version writes, and the newest that it reads."""


class Pin(NamedTuple):
    """A release that a project has settled on; `catalogue` is where it comes from, None for the nearest `datasets/`."""

    path: Path
    release: str
    manifest_sha256: str
    catalogue: str | None = None


def find(start: Path) -> Path | None:
    """Return the nearest `alleged.lock` from a folder upwards."""
    return next((folder / NAME for folder in (start, *start.parents) if (folder / NAME).is_file()), None)


def read(path: Path) -> Pin:
    """Return what a lock pins; a catalogue that is a folder is told from the folder of the lock.

    Raises:
        VerificationError: It was written by a newer version, or is damaged.
    """
    try:
        found: Any = json.loads(path.read_bytes())
        if found["format"] > PIN_FORMAT:
            raise VerificationError(f"{path} needs a newer alleged; upgrade it")
        release, sha256, catalogue = found["release"], found["manifest_sha256"], found.get("catalogue")
        sound = re.fullmatch(RELEASE, release) and re.fullmatch(SHA256, sha256)
        if sound and isinstance(catalogue, str | None):
            return Pin(path, release, sha256, catalogue)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    raise VerificationError(f"{path} is damaged; run 'alleged pin RELEASE' to write it anew")


def write(pin: Pin) -> None:
    """Write a lock, all or nothing.

    Raises:
        SurroundingsError: The folder may not be written, or the disk is full.
    """
    content = {"format": PIN_FORMAT, "release": pin.release, "manifest_sha256": pin.manifest_sha256}
    if pin.catalogue is not None:
        content["catalogue"] = pin.catalogue
    fresh = pin.path.with_name(f".{NAME}-{os.getpid()}")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            json.dump(content, file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(pin.path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise SurroundingsError(f"{pin.path} was not written: {error.strerror or error}") from error
