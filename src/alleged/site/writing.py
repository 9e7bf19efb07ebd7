"""Write a site into a folder: only what changed, only into a folder of its own, and never beside what strangers put."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from alleged import files
from alleged.errors import ExistsError, UnknownNameError

MARKER = ".alleged-site.json"
"""The file by which a folder is known as a site: the key of the site, and each file with its size and digest."""

FORMAT = 1
LARGEST = 1 << 27


class Written(NamedTuple):
    """What was done: files in the site, files written, files deleted that the site no longer has."""

    total: int
    written: int
    deleted: int


class Known(NamedTuple):
    """What the marker of an earlier site says."""

    key: str
    files: dict[str, list[Any]]


def is_current(out: Path, key: str) -> int:
    """Return the number of files if the folder holds the site of this key, whole; else 0."""
    known = _known(out)
    if known is None or known.key != key:
        return 0
    sizes = {entry.name: entry.status.st_size for entry in files.walk(out, "", lambda _: True)}
    same = all(sizes.get(name) == size for name, (size, _) in known.files.items())
    return len(known.files) if same else 0


def require_own(out: Path) -> None:
    """Require a folder that is absent, empty, or an earlier site, in a folder that is there.

    Raises:
        UnknownNameError: The folder around it is not there.
        ExistsError: It holds something else.
        FileRefused: It is not a folder.
    """
    around, _ = files.split(out)
    if not files.is_folder(around):
        raise UnknownNameError(f"there is no folder {str(around)!r}; make it first, or choose another one with --out")
    if files.exists(*files.split(out)) and _known(out) is None and files.entries(out):
        raise ExistsError(f"{str(out)!r} holds other files; choose an empty or a new folder with --out")


def write(out: Path, key: str, contents: Iterable[tuple[str, bytes]]) -> Written:
    """Write the files of a site and delete those of the earlier one that it no longer has.

    Files that are the same as before are left as they are. The marker is written last; without its key, an interrupted
    site is written again as a whole.

    Raises:
        ExistsError: The folder holds something other than a site.
        FileRefused: A link is on the way, or something other than a regular file.
        OSError: The disk is full, or there is no permission.
    """
    require_own(out)
    files.make_folder(*files.split(out))
    known = _known(out) or Known("", {})
    sizes = {entry.name: entry.status.st_size for entry in files.walk(out, "", lambda _: True)}
    _mark(out, "", {name: [0, ""] for name in known.files})
    made: dict[str, list[Any]] = {}
    folders: set[str] = set()
    written = 0
    for name, content in contents:
        entry = [len(content), sha256(content).hexdigest()]
        made[name] = entry
        if known.files.get(name) == entry and sizes.get(name) == len(content):
            continue
        folder = name.rpartition("/")[0]
        if folder not in folders:
            files.make_folder(out, folder)
            folders.add(folder)
        files.write(out, name, content, durable=False)
        written += 1
    stale = sorted(known.files.keys() - made.keys())
    for name in stale:
        files.remove(out, name)
    _mark(out, key, made)
    return Written(len(made), written, len(stale))


def _mark(out: Path, key: str, made: dict[str, list[Any]]) -> None:
    text = json.dumps({"format": FORMAT, "key": key, "files": made}, sort_keys=True)
    files.write(out, MARKER, text.encode(), durable=False)


def _known(out: Path) -> Known | None:
    """Return what the marker of a folder says; None if it has none that can be read."""
    if not files.is_file(out, MARKER):
        return None
    try:
        found = json.loads(files.read(out, MARKER, LARGEST))
        listed = {str(name): [int(size), str(digest)] for name, (size, digest) in found["files"].items()}
        return Known(str(found["key"]), listed) if found["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
