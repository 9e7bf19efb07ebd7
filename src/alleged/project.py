"""Where things lie: the project's folders, and the record files among them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alleged import files
from alleged.errors import FileRefusedError, SurroundingsError, UnknownNameError

PACKAGE = Path(__file__).parent
SUFFIXES = (".yaml", ".yml")


def cache_folder() -> Path:
    """Return the folder of the cache; a relative XDG_CACHE_HOME is passed over, as its specification says."""
    if own := os.environ.get("ALLEGED_CACHE"):
        return Path(own).absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "alleged"


def schemas_folder() -> Path:
    """Return the folder of the JSON Schemas: inside the installed package, or beside `src` in the repository."""
    installed = PACKAGE / "schemas_shipped"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "schemas"


@dataclass(frozen=True)
class Project:
    """A project: a folder with its record files in `claims/` and its tables in `datasets/`.

    `folder` is the name of the folder of record files; it is `.` where someone checks a loose folder of them.
    """

    root: Path
    folder: str = "claims"

    @property
    def claims(self) -> Path:
        return self.root / self.folder

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def texts(self) -> Path:
        """Copies of articles, one `<source id>.txt` each, which stay with the curator."""
        return self.root / ".texts"

    @property
    def settings(self) -> Path:
        """What holds for the dataset as a whole; the file need not exist."""
        return self.root / "dataset.yaml"

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """Return the project that `start` (by default the working directory) lies in.

        Raises:
            UnknownNameError: No folder from here upwards holds `claims/`.
        """
        here = (start or Path()).absolute()
        for folder in (here, *here.parents):
            if (folder / "claims").is_dir():
                return cls(folder)
        raise UnknownNameError(f"no folder 'claims' in {here} or above it; run this inside a project")

    def relative(self, path: Path) -> str:
        """Return the path as people read it in messages: from the project's folder, with forward slashes."""
        text, start = str(path), f"{self.root}{os.sep}"
        plain = text.startswith(start) and ".." not in text
        return files.shown((text[len(start) :] if plain else os.path.relpath(path, self.root)).replace(os.sep, "/"))

    def bundles(self) -> Iterator[Path]:
        """Yield the path of every `.yaml` or `.yml` entry under `claims/`, in the order of their names.

        Links and other odd entries are yielded too (the reader refuses them by name); hidden ones are left out.

        Raises:
            SurroundingsError: A folder cannot be listed, or `claims/` itself is a link.
        """
        yield from self._records(self.folder)

    def codings(self) -> Iterator[Path]:
        """Yield the path of every `.yaml` or `.yml` entry under `coding/`, in the order of names; there may be none.

        Raises:
            SurroundingsError: A folder cannot be listed.
        """
        if files.is_folder(self.root, "coding"):
            yield from self._records("coding")

    def _records(self, folder: str) -> Iterator[Path]:
        try:
            for entry in files.walk(self.root, folder, lambda name: name.endswith(SUFFIXES)):
                yield self.root / entry.name
        except FileRefusedError:
            raise
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise SurroundingsError(f"{files.shown(str(error.filename))} cannot be listed: {reason}") from None
