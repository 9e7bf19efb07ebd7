"""Paths of a project, of the cache and of the schemas. Reads no files."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from alleged.errors import UnknownNameError
from alleged.text import escape

PACKAGE = Path(__file__).parent
SUFFIXES = (".yaml", ".yml")


def cache_folder() -> Path:
    """Return the folder of the cache: `$ALLEGED_CACHE`, or else the place that the system has for caches.

    On Linux this is `alleged` in `$XDG_CACHE_HOME`, which is ignored if it is relative, or else in `~/.cache`.

    Raises:
        RuntimeError: The user has no home folder.
    """
    if folder := os.environ.get("ALLEGED_CACHE"):
        return Path(folder).absolute()
    if sys.platform == "linux":  # the same place, without an import that adds 9 ms to a cached check of 200 ms
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        return (base if base.is_absolute() else Path.home() / ".cache") / "alleged"
    from platformdirs import user_cache_path

    return user_cache_path("alleged", appauthor=False)


def schemas_folder() -> Path:
    """Return the folder of the JSON Schemas: inside the installed package, or beside `src` in the repository."""
    installed = PACKAGE / "schemas_shipped"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "schemas"


@dataclass(frozen=True)
class Project:
    """A project: a folder with record files in `claims/` and releases in `datasets/`.

    `folder` is the name of the folder of record files, or `.` if only such a folder is checked, without a project.
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
        """The folder with copies of articles, one `<source id>.txt` each, which are never committed."""
        return self.root / ".texts"

    @property
    def settings(self) -> Path:
        """The file with the settings of the dataset, which need not exist."""
        return self.root / "dataset.yaml"

    @property
    def vocabularies(self) -> Path:
        """The folder with the codes that the dataset adds to the code lists, which need not exist."""
        return self.root / "vocabularies"

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """Return the project that contains `start`, by default the working directory.

        Raises:
            UnknownNameError: Neither this folder nor one above it contains `claims/`.
        """
        here = (start or Path()).absolute()
        for folder in (here, *here.parents):
            if (folder / "claims").is_dir():
                return cls(folder)
        raise UnknownNameError(f"no folder 'claims' in {here} or above it; run this inside a project")

    def relative(self, path: Path) -> str:
        """Return the path as shown in messages: relative to the project, with forward slashes."""
        text, start = str(path), f"{self.root}{os.sep}"
        plain = text.startswith(start) and ".." not in text
        return escape.file_name(
            (text[len(start) :] if plain else os.path.relpath(path, self.root)).replace(os.sep, "/")
        )
