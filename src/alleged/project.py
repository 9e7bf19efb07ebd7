"""Paths of a project, of the cache and of the schemas. Nothing is read here."""

import os
from dataclasses import dataclass
from pathlib import Path

from alleged.errors import UnknownNameError
from alleged.text import escape

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
        return escape.file_name(
            (text[len(start) :] if plain else os.path.relpath(path, self.root)).replace(os.sep, "/")
        )
