"""What a project holds besides its records: settings, copies of articles, the ids of its last release."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from alleged import files, git, manifests
from alleged.errors import AllegedError
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import Document, of_file, read_document
from alleged.schemas.validate import settings_faults

LARGEST_TEXT = 1 << 22
"""Bytes of the largest copy of an article that is read; long reports have about one million."""


@dataclass(frozen=True)
class Settings:
    """What holds for the dataset as a whole, from `dataset.yaml`."""

    title: str = ""
    quote_words: int = 8


def read_settings(project: Project) -> tuple[Settings, list[Issue]]:
    """Return the settings of a project, the usual ones where it has no `dataset.yaml`, and what is wrong there."""
    if not files.exists(project.root, project.settings.name):
        return Settings(), []
    found = read_document(project.settings, project)
    if not isinstance(found, Document):
        return Settings(), found
    faults = settings_faults(found.data)
    issues = [Issue(f.rule, "error", found.place(f.path, f.on_key), f.message, f.help, f.suggestion) for f in faults]
    return Settings() if issues else Settings(**found.data), issues


class Texts(Mapping[str, str]):
    """Copies of articles by source id, each read from `.texts/<source id>.txt` when it is asked for.

    Links, devices and files of more than 4 MiB are passed over, as if there were no copy.
    """

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self._folder = project.texts.name
        found = files.entries(self._root, self._folder) if files.is_folder(self._root, self._folder) else ()
        self._ids = frozenset(self._id(entry) for entry in found if _is_text(entry))

    def _id(self, entry: files.Entry) -> str:
        return entry.name.removeprefix(f"{self._folder}/").removesuffix(".txt")

    def __getitem__(self, source_id: str) -> str:
        if source_id not in self._ids:
            raise KeyError(source_id)
        content = files.read(self._root, f"{self._folder}/{source_id}.txt", LARGEST_TEXT)
        return content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)


def _is_text(entry: files.Entry) -> bool:
    return entry.kind == "file" and entry.name.endswith(".txt") and entry.status.st_size <= LARGEST_TEXT


def texts_issues(project: Project) -> list[Issue]:
    """Return what is wrong with the folder of copies: that git tracks it, so that others would get them."""
    name = project.texts.name
    return (
        [of_file("tracked-texts", name)] if files.exists(project.root, name) and git.tracks(project.root, name) else []
    )


def former_ids(project: Project) -> Mapping[str, Collection[str]] | None:
    """Return the ids of the last release by kind of record, from its manifest; None where there is none."""
    try:
        releases = manifests.read_index(project.root).releases
        if not releases:
            return None
        ids = manifests.read_manifest(project.root, f"datasets/{list(releases)[-1]}")["ids"]
    except AllegedError:
        return None
    return {kind: frozenset(names) for kind, names in ids.items()}
