"""Record files written anew: whole or not at all, never through a link, and only below `claims/`."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from alleged.errors import SurroundingsError
from alleged.layout import Layout


def rewrite(path: Path, before: bytes, after: bytes, layout: Layout) -> None:
    """Put new content in the place of a record file's old one; the file keeps its mode.

    Raises:
        SurroundingsError: The file or a folder on the way is a link, the file does not lie below `claims/`, someone
            else has changed it meanwhile, or the disk says no.
    """
    name = layout.relative(path)
    path = layout.root / name
    try:
        mode = _mode(path, name, layout)
        if path.read_bytes() != before:
            raise SurroundingsError(f"{name} has just been changed by another program; run this again")
        _replace(path, after, mode)
    except SurroundingsError:
        raise
    except OSError as error:
        raise SurroundingsError(
            f"{name} cannot be written: {(error.strerror or type(error).__name__).lower()}"
        ) from None


def _mode(path: Path, name: str, layout: Layout) -> int:
    if not path.is_relative_to(layout.claims) or ".." in path.parts:
        raise SurroundingsError(f"{name} does not lie below {layout.folder}/, so it is not written to")
    way = layout.root
    for step in path.relative_to(layout.root).parts:
        way /= step
        if way.is_symlink():
            raise SurroundingsError(f"{name} is reached through a link, so it is not written to")
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise SurroundingsError(f"{name} is not an ordinary file")
    return stat.S_IMODE(status.st_mode)


def _replace(path: Path, content: bytes, mode: int) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".new", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            new.chmod(mode)
        except BaseException:
            new.unlink()
            raise
    try:
        new.replace(path)
    except BaseException:
        new.unlink()
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the disk keep the new name, where the system can do so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
