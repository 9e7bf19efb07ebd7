"""What a project holds besides its records: settings, copies of articles, the ids of its last release."""

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from alleged.documents import Document, read_document
from alleged.issues import Issue
from alleged.layout import Layout, read_json
from alleged.schemas import settings_faults

LARGEST_TEXT = 1 << 22
"""Bytes of the largest copy of an article that is read; long reports have about one million."""


@dataclass(frozen=True)
class Settings:
    """What holds for the dataset as a whole, from `dataset.yaml`."""

    title: str = ""
    quote_words: int = 8


def read_settings(layout: Layout) -> tuple[Settings, list[Issue]]:
    """Return the settings of a project, the usual ones where it has no `dataset.yaml`, and what is wrong there."""
    if not os.path.lexists(layout.settings):
        return Settings(), []
    found = read_document(layout.settings, layout)
    if not isinstance(found, Document):
        return Settings(), found
    faults = settings_faults(found.data)
    issues = [Issue(f.rule, "error", found.place(f.path, f.on_key), f.message, f.help, f.suggestion) for f in faults]
    return Settings() if issues else Settings(**found.data), issues


class Texts(Mapping[str, str]):
    """Copies of articles by source id, each read from `.texts/<source id>.txt` when it is asked for.

    Links, devices and files of more than 4 MiB are passed over, as if there were no copy.
    """

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.texts
        self._ids = tuple(self._found())

    def _found(self) -> Iterator[str]:
        if self._folder.is_dir() and not self._folder.is_symlink():
            for entry in sorted(os.scandir(self._folder), key=lambda e: e.name):
                regular = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
                if entry.name.endswith(".txt") and regular and entry.stat().st_size <= LARGEST_TEXT:
                    yield entry.name.removesuffix(".txt")

    def __getitem__(self, source_id: str) -> str:
        if source_id not in self._ids:
            raise KeyError(source_id)
        return (self._folder / f"{source_id}.txt").read_text(encoding="utf-8", errors="replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def former_ids(layout: Layout) -> Mapping[str, Collection[str]] | None:
    """Return the ids of the last release by kind of record, from its manifest; None where there is none."""
    try:
        last = read_json(layout.datasets / "index.json")["releases"][-1]["release"]
        ids = read_json(layout.datasets / FilePath(last).name / "manifest.json")["ids"]
        return {kind: frozenset(names) for kind, names in ids.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
